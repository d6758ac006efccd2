// SPDX-License-Identifier: Apache-2.0
// Which tables get other columns when something is published, or rolled back. For the catalog's own use.
#pragma once

#include <vector>

#include "base/result.h"
#include "catalog/publication.h"
#include "catalog/reader.h"
#include "catalog/table.h"

namespace caudal::catalog {

struct TableUpdate {
  Table current;                // as it is
  std::vector<Column> columns;  // that it is to have; others than it has
};

// What is staged under `id`. Errc::version_conflict when somebody gave such a table other columns since.
Result<std::vector<TableUpdate>> staged_updates(const Reader& reader, const PublicationId& id);
// What puts the columns back that tables had right after `target`. Errc::version_conflict when they were changed since
// by somebody else than publications of the same scope.
Result<std::vector<TableUpdate>> updates_back(const Reader& reader, const Publication& target);

}  // namespace caudal::catalog
