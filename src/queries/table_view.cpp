// SPDX-License-Identifier: Apache-2.0
// Writes the SELECT of a table.
#include "queries/table_view.h"

#include <algorithm>

#include "queries/type_map.h"
#include "sql/type.h"

namespace caudal::queries {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

void add_item(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string cast(const std::string& expression, const catalog::Column& column) {
  return "CAST(" + expression + " AS " + to_duckdb_type(column.type) + ") AS " + quote_identifier(column.name);
}

std::string empty_select(const catalog::Table& table) {
  std::string items;
  for (const catalog::Column& column : table.columns) add_item(items, cast("NULL", column));
  for (const catalog::Column& key : table.partition_keys) add_item(items, cast("NULL", key));
  return "SELECT " + items + " WHERE false";
}

std::string read_files(const catalog::Table& table, const FileGroup& group) {
  std::string files;
  for (const std::filesystem::path& file : group.files) add_item(files, quote_literal(file.string()));
  std::string text = "read_parquet([" + files + "]";
  if (table.partition_keys.empty()) return text + ", hive_partitioning = false)";
  std::string types;
  for (const catalog::Column& key : table.partition_keys)
    add_item(types, quote_literal(key.name) + ": " + quote_literal(to_duckdb_type(key.type)));
  return text + ", hive_partitioning = true, hive_types = {" + types + "})";
}

std::string group_select(const catalog::Table& table, const FileGroup& group) {
  std::string items;
  for (const catalog::Column& column : table.columns) {
    const bool has = std::ranges::any_of(group.columns, [&](const auto& own) { return own.name == column.name; });
    add_item(items, cast(has ? quote_identifier(column.name) : "NULL", column));
  }
  for (const catalog::Column& key : table.partition_keys) add_item(items, cast(quote_identifier(key.name), key));
  return "SELECT " + items + " FROM " + read_files(table, group);
}

}  // namespace

std::string table_select(const catalog::Table& table, const std::vector<FileGroup>& groups) {
  if (groups.empty()) return empty_select(table);
  std::string text;
  for (const FileGroup& group : groups) {
    if (!text.empty()) text += " UNION ALL ";
    text += group_select(table, group);
  }
  return text;
}

}  // namespace caudal::queries
