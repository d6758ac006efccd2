// SPDX-License-Identifier: Apache-2.0
// The rules of Glue's Data Catalog for names, and Caudal's for locations.
#include "catalog/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/utf8.h"
#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

constexpr size_t kLongestNameBytes = 255;
constexpr size_t kLongestLocationBytes = 2048;

// What is wrong with the characters of `text`, if anything.
std::optional<std::string> bad_characters(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_sequence_bytes(text.substr(at));
    if (length == 0) return fmt::format("is not UTF-8 at byte {}", at + 1);
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c == 0x7F) return fmt::format("has a control character at byte {}", at + 1);
    at += length;
  }
  return std::nullopt;
}

// `text` for a message: cut, and without what would break a terminal.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 60)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return text.size() > 60 ? out + "…" : out;
}

Result<void> check_names(std::vector<Column>& columns, std::string_view what, std::unordered_set<std::string>& seen) {
  for (Column& column : columns) {
    column.name = TRY(checked_name(what, column.name));
    if (!seen.insert(column.name).second) {
      return Error{Errc::invalid_table, fmt::format("column '{}' is there twice; names are compared in lower case, and "
                                                    "partition keys are columns too",
                                                    column.name)};
    }
  }
  return {};
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<void> check_text(std::string_view what, std::string_view text) {
  if (text.empty()) return Error{Errc::invalid_name, fmt::format("a {} is empty", what)};
  if (text.size() > kLongestNameBytes) {
    return Error{Errc::invalid_name, fmt::format("{} '{}' has {} bytes, at most {} are allowed", what, shown(text),
                                                 text.size(), kLongestNameBytes)};
  }
  if (const auto wrong = bad_characters(text)) {
    return Error{Errc::invalid_name, fmt::format("{} '{}' {}", what, shown(text), *wrong)};
  }
  return {};
}

Result<std::string> checked_name(std::string_view what, std::string_view name) {
  TRY(check_text(what, name));
  if (name.front() == ' ' || name.back() == ' ') {
    return Error{Errc::invalid_name, fmt::format("{} '{}' begins or ends with a space", what, name)};
  }
  return lower_case(name);
}

Result<std::string> checked_location(std::string_view location) {
  if (location.empty()) return std::string();
  const auto refuse = [&](std::string_view why) {
    return Error{Errc::invalid_table,
                 fmt::format("location '{}' {}; a location reads s3://bucket/prefix/", shown(location), why)};
  };
  constexpr std::string_view kScheme = "s3://";
  if (!location.starts_with(kScheme)) return refuse("does not begin with s3://");
  if (location.size() > kLongestLocationBytes) return refuse("is longer than 2048 bytes");
  if (const auto wrong = bad_characters(location)) return refuse(*wrong);
  const std::string_view bucket =
      location.substr(kScheme.size()).substr(0, location.find('/', kScheme.size()) - kScheme.size());
  if (bucket.empty()) return refuse("names no bucket");
  std::string out(location);
  if (out.back() != '/') out += '/';
  return out;
}

Result<void> check_columns(Table& table) {
  if (table.columns.empty()) {
    return Error{Errc::invalid_table,
                 fmt::format("table {}.{} has no columns; give it at least one", table.database, table.name)};
  }
  std::unordered_set<std::string> seen;
  TRY(check_names(table.columns, "column name", seen));
  TRY(check_names(table.partition_keys, "partition key", seen));
  for (const Column& key : table.partition_keys) {
    if (key.type.is_nested()) {
      return Error{Errc::invalid_table, fmt::format("partition key '{}' is of type {}; a partition key is a primitive",
                                                    key.name, key.type.to_string())};
    }
  }
  return {};
}

Result<void> check_table(Table& table) {
  table.database = TRY(checked_name("database name", table.database));
  table.name = TRY(checked_name("table name", table.name));
  table.location = TRY(checked_location(table.location));
  TRY(check_text("format", table.format));
  return check_columns(table);
}

Result<std::vector<Column>> checked_partition_columns(const std::vector<Column>& columns, const Table& table) {
  std::vector<Column> out = columns;
  std::unordered_set<std::string> seen;
  for (const Column& key : table.partition_keys) seen.insert(key.name);
  TRY(check_names(out, "column name", seen));
  return out;
}

}  // namespace caudal::catalog
