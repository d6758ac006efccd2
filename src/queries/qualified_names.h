// SPDX-License-Identifier: Apache-2.0
// Which "database"."table" a text of Caudal's own SQL may name. For statements that DuckDB's parser gives no tree of
// (it serialises SELECT only); users' SELECTs go through sql::Connection::table_names instead.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace caudal::queries {

// Every pair of identifiers joined by a dot, lower-cased, outside strings and comments. Aliases with their columns are
// among them (a.valor): whoever asks looks up which of them are tables.
std::set<std::pair<std::string, std::string>> qualified_names(std::string_view sql);

}  // namespace caudal::queries
