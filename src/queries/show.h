// SPDX-License-Identifier: Apache-2.0
// SHOW, answered from the catalog: DuckDB knows only the tables that a statement has named.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/view.h"
#include "queries/session.h"

namespace caudal::queries {

enum class Shown { kDatabases, kTables, kColumns, kPartitions };

// What was written; names in lower case.
struct ShowStatement {
  Shown what = Shown::kTables;
  std::optional<std::string> database = {};  // of tables: only this one's
  std::string table = {};                    // of columns and partitions
  std::optional<std::string> pattern = {};   // of databases and tables: only names that fit
};

// In any case, as Athena has them; nullopt for all else:
//   SHOW DATABASES|SCHEMAS [[LIKE] 'pattern']
//   SHOW [ALL] TABLES [IN|FROM database] [[LIKE] 'pattern']
//   SHOW COLUMNS IN|FROM [database.]table [IN|FROM database]
//   SHOW PARTITIONS [database.]table
std::optional<ShowStatement> show_statement(std::string_view sql);

// The SELECT of what it shows. Databases and tables, the system's included, are columns "database" and "table", in
// order of name; columns are "field", as they stand in the table, its partition keys last; partitions are "partition",
// such as ano=2024/mes=01, in order of their values. A table without its database is in `default_database`, where there
// is one. Errors: those of the catalog, such as not_found with the nearest names; Errc::statement_refused where the
// pattern cannot be meant, the database is not told, or the table has no partition keys.
Result<std::string> show_select(const ShowStatement& show, const catalog::View& view, const SystemTables& system_tables,
                                const std::string& default_database);

}  // namespace caudal::queries
