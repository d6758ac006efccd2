// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `transfer`.
#pragma once

#include "base/result.h"

namespace caudal::transfer {

enum class Errc {
  bad_gzip = 1,   // cut off, or not gzip
  bad_record,     // a line that is no item of the table
  line_too_long,  // no item is so large
  bad_header,     // the first line of a CSV file
  no_objects,     // below the prefix
  no_such_job,
  token_conflict,  // a client token came again with another request
  interrupted,     // the process ended before it was done, and it cannot go on
  bad_zstd,        // cut off, or not Zstandard
  invalid_window,  // between two moments of which changes cannot be exported; in DynamoDB's words
  no_backups_yet,  // of a table that is being imported; in DynamoDB's words
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::transfer

template <>
struct std::is_error_code_enum<caudal::transfer::Errc> : std::true_type {};
