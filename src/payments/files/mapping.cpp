// SPDX-License-Identifier: Apache-2.0
#include "payments/files/mapping.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/yaml.h"
#include "payments/money.h"

namespace caudal::payments {
namespace {

constexpr std::array<std::string_view, kFields> kKeys = {"account",  "reference",   "date",   "amount",
                                                         "currency", "beneficiary", "purpose"};
constexpr int kMostMonths = 600;

FieldPart column(std::string_view name) { return {.is_column = true, .text = std::string(name)}; }

class MappingReader {
 public:
  explicit MappingReader(Mistakes& mistakes) : mistakes_(mistakes) {}

  FileMapping read(const yaml::Node& root) {
    yaml::Mapping map(root, "the mapping", mistakes_);
    FileMapping mapping;
    if (const yaml::Node* node = map.required("columns")) read_columns(*node, mapping);
    if (const auto currency = map.optional_text("currency")) {
      if (!Currency::parse(*currency))
        mistakes_.add(map.place_of("currency"), "'currency' must be three capital letters, such as BRL");
      mapping.currency = *currency;
    }
    if (const yaml::Node* node = map.optional("monthly")) mapping.monthly = read_monthly(*node);
    map.finish();
    if (mapping.monthly && !mapping.fields[static_cast<size_t>(Field::kDate)].empty())
      mistakes_.add(map.place_of("monthly"), "'monthly' makes the dates, so no column is the date");
    return mapping;
  }

 private:
  void read_columns(const yaml::Node& node, FileMapping& mapping) {
    yaml::Mapping map(node, "'columns'", mistakes_);
    for (size_t n = 0; n < kFields; ++n) {
      const auto text = map.optional_text(kKeys[n]);
      if (text) mapping.fields[n] = parts_of(*text, map.place_of(kKeys[n]));
    }
    map.finish();
  }

  // "{bank_to}-{account_to}"; a text without braces is a column's name.
  FieldTemplate parts_of(std::string_view text, const TextPlace& place) {
    if (text.find_first_of("{}") == std::string_view::npos) return {column(text)};
    FieldTemplate parts;
    while (!text.empty()) {
      const size_t open = std::min(text.find('{'), text.size());
      const size_t close = std::min(text.find('}', open), text.size());
      if (open > 0) parts.push_back({.text = std::string(text.substr(0, open))});
      if (open == text.size()) break;
      if (close == text.size() || close == open + 1) {
        mistakes_.add(place, "each '{' needs the name of a column and a '}' behind it");
        return parts;
      }
      parts.push_back(column(text.substr(open + 1, close - open - 1)));
      text.remove_prefix(close + 1);
    }
    return parts;
  }

  std::optional<Monthly> read_monthly(const yaml::Node& node) {
    yaml::Mapping map(node, "'monthly'", mistakes_);
    const auto day = map.whole("day", 1, 31);
    const auto from = map.text("from");
    const auto months = map.whole("months", 1, kMostMonths);
    map.finish();
    const auto first = from ? parse_month(*from) : Result<Month>(Month());
    if (!first) mistakes_.add(map.place_of("from"), "'from' must be a month such as 2027-01");
    if (!day || !from || !months || !first) return std::nullopt;
    return Monthly{.day = static_cast<int>(*day), .from = *first, .months = static_cast<int>(*months)};
  }

  Mistakes& mistakes_;
};

}  // namespace

Date Monthly::date(int n) const {
  const Month month = from + std::chrono::months(n);
  const auto last = std::chrono::year_month_day(month / std::chrono::last).day();
  return std::chrono::sys_days(month / std::min(std::chrono::day(static_cast<unsigned>(day)), last));
}

Result<FileMapping> parse_mapping(std::string_view text, const std::string& shown_as) {
  Mistakes mistakes;
  FileMapping mapping;
  if (const auto root = yaml::parse(text, shown_as, mistakes)) mapping = MappingReader(mistakes).read(*root);
  if (!mistakes.empty()) return mistakes.to_error();
  mapping.text = text;
  return mapping;
}

Result<FileMapping> read_mapping(const std::filesystem::path& path) {
  return parse_mapping(TRY(read_file(path)), path.string());
}

}  // namespace caudal::payments
