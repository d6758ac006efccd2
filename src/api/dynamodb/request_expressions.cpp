// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/request_expressions.h"

#include "api/dynamodb/errors.h"

namespace caudal::api::dynamodb {

Outcome<items::ExpressionsPtr> read_expressions(Call& call, const items::ExpressionTexts& texts, const WireNames& names,
                                                WireValues&& values) {
  const bool has_any = texts.update || texts.condition || texts.key_condition || texts.filter || texts.projection;
  if (!has_any) {
    if (names) return validation("ExpressionAttributeNames can only be specified when using expressions");
    if (values) return validation("ExpressionAttributeValues can only be specified when using expressions");
    return items::ExpressionsPtr();
  }
  items::Placeholders placeholders = TRY(call.said(items::Placeholders::make(names, std::move(values))));
  return std::make_shared<const items::Expressions>(
      TRY(call.said(items::parse_expressions(texts, std::move(placeholders)))));
}

Outcome<items::ReturnValues> return_values(const std::optional<std::string>& asked, bool is_update) {
  if (!asked || *asked == "NONE") return items::ReturnValues::kNone;
  if (*asked == "ALL_OLD") return items::ReturnValues::kAllOld;
  if (!is_update) return validation("Return values set to invalid value");
  if (*asked == "UPDATED_OLD") return items::ReturnValues::kUpdatedOld;
  if (*asked == "ALL_NEW") return items::ReturnValues::kAllNew;
  return items::ReturnValues::kUpdatedNew;
}

}  // namespace caudal::api::dynamodb
