// SPDX-License-Identifier: Apache-2.0
// SHOW DATABASES and SHOW TABLES, answered from the catalog: DuckDB knows only the tables that a statement has named.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/view.h"
#include "queries/session.h"

namespace caudal::queries {

struct ShowStatement {
  bool databases = false;                    // else tables
  std::optional<std::string> database = {};  // of tables: only this one's
};

// "SHOW DATABASES", "SHOW SCHEMAS", "SHOW [ALL] TABLES [IN|FROM database]", in any case; nullopt for all else.
std::optional<ShowStatement> show_statement(std::string_view sql);

// The SELECT of what it shows, in order of name, the system's tables included: "database", and "table" for tables.
// Errors: those of the catalog, such as not_found with the nearest names.
Result<std::string> show_select(const ShowStatement& show, const catalog::View& view,
                                const SystemTables& system_tables);

}  // namespace caudal::queries
