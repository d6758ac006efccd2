// SPDX-License-Identifier: Apache-2.0
// Values from what DynamoDB's clients send (aws/attribute_value.h) and to it. Texts are moved, not copied, where what
// is given is given away. What DynamoDB refuses is refused in its words (ValueErrc::invalid_value).
#pragma once

#include "aws/attribute_value.h"
#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

// One nested deeper than kMostLevels is refused too.
Result<Value> from_wire(aws::AttributeValue&& value);
Result<Item> from_wire(aws::AttributeMap&& item);

aws::AttributeValue to_wire(Value&& value);
aws::AttributeMap to_wire(Item&& item);
inline aws::AttributeValue to_wire(const Value& value) { return to_wire(Value(value)); }
inline aws::AttributeMap to_wire(const Item& item) { return to_wire(Item(item)); }

}  // namespace caudal::items
