// SPDX-License-Identifier: Apache-2.0
// Keys of items, with DynamoDB's errors: those of sizes and types as dynalite's tests recorded them from the service,
// those of empty values as the service's users report them.
#include "items/values/keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "items/values/errors.h"
#include "items/values/key_bytes.h"

namespace caudal::items {
namespace {

// Transactions tell this of the one write that has it, and what is empty of the whole request.
Error unfit(std::string message) { return {ValueErrc::unfit_key, std::move(message)}; }
Error invalid(std::string message) { return {ValueErrc::invalid_value, std::move(message)}; }

bool is_empty(const Value& value) {
  const auto bytes = bytes_of(value);
  return bytes && bytes->empty();
}

// "string" or "binary", for an error of an empty one.
std::string_view kind_of(const Value& value) { return value.is(Type::kString) ? "string" : "binary"; }

Error empty_key(const Value& value, std::string_view name) {
  return invalid(
      fmt::format("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                  "an empty {} value. Key: {}",
                  kind_of(value), name));
}

Error not_the_schema() { return unfit("The provided key element does not match the schema"); }

// Numbers are never too long, and do not count.
size_t counted_bytes(const Value& value) {
  const auto bytes = bytes_of(value);
  return bytes ? bytes->size() : 0;
}

// Goes through the attributes of the key in order. `check(attribute, value)` says what is wrong with one, if anything;
// the value may be nullptr.
template <class Check>
Result<Key> build(const KeySchema& schema, const Item& item, const Check& check) {
  Key key;
  size_t counted = 0;
  for (const KeyAttribute& attribute : schema.partition) {
    const Value* const value = item.find(attribute.name);
    TRY(check(attribute, value));
    counted += counted_bytes(*value);
    append_key_part(key.bytes, *value);
  }
  if (counted > kMostPartitionKeyBytes) {
    return unfit(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  key.partition_bytes = key.bytes.size();
  counted = 0;
  for (const KeyAttribute& attribute : schema.sort) {
    const Value* const value = item.find(attribute.name);
    TRY(check(attribute, value));
    counted += counted_bytes(*value);
    append_key_part(key.bytes, *value);
  }
  if (counted > kMostSortKeyBytes) {
    return unfit(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of "
        "1024 bytes");
  }
  return key;
}

}  // namespace

const KeyAttribute* KeySchema::find(std::string_view name) const {
  for (const auto* const attributes : {&partition, &sort}) {
    const auto at = std::find_if(attributes->begin(), attributes->end(), [&](const auto& a) { return a.name == name; });
    if (at != attributes->end()) return &*at;
  }
  return nullptr;
}

Result<Key> key_of_item(const KeySchema& schema, const Item& item) {
  return build(schema, item, [](const KeyAttribute& attribute, const Value* value) -> Result<void> {
    if (value == nullptr) {
      return unfit(
          fmt::format("One or more parameter values were invalid: Missing the key {} in the item", attribute.name));
    }
    if (!value->is(attribute.type)) {
      return unfit(
          fmt::format("One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}",
                      attribute.name, to_string(attribute.type), to_string(value->type())));
    }
    if (is_empty(*value)) return empty_key(*value, attribute.name);
    return {};
  });
}

Result<Key> key_of_key(const KeySchema& schema, const Item& key) {
  if (key.size() != schema.partition.size() + schema.sort.size()) return not_the_schema();
  return build(schema, key, [](const KeyAttribute& attribute, const Value* value) -> Result<void> {
    if (value == nullptr || !value->is(attribute.type)) return not_the_schema();
    if (is_empty(*value)) return empty_key(*value, attribute.name);
    return {};
  });
}

Result<std::optional<Key>> key_in_index(const KeySchema& schema, std::string_view index_name, const Item& item) {
  bool missing = false;
  // A wrong type is wrong whether or not the item has the other attributes.
  for (const auto* const attributes : {&schema.partition, &schema.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      const Value* const value = item.find(attribute.name);
      missing |= value == nullptr;
      if (value == nullptr) continue;
      if (!value->is(attribute.type)) {
        return unfit(
            fmt::format("One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} "
                        "Actual: {} IndexName: {}",
                        attribute.name, to_string(attribute.type), to_string(value->type()), index_name));
      }
      if (is_empty(*value)) {
        return invalid(
            fmt::format("One or more parameter values are not valid. A value specified for a secondary index key is "
                        "not supported. The AttributeValue for a key attribute cannot contain an empty {} value. "
                        "IndexName: {}, IndexKey: {}",
                        kind_of(*value), index_name, attribute.name));
      }
    }
  }
  if (missing) return std::optional<Key>();
  return std::optional<Key>(TRY(build(schema, item, [](const auto&, const Value*) -> Result<void> { return {}; })));
}

Item key_attributes(const KeySchema& schema, const Item& item) {
  Item key;
  for (const auto* const attributes : {&schema.partition, &schema.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      const Value* const value = item.find(attribute.name);
      if (value != nullptr) key.set(attribute.name, *value);
    }
  }
  return key;
}

Result<Item> decode_key(const KeySchema& schema, std::string_view bytes) {
  Item key;
  for (const auto* const attributes : {&schema.partition, &schema.sort}) {
    for (const KeyAttribute& attribute : *attributes) {
      auto value = read_key_part(bytes, attribute.type);
      if (!value) return Error{ValueErrc::corrupt, fmt::format("a stored key is damaged: no {}", attribute.name)};
      key.set(attribute.name, *std::move(value));
    }
  }
  if (!bytes.empty()) return Error{ValueErrc::corrupt, "a stored key is damaged: it is too long"};
  return key;
}

KeyRange range_of(const KeyCondition& condition) {
  std::string prefix;
  for (const Value& value : condition.partition) append_key_part(prefix, value);
  for (const Value& value : condition.sort_equal) append_key_part(prefix, value);
  if (!condition.sort) return {.lower = prefix, .upper = end_of_prefix(prefix)};
  const SortCondition& sort = *condition.sort;
  std::string bound = prefix;
  if (sort.op == SortOperator::kBeginsWith) {
    append_key_prefix(bound, sort.operand);
    return {.lower = bound, .upper = end_of_prefix(bound)};
  }
  append_key_part(bound, sort.operand);
  // Other attributes of the sort key may follow, so all keys that begin with `bound` are equal to it here.
  switch (sort.op) {
    case SortOperator::kLess: return {.lower = prefix, .upper = bound};
    case SortOperator::kLessOrEqual: return {.lower = prefix, .upper = end_of_prefix(bound)};
    case SortOperator::kGreaterOrEqual: return {.lower = bound, .upper = end_of_prefix(prefix)};
    case SortOperator::kGreater:
      // Parts never consist of FF alone, so there is an end.
      return {.lower = end_of_prefix(bound).value_or(bound), .upper = end_of_prefix(prefix)};
    case SortOperator::kBetween: {
      std::string upper = prefix;
      append_key_part(upper, sort.upper);
      return {.lower = bound, .upper = end_of_prefix(upper)};
    }
    default: return {.lower = bound, .upper = end_of_prefix(bound)};
  }
}

}  // namespace caudal::items
