// SPDX-License-Identifier: Apache-2.0
// The expressions of a request, from the members in which operations carry them. Inside room api/dynamodb only.
#pragma once

#include <optional>
#include <string>

#include "api/dynamodb/call.h"
#include "items/expressions/legacy.h"
#include "items/expressions/request.h"
#include "items/requests.h"

namespace caudal::api::dynamodb {

using WireNames = std::optional<aws::Map<std::string>>;
using WireValues = std::optional<aws::Map<aws::AttributeValue>>;

// Errors: ValidationException, in DynamoDB's words. `legacy`: the parameters of the time before expressions, which
// exclude these.
Outcome<items::ExpressionsPtr> read_expressions(Call& call, const items::ExpressionTexts& texts, const WireNames& names,
                                                WireValues&& values, items::LegacyParameters&& legacy = {});

inline std::optional<std::string_view> text_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

// A value of ReturnValues that the operation has.
Outcome<items::ReturnValues> return_values(const std::optional<std::string>& asked, bool is_update);
// Of ReturnValuesOnConditionCheckFailure.
inline bool returns_on_failure(const std::optional<std::string>& asked) { return asked && *asked == "ALL_OLD"; }

}  // namespace caudal::api::dynamodb
