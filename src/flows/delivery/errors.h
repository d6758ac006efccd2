// SPDX-License-Identifier: Apache-2.0
// Why a whole delivery is refused. Single records are refused by reasons (reason.h), never by an Error.
#pragma once

#include "base/result.h"

namespace caudal::delivery {

enum class Errc {
  empty_file = 1,  // no bytes at all, or nothing but blank lines: not even a header
  structure,       // the header's columns are not the contract's
  undecodable,     // UTF-16, NUL bytes in the header, a header that is not valid in the declared encoding
  bad_gzip,        // truncated, corrupt, or unpacks to more than allowed
  unstable,        // size or time of change moved while it was read: somebody is still writing it
  bad_name,        // hostile, or not of the input's pattern
  no_such_line,    // extract() was asked for a line where no record begins
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::delivery

template <>
struct std::is_error_code_enum<caudal::delivery::Errc> : std::true_type {};
