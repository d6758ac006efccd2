// SPDX-License-Identifier: Apache-2.0
// Tables, and their databases, that come to be with a publication. For the catalog's own use.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "catalog/publication.h"
#include "catalog/reader.h"
#include "kv/store.h"

namespace caudal::catalog {

// Adds to `batch` the databases and tables that are staged under `id` and not there yet, as of `now`.
// Errc::version_conflict when somebody made such a table with other columns meanwhile; Errc::not_found when the
// database of one was dropped.
Result<void> make_staged_tables(const Reader& reader, const PublicationId& id, Timestamp now, kv::Family family,
                                kv::Batch& batch);
// Adds to `batch` that nothing of tables and databases is staged under `id` any more.
Result<void> remove_staged_tables(const Reader& reader, const PublicationId& id, kv::Family family, kv::Batch& batch);

}  // namespace caudal::catalog
