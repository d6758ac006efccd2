// SPDX-License-Identifier: Apache-2.0
// Keys: their order, their ranges, their errors.
#include "items/values/keys.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "items/values/errors.h"
#include "items/values/key_bytes.h"
#include "items/values/testing/random_values.h"

namespace caudal::items {
namespace {

const KeySchema kPayments{.partition = {{"PK", Type::kString}}, .sort = {{"SK", Type::kNumber}}};

Item item_of(std::initializer_list<std::pair<const char*, Value>> attributes) {
  Item item;
  for (const auto& [name, value] : attributes) item.set(name, value);
  return item;
}

std::string part(const Value& value) {
  std::string bytes;
  append_key_part(bytes, value);
  return bytes;
}

std::string error_of(const Result<Key>& key) { return key ? "no error" : key.error().message; }

TEST(KeyBytes, CompareAsTheValuesDo) {
  Random random(testing::test_seed());
  for (int i = 0; i < 20'000; ++i) {
    const Value a = testing::random_scalar(random);
    const Value b = testing::random_scalar(random);
    const auto order = compare(a, b);
    if (!order) continue;
    ASSERT_EQ(part(a) <=> part(b), *order);
    // Whatever follows, the first part decides.
    if (*order != std::strong_ordering::equal) {
      ASSERT_EQ((part(a) + part(Value("z"))) <=> (part(b) + part(Value(""))), *order);
    }
    const std::string both = part(a) + part(b);
    std::string_view rest = both;
    ASSERT_EQ(read_key_part(rest, a.type()), a);
    ASSERT_EQ(read_key_part(rest, b.type()), b);
    ASSERT_TRUE(rest.empty());
  }
}

TEST(KeyBytes, ThatNobodyWroteAreRefused) {
  using namespace std::string_literals;
  for (const std::string& bytes : {""s, "a"s, "a\0"s, "a\0\x02"s, "\0"s}) {
    std::string_view rest = bytes;
    EXPECT_EQ(read_key_part(rest, Type::kString), std::nullopt);
  }
}

TEST(Key, OfAnItemIsItsPartitionAndItsSortKey) {
  const Item item = item_of({{"PK", Value("a")}, {"SK", Value(Number(7))}, {"other", Value(true)}});
  const Key key = unwrap(key_of_item(kPayments, item));
  EXPECT_EQ(key.bytes, part(Value("a")) + part(Value(Number(7))));
  EXPECT_EQ(key.partition(), part(Value("a")));
  EXPECT_EQ(unwrap(decode_key(kPayments, key.bytes)), key_attributes(kPayments, item));
  EXPECT_EQ(unwrap(key_of_key(kPayments, key_attributes(kPayments, item))), key);
  EXPECT_FALSE(decode_key(kPayments, key.bytes + "x").has_value());
  EXPECT_FALSE(decode_key(kPayments, key.partition()).has_value());
}

TEST(Key, OfAnItemIsRefusedInDynamoDbsWords) {
  EXPECT_EQ(error_of(key_of_item(kPayments, item_of({{"PK", Value("a")}}))),
            "One or more parameter values were invalid: Missing the key SK in the item");
  EXPECT_EQ(error_of(key_of_item(kPayments, item_of({{"PK", Value("a")}, {"SK", Value("7")}}))),
            "One or more parameter values were invalid: Type mismatch for key SK expected: N actual: S");
  EXPECT_EQ(
      error_of(key_of_item(kPayments, item_of({{"PK", Value("")}, {"SK", Value(Number(7))}}))),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
      "string value. Key: PK");
  const KeySchema binary{.partition = {{"id", Type::kBinary}}};
  EXPECT_EQ(
      error_of(key_of_item(binary, item_of({{"id", Value(Binary{})}}))),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
      "binary value. Key: id");
}

TEST(Key, OfARequestHoldsTheKeyAlone) {
  for (const Item& key : {Item(), item_of({{"PK", Value("a")}}), item_of({{"PK", Value("a")}, {"SK", Value("7")}}),
                          item_of({{"PK", Value("a")}, {"SK", Value(Number(7))}, {"x", Value(true)}}),
                          item_of({{"PK", Value("a")}, {"x", Value(Number(7))}})}) {
    EXPECT_EQ(error_of(key_of_key(kPayments, key)), "The provided key element does not match the schema");
  }
}

TEST(Key, HasLimitsOfItsOwn) {
  const KeySchema schema{.partition = {{"p", Type::kString}}, .sort = {{"a", Type::kString}, {"b", Type::kBinary}}};
  const auto with = [&](size_t partition, size_t a, size_t b) {
    return key_of_item(schema, item_of({{"p", Value(std::string(partition, 'p'))},
                                        {"a", Value(std::string(a, 'a'))},
                                        {"b", Value(Binary{std::string(b, 'b')})}}));
  };
  EXPECT_OK(with(2048, 1023, 1));
  EXPECT_EQ(
      error_of(with(2049, 1, 1)),
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
  EXPECT_EQ(
      error_of(with(1, 1023, 2)),
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of "
      "1024 bytes");
}

TEST(KeyInIndex, IsMissingFromASparseIndexAndOtherwiseOfItsType) {
  const KeySchema index{.partition = {{"status", Type::kString}}, .sort = {{"day", Type::kString}}};
  const auto key = [&](const Item& item) { return key_in_index(index, "by_day", item); };
  EXPECT_EQ(unwrap(key(item_of({{"status", Value("s")}}))), std::nullopt);
  EXPECT_EQ(unwrap(key(item_of({{"status", Value("s")}, {"day", Value("d")}})))->bytes,
            part(Value("s")) + part(Value("d")));
  EXPECT_EQ(
      key(item_of({{"day", Value(Number(1))}})).error().message,
      "One or more parameter values were invalid: Type mismatch for Index Key day Expected: S Actual: N IndexName: "
      "by_day");
  EXPECT_EQ(key(item_of({{"day", Value("")}})).error().message,
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
            "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_day, IndexKey: "
            "day");
}

bool fulfils(const SortCondition& condition, const Value& value) {
  const auto order = *compare(value, condition.operand);
  switch (condition.op) {
    case SortOperator::kEqual: return order == 0;
    case SortOperator::kLess: return order < 0;
    case SortOperator::kLessOrEqual: return order <= 0;
    case SortOperator::kGreater: return order > 0;
    case SortOperator::kGreaterOrEqual: return order >= 0;
    case SortOperator::kBetween: return order >= 0 && *compare(value, condition.upper) <= 0;
    case SortOperator::kBeginsWith: return bytes_of(value)->starts_with(*bytes_of(condition.operand));
  }
  return false;
}

Value random_of(Type type, Random& random) {
  for (;;) {
    Value value = testing::random_scalar(random);
    if (value.is(type)) return value;
  }
}

TEST(KeyRange, HoldsExactlyTheKeysThatFulfilTheCondition) {
  Random random(testing::test_seed());
  constexpr Type kKeyTypes[] = {Type::kString, Type::kNumber, Type::kBinary};
  for (int i = 0; i < 20'000; ++i) {
    const Type type = kKeyTypes[random.below(3)];
    SortCondition condition{.op = static_cast<SortOperator>(random.below(type == Type::kNumber ? 6 : 7)),
                            .operand = random_of(type, random)};
    if (condition.op == SortOperator::kBetween) {
      condition.upper = random_of(type, random);
      if (*compare(condition.upper, condition.operand) < 0) std::swap(condition.upper, condition.operand);
    }
    const Value partition = random_of(Type::kString, random);
    const Value first = random_of(Type::kNumber, random);
    const KeyRange range = range_of({.partition = {partition}, .sort_equal = {first}, .sort = condition});
    const Value value = random.chance(0.2) ? condition.operand : random_of(type, random);
    const std::string last = part(random_of(Type::kBinary, random));
    const bool inside = fulfils(condition, value);
    ASSERT_EQ(range.contains(part(partition) + part(first) + part(value)), inside);
    ASSERT_EQ(range.contains(part(partition) + part(first) + part(value) + last), inside) << "of several attributes";
    const Value other = random_of(Type::kString, random);
    ASSERT_EQ(range.contains(part(other) + part(first) + part(value)), inside && other == partition);
    ASSERT_EQ(range_of({.partition = {partition}}).contains(part(other) + part(value)), other == partition);
  }
}

TEST(EndOfPrefix, IsTheFirstThatDoesNotBeginSo) {
  EXPECT_EQ(end_of_prefix("ab"), "ac");
  EXPECT_EQ(end_of_prefix("a\xff\xff"), "b");
  EXPECT_EQ(end_of_prefix("\xff"), std::nullopt);
  EXPECT_EQ(end_of_prefix(""), std::nullopt);
}

TEST(Segments, ShareOutAllHashesEvenly) {
  for (const uint32_t segments : {1U, 2U, 3U, 7U, 1'000'000U}) {
    for (const uint32_t segment : {0U, segments / 2, segments - 1}) {
      const uint64_t first = first_hash_of(segment, segments);
      EXPECT_EQ(segment_of(first, segments), segment);
      if (segment > 0) {
        EXPECT_EQ(segment_of(first - 1, segments), segment - 1);
      }
    }
  }
  EXPECT_EQ(segment_of(~uint64_t{0}, 7), 6U);
  std::vector<int> counts(8);
  for (int i = 0; i < 8'000; ++i) ++counts[segment_of(hash_of_partition("account-" + std::to_string(i)), 8)];
  for (const int count : counts) EXPECT_NEAR(count, 1'000, 150);
  EXPECT_EQ(hash_of_partition("a"), hash_of_partition("a"));
  EXPECT_NE(hash_of_partition(std::string_view("a\0", 2)), hash_of_partition("a"));
}

// Stored: these never change.
TEST(HashOfPartition, IsTheSameForEver) {
  EXPECT_EQ(hash_of_partition(""), 0U);
  EXPECT_EQ(hash_of_partition("a"), 15946935871909544242U);
}

}  // namespace
}  // namespace caudal::items
