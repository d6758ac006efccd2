// SPDX-License-Identifier: Apache-2.0
// Payments in CSV.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "payments/errors.h"
#include "payments/files/fields.h"
#include "payments/files/formats.h"
#include "payments/files/text_lines.h"

namespace caudal::payments {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// The fields of a line. Errors: invalid_payment, for quotes that do not match.
Result<void> split(std::string_view line, char separator, std::vector<std::string>& fields) {
  fields.clear();
  size_t at = 0;
  for (;;) {
    std::string& field = fields.emplace_back();
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        const size_t quote = line.find('"', at);
        if (quote == std::string_view::npos) return Error{Errc::invalid_payment, "a quote is not closed on its line"};
        field += line.substr(at, quote - at);
        at = quote + 1;
        if (at >= line.size() || line[at] != '"') break;
        field += '"';
      }
      if (at < line.size() && line[at] != separator) {
        return Error{Errc::invalid_payment, "there is something behind a closing quote"};
      }
    } else {
      const size_t end = std::min(line.find(separator, at), line.size());
      field = line.substr(at, end - at);
      at = end;
    }
    if (at >= line.size()) return {};
    ++at;
  }
}

class CsvRecords final : public Records {
 public:
  CsvRecords(TextLines lines, RecordOptions options) : lines_(std::move(lines)), options_(std::move(options)) {}

  Result<void> read_header() {
    auto line = TRY(lines_.next());
    if (!line) return Error{Errc::unusable_file, "it is empty; its first line must name the columns"};
    std::string_view header = *line;
    if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
    separator_ = std::ranges::count(header, ';') > std::ranges::count(header, ',') ? ';' : ',';
    const auto parsed = split(header, separator_, fields_);
    if (!parsed) return Error{Errc::unusable_file, "its first line: " + parsed.error().message};
    names_ = fields_.size();
    columns_ = TRY(Columns::of(fields_, options_));
    position_ = {.offset = lines_.offset(), .line = 1};
    return {};
  }

  Result<void> go_on_at(const Position& position) override {
    if (position.line == 0) return {};
    lines_.seek(position.offset);
    position_ = position;
    return {};
  }

  Result<std::optional<Record>> next() override {
    for (;;) {
      const auto line = TRY(lines_.next());
      if (!line) return std::optional<Record>();
      position_ = {.offset = lines_.offset(), .line = position_.line + 1};
      if (line->empty()) continue;
      return std::optional(Record{.line = position_.line, .payment = read(*line)});
    }
  }

  Position position() const override { return position_; }
  uint64_t size() const override { return lines_.size(); }

 private:
  Result<NewPayment> read(std::string_view line) {
    TRY(split(line, separator_, fields_));
    if (fields_.size() != names_) {
      return Error{Errc::invalid_payment,
                   fmt::format("it has {} fields where the first line names {}", fields_.size(), names_)};
    }
    Fields fields;
    columns_.gather(fields_, made_, fields);
    return payment_of(fields, position_.line, options_);
  }

  TextLines lines_;
  const RecordOptions options_;
  char separator_ = ',';
  size_t names_ = 0;
  Columns columns_;
  Position position_;
  // Of a line; kept for their memory.
  std::vector<std::string> fields_;
  std::array<std::string, kFields> made_;
};

}  // namespace

Result<std::unique_ptr<Records>> open_csv(const std::filesystem::path& file, const RecordOptions& options) {
  auto records = std::make_unique<CsvRecords>(TRY(TextLines::open(file)), options);
  TRY(records->read_header());
  return std::unique_ptr<Records>(std::move(records));
}

}  // namespace caudal::payments
