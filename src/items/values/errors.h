// SPDX-License-Identifier: Apache-2.0
// What can be wrong with values, as codes. The messages of invalid values are DynamoDB's own words, so that a door can
// pass them on.
#pragma once

#include "base/result.h"

namespace caudal::items {

enum class ValueErrc {
  invalid_value = 1,  // what a client sent is no value, item or key that DynamoDB takes
  invalid_json,       // text that is not an item in JSON
  unfit_key,          // a key, or an attribute of an index's, that the table does not take: its type, its length
  corrupt,            // stored bytes are not what was written
};
ErrcInfo errc_info(ValueErrc code);
inline std::error_code make_error_code(ValueErrc code) { return errc_code(code); }

}  // namespace caudal::items

template <>
struct std::is_error_code_enum<caudal::items::ValueErrc> : std::true_type {};
