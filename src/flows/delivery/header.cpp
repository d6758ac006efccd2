// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "flows/delivery/errors.h"
#include "flows/delivery/file_name.h"
#include "flows/delivery/records.h"

namespace caudal::delivery {
namespace {

constexpr char kDelimiters[] = {',', ';', '\t', '|'};
constexpr size_t kNamesShown = 60;

std::string normalised(std::string_view name) {
  const size_t first = name.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  std::string out(name.substr(first, name.find_last_not_of(" \t") - first + 1));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::vector<std::string> names_in(std::string_view line, char delimiter) {
  std::vector<Field> fields;
  std::vector<std::string> names;
  const RecordEnd end = read_record(line, 0, true, {delimiter, line.size()}, &fields);
  if (end.fault != RecordFault::kNone) return names;
  std::string scratch;
  for (const Field& field : fields) names.push_back(normalised(field_text(line, field, scratch)));
  return names;
}

size_t column_named(const Schema& schema, std::string_view name) {
  size_t i = 0;
  while (i < schema.columns.size() && normalised(schema.columns[i].name) != name) ++i;
  return i;
}

char best_delimiter(std::string_view line, const Schema& schema) {
  if (schema.format.delimiter) return *schema.format.delimiter;
  char best = kDelimiters[0];
  std::pair<size_t, size_t> best_score = {0, 0};
  for (const char delimiter : kDelimiters) {
    const std::vector<std::string> names = names_in(line, delimiter);
    size_t known = 0;
    for (const std::string& name : names) known += column_named(schema, name) < schema.columns.size() ? 1 : 0;
    const std::pair<size_t, size_t> score = {known, names.size()};
    if (score > best_score) {
      best = delimiter;
      best_score = score;
    }
  }
  return best;
}

// Edit distance, for "renamed?".
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// The missing column that `name` most resembles, or "".
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& missing) {
  std::string_view best;
  size_t best_distance = 0;
  if (name.size() > 100) return best;
  for (const std::string_view candidate : missing) {
    const size_t edits = distance(name, candidate);
    if (edits * 2 <= std::max(name.size(), candidate.size()) && (best.empty() || edits < best_distance)) {
      best = candidate;
      best_distance = edits;
    }
  }
  return best;
}

template <class Names>
std::string listed(const Names& names) {
  std::vector<std::string> shown;
  for (const auto& name : names) {
    if (shown.size() == kNamesShown) {
      shown.push_back(fmt::format("and {} more", names.size() - kNamesShown));
      break;
    }
    shown.push_back(name.empty() ? "(no name)" : printable_name(name));
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

// What is wrong with `found`, as the parts of one sentence; empty when nothing is.
std::vector<std::string> differences(const std::vector<std::string>& found, const Schema& schema) {
  std::vector<std::string_view> missing;
  for (const Column& column : schema.columns) {
    if (std::find(found.begin(), found.end(), normalised(column.name)) == found.end()) missing.push_back(column.name);
  }
  std::vector<std::string> extra;
  std::vector<std::string> repeated;
  for (size_t i = 0; i < found.size(); ++i) {
    if (std::find(found.begin(), found.begin() + static_cast<ptrdiff_t>(i), found[i]) !=
        found.begin() + static_cast<ptrdiff_t>(i)) {
      repeated.push_back(found[i]);
    } else if (column_named(schema, found[i]) == schema.columns.size()) {
      const std::string_view meant = nearest(found[i], missing);
      extra.push_back(meant.empty() ? found[i] : fmt::format("{} (renamed from {}?)", found[i], meant));
    }
  }
  std::vector<std::string> parts;
  if (!missing.empty()) parts.push_back("missing " + listed(missing));
  if (!extra.empty()) parts.push_back("unexpected " + listed(extra));
  if (!repeated.empty()) parts.push_back("repeated " + listed(repeated));
  return parts;
}

}  // namespace

Result<Header> read_header(std::string_view line, const Schema& schema, std::string_view file) {
  Header header{.delimiter = best_delimiter(line, schema), .column_of_field = {}};
  const std::vector<std::string> found = names_in(line, header.delimiter);
  const std::vector<std::string> wrong = differences(found, schema);
  if (!wrong.empty()) {
    std::vector<std::string_view> expected;
    for (const Column& column : schema.columns) expected.push_back(column.name);
    return Error{
        Errc::structure,
        fmt::format("{}:1: the columns are not those of the contract {}: {}. Expected: {}. Found: {}. Ask the "
                    "sender for the agreed columns, or change the contract",
                    printable_name(file), schema.table, fmt::join(wrong, "; "), listed(expected), listed(found))};
  }
  for (const std::string& name : found)
    header.column_of_field.push_back(static_cast<uint16_t>(column_named(schema, name)));
  return header;
}

Header header_by_contract(std::string_view first_line, const Schema& schema) {
  Header header{.delimiter = schema.format.delimiter.value_or(','), .column_of_field = {}};
  if (!schema.format.delimiter) {
    for (const char delimiter : kDelimiters) {
      if (names_in(first_line, delimiter).size() == schema.columns.size()) {
        header.delimiter = delimiter;
        break;
      }
    }
  }
  for (size_t i = 0; i < schema.columns.size(); ++i) header.column_of_field.push_back(static_cast<uint16_t>(i));
  return header;
}

}  // namespace caudal::delivery
