// SPDX-License-Identifier: Apache-2.0
// Values, items, and the rules of checks.h.
#include "items/values/value.h"

#include <gtest/gtest.h>

#include <map>

#include "base/testing/result_matchers.h"
#include "items/values/checks.h"
#include "items/values/testing/random_values.h"

namespace caudal::items {
namespace {

Value number(std::string_view text) { return Value(unwrap(Number::parse(text))); }
Value strings(std::vector<std::string> members) { return Value(unwrap(string_set(std::move(members)))); }

// `value` in so many lists.
Value nested(Value value, int lists) {
  for (int i = 0; i < lists; ++i) {
    List list;
    list.push_back(std::move(value));
    value = Value(std::move(list));
  }
  return value;
}

TEST(Value, KnowsItsType) {
  EXPECT_EQ(Value("a").type(), Type::kString);
  EXPECT_EQ(Value(true).type(), Type::kBoolean);
  EXPECT_EQ(Value(Number(1)).type(), Type::kNumber);
  EXPECT_EQ(Value(Map()).type(), Type::kMap);
  EXPECT_TRUE(Value().is(Type::kNull));
  EXPECT_TRUE(strings({"a"}).is_set());
  EXPECT_FALSE(Value(List()).is_scalar());
  for (int i = 0; i < kTypes; ++i) {
    EXPECT_EQ(parse_type(to_string(static_cast<Type>(i))), static_cast<Type>(i));
  }
  EXPECT_EQ(parse_type("s"), std::nullopt);
}

TEST(Value, IsEqualWhateverTheOrderOfSetsAndTheFormOfNumbers) {
  EXPECT_EQ(strings({"b", "a"}), strings({"a", "b"}));
  EXPECT_EQ(number("1.0"), number("10e-1"));
  EXPECT_NE(Value("1"), number("1"));
  EXPECT_NE(Value("a"), Value(Binary{"a"}));
  EXPECT_NE(Value(false), Value());
  EXPECT_NE(nested(Value("a"), 1), nested(Value("a"), 2));
}

TEST(Value, ComparesScalarsOfOneType) {
  EXPECT_EQ(compare(Value("a"), Value("ab")), std::strong_ordering::less);
  EXPECT_EQ(compare(Value("\xc3\xa9"), Value("z")), std::strong_ordering::greater);  // bytes are unsigned
  EXPECT_EQ(compare(Value(Binary{"\xff"}), Value(Binary{"a"})), std::strong_ordering::greater);
  EXPECT_EQ(compare(number("9"), number("10")), std::strong_ordering::less);
  EXPECT_EQ(compare(Value("9"), number("10")), std::nullopt);
  EXPECT_EQ(compare(Value(true), Value(false)), std::nullopt);
  EXPECT_EQ(compare(strings({"a"}), strings({"b"})), std::nullopt);
}

TEST(Item, IsAMapSortedByNames) {
  Random random(testing::test_seed());
  for (int round = 0; round < 200; ++round) {
    Item item;
    std::map<std::string, int64_t> model;
    for (int64_t step = 0; step < 40; ++step) {
      const std::string name = testing::random_text(random);
      if (random.chance(0.3)) {
        ASSERT_EQ(item.erase(name), model.erase(name) > 0);
      } else {
        item.set(name, Value(Number(step)));
        model[name] = step;
      }
      const Value* const found = item.find(name);
      ASSERT_EQ(found != nullptr, model.contains(name));
    }
    ASSERT_EQ(item.size(), model.size());
    auto expected = model.begin();
    for (const Attribute& attribute : item) {
      ASSERT_EQ(attribute.name, expected->first);
      ASSERT_EQ(attribute.value, Value(Number(expected->second)));
      ++expected;
    }
  }
}

TEST(SetOf, UnitesAndTakesAway) {
  const StringSet left = unwrap(string_set({"c", "a", "b"}));
  const StringSet right = unwrap(string_set({"b", "d"}));
  EXPECT_EQ(left.united(right), unwrap(string_set({"a", "b", "c", "d"})));
  EXPECT_EQ(left.without(right), unwrap(string_set({"a", "c"})));
  EXPECT_EQ(left.without(left), std::nullopt);
  EXPECT_TRUE(left.contains("a"));
  EXPECT_FALSE(left.contains("d"));
}

TEST(Sets, AreRefusedInDynamoDbsWords) {
  EXPECT_EQ(string_set({}).error().message,
            "One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(number_set({}).error().message,
            "One or more parameter values were invalid: An number set  may not be empty");
  EXPECT_EQ(binary_set({}).error().message,
            "One or more parameter values were invalid: Binary sets should not be empty");
  EXPECT_EQ(string_set({"a", "a"}).error().message,
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
  EXPECT_EQ(string_set({"b", "a", "b"}).error().message,
            "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.");
  EXPECT_EQ(number_set({Number(1), unwrap(Number::parse("1.0"))}).error().message,
            "Input collection contains duplicates");
  EXPECT_EQ(binary_set({{"b"}, {"b"}}).error().message,
            "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates.");
}

TEST(Levels, AreAtMost32) {
  Item item;
  item.set("a", nested(Value("leaf"), 31));
  EXPECT_OK(check_levels(item));
  EXPECT_EQ(levels_of(*item.find("a")), 32);
  Map map;
  map.set("n", *item.find("a"));
  item.set("a", Value(std::move(map)));
  EXPECT_EQ(check_levels(item).error().message,
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit");
}

TEST(Size, CountsNamesValuesAndTheOverheadOfDocuments) {
  EXPECT_EQ(size_bytes(Value("é")), 2U);
  EXPECT_EQ(size_bytes(Value(Binary{"abc"})), 3U);
  EXPECT_EQ(size_bytes(Value(true)), 1U);
  EXPECT_EQ(size_bytes(Value()), 1U);
  EXPECT_EQ(size_bytes(number("-3.14159")), 6U);
  EXPECT_EQ(size_bytes(strings({"a", "bc"})), 3U);
  EXPECT_EQ(size_bytes(Value(List())), 3U);
  EXPECT_EQ(size_bytes(nested(Value("ab"), 1)), 6U);
  Map map;
  map.set("key", Value("ab"));
  EXPECT_EQ(size_bytes(Value(map)), 9U);
  Item item;
  item.set("id", Value("p-1"));
  item.set("m", Value(map));
  EXPECT_EQ(size_bytes(item), 2U + 3U + 1U + 9U);
  EXPECT_EQ(size_bytes(Item()), 0U);
}

}  // namespace
}  // namespace caudal::items
