// SPDX-License-Identifier: Apache-2.0
// The audit log as SQL: caudal.audit.
//
//   SELECT time, principal, operation, resource, error_code FROM caudal.audit WHERE status >= 400 ORDER BY time DESC
//
// Times are UTC without zone; texts that say nothing are NULL. A query sees what is on disk: what a server did in the
// last fraction of a second may not be.
#pragma once

#include <filesystem>
#include <memory>

#include "queries/system_table.h"

namespace caudal::audit {

// Reads segment by segment, by several threads at once, also while a server writes. No folder: no rows.
std::shared_ptr<const queries::SystemTable> make_system_table(std::filesystem::path directory);

}  // namespace caudal::audit
