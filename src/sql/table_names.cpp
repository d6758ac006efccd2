// SPDX-License-Identifier: Apache-2.0
// Which tables a statement names, from DuckDB's parser.
#include <algorithm>

#include "sql/database_impl.h"

namespace caudal::sql {
namespace {

// One name as DuckDB writes it: parts joined by dots, quoted where needed, and " AS alias" behind an aliased table.
Connection::TableName parse_name(std::string_view text) {
  Connection::TableName name;
  std::string part;
  size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '"') {
      for (++i; i < text.size(); ++i) {
        if (text[i] != '"') {
          part += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          part += text[i++];
        } else {
          break;
        }
      }
      ++i;
    } else if (text[i] == '.') {
      name.parts.push_back(std::move(part));
      part.clear();
      ++i;
    } else if (text[i] == ' ') {
      break;
    } else {
      part += text[i++];
    }
  }
  name.parts.push_back(std::move(part));
  return name;
}

}  // namespace

std::vector<Connection::TableName> Connection::table_names(std::string_view sql) {
  std::vector<TableName> names;
  if (sql.find('\0') != std::string_view::npos) return names;
  const OwnedValue list(duckdb_get_table_names(impl_->connection.get(), std::string(sql).c_str(), true));
  if (list.get() == nullptr) return names;
  for (idx_t i = 0; i < duckdb_get_list_size(list.get()); ++i) {
    const OwnedValue item(duckdb_get_list_child(list.get(), i));
    names.push_back(parse_name(take_string(duckdb_get_varchar(item.get()))));
  }
  std::ranges::sort(names);
  const auto repeats = std::ranges::unique(names);
  names.erase(repeats.begin(), repeats.end());
  return names;
}

}  // namespace caudal::sql
