// SPDX-License-Identifier: Apache-2.0
// What can be wrong with expressions, as codes. The messages are DynamoDB's own words, so that a door can pass them on.
#pragma once

#include "base/result.h"

namespace caudal::items {

enum class ExpressionErrc {
  invalid_expression = 1,  // the expression, or what belongs to it in the request
  invalid_update,          // a good expression that this item does not allow to be applied
};
ErrcInfo errc_info(ExpressionErrc code);
inline std::error_code make_error_code(ExpressionErrc code) { return errc_code(code); }

}  // namespace caudal::items

template <>
struct std::is_error_code_enum<caudal::items::ExpressionErrc> : std::true_type {};
