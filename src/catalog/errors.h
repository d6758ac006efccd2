// SPDX-License-Identifier: Apache-2.0
// What can go wrong in the catalog, as codes to decide by. The messages carry the names and what to do.
#pragma once

#include "base/result.h"

namespace caudal::catalog {

enum class Errc {
  invalid_name = 1,
  invalid_type,
  invalid_table,       // columns, partition keys, location or partition values that do not fit together
  not_found,           // database, table, table version or publication
  exists,              // a create of what is there already
  not_empty,           // a drop of a database that still has tables
  version_conflict,    // the table was changed by somebody else since it was read
  publication_state,   // staging under an id that is published already, rollback to one that is no longer kept, ...
  partition_conflict,  // a partition was moved by another publication meanwhile
  corrupt,             // rows of the store that do not fit together
  newer_format         // written by a newer Caudal
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::catalog

template <>
struct std::is_error_code_enum<caudal::catalog::Errc> : std::true_type {};
