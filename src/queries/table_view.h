// SPDX-License-Identifier: Apache-2.0
// The SELECT that stands for a catalog table inside DuckDB: the catalog's columns and types over the linked files.
#pragma once

#include <string>
#include <vector>

#include "catalog/table.h"
#include "queries/table_files.h"

namespace caudal::queries {

// Columns in the catalog's order, then the partition keys, typed as the catalog says. Columns that a group's files do
// not have are NULL. Without files: no rows. The CASTs vanish in DuckDB's binder where the file has the type already,
// so that filters reach the files; filters on partition keys choose the files before any is opened.
std::string table_select(const catalog::Table& table, const std::vector<FileGroup>& groups);

}  // namespace caudal::queries
