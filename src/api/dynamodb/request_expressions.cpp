// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/request_expressions.h"

#include "api/dynamodb/errors.h"

namespace caudal::api::dynamodb {

namespace {

Outcome<void> check_together(Call& call, const items::ExpressionTexts& texts, const WireNames& names,
                             const WireValues& values, const items::LegacyParameters& legacy) {
  const std::vector<items::Parameter> expressions = {{"ProjectionExpression", texts.projection.has_value()},
                                                     {"UpdateExpression", texts.update.has_value()},
                                                     {"ConditionExpression", texts.condition.has_value()},
                                                     {"FilterExpression", texts.filter.has_value()},
                                                     {"KeyConditionExpression", texts.key_condition.has_value()}};
  const std::string_view filter = call.operation == "Scan" ? "ScanFilter" : "QueryFilter";
  const std::vector<items::Parameter> before = {{"AttributesToGet", legacy.attributes_to_get.has_value()},
                                                {"AttributeUpdates", legacy.attribute_updates.has_value()},
                                                {"Expected", legacy.expected.has_value()},
                                                {filter, legacy.filter.has_value()},
                                                {"ConditionalOperator", legacy.conditional_operator.has_value()},
                                                {"KeyConditions", legacy.key_conditions.has_value()}};
  return call.said(items::check_parameters(expressions, before, names.has_value(), values.has_value()));
}

}  // namespace

Outcome<items::ExpressionsPtr> read_expressions(Call& call, const items::ExpressionTexts& texts, const WireNames& names,
                                                WireValues&& values, items::LegacyParameters&& legacy) {
  const bool has_any = texts.update || texts.condition || texts.key_condition || texts.filter || texts.projection;
  const bool has_legacy = legacy.attribute_updates || legacy.expected || legacy.key_conditions || legacy.filter ||
                          legacy.conditional_operator || legacy.attributes_to_get;
  // Most requests.
  if (!has_any && !has_legacy && !names && !values) return items::ExpressionsPtr();
  TRY(check_together(call, texts, names, values, legacy));
  if (!has_any && !has_legacy) return items::ExpressionsPtr();
  items::Placeholders placeholders = TRY(call.said(items::Placeholders::make(names, std::move(values))));
  auto all =
      std::make_shared<items::Expressions>(TRY(call.said(items::parse_expressions(texts, std::move(placeholders)))));
  if (has_legacy) TRY(call.said(items::add_legacy(std::move(legacy), *all)));
  return items::ExpressionsPtr(std::move(all));
}

Outcome<items::ReturnValues> return_values(const std::optional<std::string>& asked, bool is_update) {
  if (!asked || *asked == "NONE") return items::ReturnValues::kNone;
  if (*asked == "ALL_OLD") return items::ReturnValues::kAllOld;
  if (!is_update) return validation("ReturnValues can only be ALL_OLD or NONE");
  if (*asked == "UPDATED_OLD") return items::ReturnValues::kUpdatedOld;
  if (*asked == "ALL_NEW") return items::ReturnValues::kAllNew;
  return items::ReturnValues::kUpdatedNew;
}

}  // namespace caudal::api::dynamodb
