// SPDX-License-Identifier: Apache-2.0
// Keys of items: a partition key and perhaps a sort key, each of one attribute (of an index: of up to four). Taken from
// items and checked in DynamoDB's words; as bytes, sorted by partition and in it by sort key; as ranges for queries.
//
//   const Key key = TRY(key_of_item(schema, item));        key.bytes, key.partition()
//   const KeyRange range = range_of({.partition = {Value("a#PAYMENT")}, .sort = SortCondition{...}});
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/values/value.h"

namespace caudal::items {

inline constexpr size_t kMostPartitionKeyBytes = 2048;
inline constexpr size_t kMostSortKeyBytes = 1024;

struct KeyAttribute {
  std::string name;
  Type type = Type::kString;  // S, N or B
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

struct KeySchema {
  std::vector<KeyAttribute> partition;  // at least one
  std::vector<KeyAttribute> sort = {};
  // nullptr when `name` is no part of the key.
  const KeyAttribute* find(std::string_view name) const;
  friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

struct Key {
  std::string bytes;           // of all attributes, see key_bytes.h
  size_t partition_bytes = 0;  // how many of them are the partition's
  std::string_view partition() const { return std::string_view(bytes).substr(0, partition_bytes); }
  friend bool operator==(const Key&, const Key&) = default;
};

// Of an item that is to be put into a table.
Result<Key> key_of_item(const KeySchema& schema, const Item& item);
// Of a request's Key: just the attributes of the key.
Result<Key> key_of_key(const KeySchema& schema, const Item& key);
// In a secondary index; nothing when the item lacks one of the attributes, and so is not in the index.
Result<std::optional<Key>> key_in_index(const KeySchema& schema, std::string_view index_name, const Item& item);

// The attributes of the key alone.
Item key_attributes(const KeySchema& schema, const Item& item);
// What key_of_item made bytes of. An error: ValueErrc::corrupt.
Result<Item> decode_key(const KeySchema& schema, std::string_view bytes);

// --- what a query asks for ---

enum class SortOperator : uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,     // both ends belong to it
  kBeginsWith,  // S or B
};

struct SortCondition {
  SortOperator op = SortOperator::kEqual;
  Value operand;
  Value upper = {};  // of kBetween
  friend bool operator==(const SortCondition&, const SortCondition&) = default;
};

struct KeyCondition {
  std::vector<Value> partition;            // of all its attributes, in the schema's order
  std::vector<Value> sort_equal = {};      // of the first attributes of a sort key of several
  std::optional<SortCondition> sort = {};  // on the attribute after those
  friend bool operator==(const KeyCondition&, const KeyCondition&) = default;
};

struct KeyRange {
  std::string lower;                      // the first that may belong to it
  std::optional<std::string> upper = {};  // the first after it; nothing: to the end
  bool contains(std::string_view key_bytes) const { return key_bytes >= lower && (!upper || key_bytes < *upper); }
  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

// The bytes of exactly the keys that fulfil the condition.
KeyRange range_of(const KeyCondition& condition);

}  // namespace caudal::items
