// SPDX-License-Identifier: Apache-2.0
// Names and classes of the errors of a flow's declaration.
#include "flows/definition/errors.h"

namespace caudal::flows {

ErrcInfo errc_info(DefinitionErrc code) {
  switch (code) {
    case DefinitionErrc::invalid_type: return {"invalid column type", ErrorClass::kUsage};
    case DefinitionErrc::invalid_rule: return {"invalid quality rule", ErrorClass::kUsage};
    case DefinitionErrc::invalid_pattern: return {"invalid file pattern", ErrorClass::kUsage};
    case DefinitionErrc::invalid_sql: return {"invalid SQL parameter", ErrorClass::kUsage};
    case DefinitionErrc::not_a_month_file: return {"not a month's file", ErrorClass::kRefused};
  }
  return {"unknown", ErrorClass::kFailed};
}

}  // namespace caudal::flows
