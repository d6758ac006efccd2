// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of expressions.
#include "items/expressions/errors.h"

namespace caudal::items {

ErrcInfo errc_info(ExpressionErrc code) {
  switch (code) {
    case ExpressionErrc::invalid_expression: return {"invalid expression", ErrorClass::kUsage};
    case ExpressionErrc::invalid_update: return {"update not possible", ErrorClass::kUsage};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::items
