// SPDX-License-Identifier: Apache-2.0
// The legacy parameters, and their errors, most of them those of dynalite's tests, which their authors ran against the
// service.
#include "items/expressions/legacy.h"

#include <gtest/gtest.h>

#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items {
namespace {

using testing::item_of;
using testing::json_of;
using testing::value_of;

aws::AttributeValue wire(std::string_view typed_json) { return to_wire(value_of(typed_json)); }

std::vector<aws::AttributeValue> list(std::initializer_list<std::string_view> typed_json) {
  std::vector<aws::AttributeValue> values;
  for (const std::string_view one : typed_json) values.push_back(wire(one));
  return values;
}

aws::dynamodb::Condition clause(std::string op, std::initializer_list<std::string_view> values) {
  return {.attribute_value_list = list(values), .comparison_operator = std::move(op)};
}

constexpr std::string_view kItem =
    R"({"n":{"N":"5"},"s":{"S":"banana"},"t":{"SS":["a","b"]},"f":{"BOOL":true},"a.b":{"S":"dot"}})";

bool passes(std::string name, aws::dynamodb::Condition one) {
  LegacyParameters legacy;
  legacy.filter.emplace()[std::move(name)] = std::move(one);
  Expressions all;
  EXPECT_OK(add_legacy(std::move(legacy), all));
  return fulfils(item_of(kItem), *all.filter);
}

std::string error_of(LegacyParameters legacy) {
  Expressions all;
  const auto added = add_legacy(std::move(legacy), all);
  return added ? "no error" : added.error().message;
}

TEST(LegacyFilter, KnowsEveryOperator) {
  EXPECT_TRUE(passes("n", clause("EQ", {R"({"N":"5.0"})"})));
  EXPECT_TRUE(passes("f", clause("EQ", {R"({"BOOL":true})"})));
  EXPECT_TRUE(passes("n", clause("NE", {R"({"S":"5"})"})));
  EXPECT_TRUE(passes("gone", clause("NE", {R"({"S":"5"})"})));
  EXPECT_TRUE(passes("n", clause("LE", {R"({"N":"5"})"})));
  EXPECT_FALSE(passes("n", clause("LT", {R"({"N":"5"})"})));
  EXPECT_TRUE(passes("n", clause("GE", {R"({"N":"5"})"})));
  EXPECT_FALSE(passes("n", clause("GT", {R"({"N":"5"})"})));
  EXPECT_TRUE(passes("n", clause("NOT_NULL", {})));
  EXPECT_TRUE(passes("gone", clause("NULL", {})));
  EXPECT_TRUE(passes("t", clause("CONTAINS", {R"({"S":"a"})"})));
  EXPECT_TRUE(passes("s", clause("NOT_CONTAINS", {R"({"S":"x"})"})));
  EXPECT_FALSE(passes("s", clause("NOT_CONTAINS", {R"({"S":"nan"})"})));
  EXPECT_FALSE(passes("gone", clause("NOT_CONTAINS", {R"({"S":"x"})"})));
  EXPECT_TRUE(passes("s", clause("BEGINS_WITH", {R"({"S":"ban"})"})));
  EXPECT_TRUE(passes("n", clause("IN", {R"({"N":"4"})", R"({"N":"5"})"})));
  EXPECT_TRUE(passes("n", clause("BETWEEN", {R"({"N":"4"})", R"({"N":"5"})"})));
  // A name is a name, whatever it is made of.
  EXPECT_TRUE(passes("a.b", clause("EQ", {R"({"S":"dot"})"})));
}

TEST(LegacyFilter, JoinsByTheConditionalOperator) {
  const auto both = [](std::optional<std::string> op) {
    LegacyParameters legacy;
    legacy.filter.emplace()["n"] = clause("EQ", {R"({"N":"5"})"});
    (*legacy.filter)["s"] = clause("EQ", {R"({"S":"x"})"});
    legacy.conditional_operator = std::move(op);
    Expressions all;
    EXPECT_OK(add_legacy(std::move(legacy), all));
    return fulfils(item_of(kItem), *all.filter);
  };
  EXPECT_FALSE(both(std::nullopt));
  EXPECT_FALSE(both("AND"));
  EXPECT_TRUE(both("OR"));
  EXPECT_EQ(error_of({.conditional_operator = "OR"}), "ConditionalOperator cannot be used without Filter or Expected");
  LegacyParameters one;
  one.filter.emplace()["n"] = clause("NULL", {});
  one.conditional_operator = "OR";
  EXPECT_EQ(error_of(std::move(one)),
            "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

std::string filter_error(aws::dynamodb::Condition one) {
  LegacyParameters legacy;
  legacy.filter.emplace()["a"] = std::move(one);
  return error_of(std::move(legacy));
}

TEST(LegacyFilter, IsRefusedInDynamoDbsWords) {
  for (const char* op : {"EQ", "NE", "LE", "LT", "GE", "GT", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"}) {
    for (const auto& values : {list({}), list({R"({"S":"a"})", R"({"S":"a"})"})}) {
      EXPECT_EQ(filter_error({.attribute_value_list = values, .comparison_operator = op}),
                "One or more parameter values were invalid: Invalid number of argument(s) for the " + std::string(op) +
                    " ComparisonOperator");
    }
  }
  EXPECT_NE(filter_error(clause("NULL", {R"({"S":"a"})"})), "no error");
  EXPECT_NE(filter_error(clause("IN", {})), "no error");
  EXPECT_NE(filter_error(clause("BETWEEN", {R"({"S":"a"})"})), "no error");
  for (const char* op : {"LT", "LE", "GT", "GE", "IN"}) {
    for (const char* value :
         {R"({"BOOL":true})", R"({"NULL":true})", R"({"SS":["a"]})", R"({"M":{}})", R"({"L":[]})"}) {
      EXPECT_EQ(filter_error(clause(op, {value})),
                "One or more parameter values were invalid: ComparisonOperator " + std::string(op) +
                    " is not valid for " + std::string(to_string(value_of(value).type())) + " AttributeValue type");
    }
  }
  EXPECT_NE(filter_error(clause("BEGINS_WITH", {R"({"N":"1"})"})), "no error");
  EXPECT_NE(filter_error(clause("CONTAINS", {R"({"SS":["a"]})"})), "no error");
  EXPECT_EQ(
      filter_error(clause("IN", {R"({"S":"b"})", R"({"N":"1"})"})),
      "One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type");
  EXPECT_EQ(filter_error(clause("BETWEEN", {R"({"S":"b"})", R"({"S":"a"})"})),
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  EXPECT_EQ(filter_error({.attribute_value_list = std::vector<aws::AttributeValue>(1), .comparison_operator = "EQ"}),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

std::string expected_error(aws::dynamodb::ExpectedAttributeValue one) {
  LegacyParameters legacy;
  legacy.expected.emplace()["a"] = std::move(one);
  return error_of(std::move(legacy));
}

TEST(LegacyExpected, IsRefusedInDynamoDbsWords) {
  const std::string prefix = "One or more parameter values were invalid: ";
  const auto value = wire(R"({"S":"a"})");
  EXPECT_EQ(expected_error({}), prefix + "Value must be provided when Exists is null for Attribute: a");
  EXPECT_EQ(expected_error({.exists = true}), prefix + "Value must be provided when Exists is true for Attribute: a");
  EXPECT_EQ(expected_error({.value = value, .exists = false}),
            prefix + "Value cannot be used when Exists is false for Attribute: a");
  EXPECT_EQ(expected_error({.comparison_operator = "LT"}),
            prefix + "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a");
  EXPECT_EQ(expected_error({.exists = true, .comparison_operator = "LT"}),
            prefix + "Exists and ComparisonOperator cannot be used together for Attribute: a");
  EXPECT_EQ(
      expected_error({.value = value, .comparison_operator = "LT", .attribute_value_list = list({R"({"S":"a"})"})}),
      prefix + "Value and AttributeValueList cannot be used together for Attribute: a");
  EXPECT_EQ(expected_error({.attribute_value_list = list({R"({"S":"a"})"})}),
            prefix + "AttributeValueList can only be used with a ComparisonOperator for Attribute: a");
  EXPECT_EQ(expected_error({.value = value, .comparison_operator = "BETWEEN"}),
            prefix + "Invalid number of argument(s) for the BETWEEN ComparisonOperator");
}

TEST(LegacyExpected, HoldsAsItsExpressionWould) {
  const auto holds = [](aws::dynamodb::ExpectedAttributeValue one) {
    LegacyParameters legacy;
    legacy.expected.emplace()["n"] = std::move(one);
    Expressions all;
    EXPECT_OK(add_legacy(std::move(legacy), all));
    return fulfils(item_of(kItem), *all.condition);
  };
  EXPECT_TRUE(holds({.value = wire(R"({"N":"5"})")}));
  EXPECT_TRUE(holds({.value = wire(R"({"N":"5"})"), .exists = true}));
  EXPECT_FALSE(holds({.value = wire(R"({"N":"6"})")}));
  EXPECT_FALSE(holds({.exists = false}));
  EXPECT_TRUE(holds({.value = wire(R"({"N":"6"})"), .comparison_operator = "LT"}));
  EXPECT_TRUE(holds({.comparison_operator = "NOT_NULL"}));
}

Result<Item> updated(std::string action, std::string name, std::string_view value) {
  LegacyParameters legacy;
  auto& one = legacy.attribute_updates.emplace()[std::move(name)];
  if (!value.empty()) one.value = wire(value);
  if (!action.empty()) one.action = std::move(action);
  Expressions all;
  const auto added = add_legacy(std::move(legacy), all);
  if (!added) return added.error();
  return apply(*all.update, item_of(kItem));
}

TEST(LegacyUpdates, PutAddAndDelete) {
  const auto after = [](std::string action, std::string name, std::string_view value) {
    const Item item = unwrap(updated(std::move(action), name, value));
    const Value* const found = item.find(name);
    std::string out;
    if (found != nullptr) append_typed_json(out, *found);
    return out;
  };
  EXPECT_EQ(after("PUT", "n", R"({"S":"x"})"), R"({"S":"x"})");
  EXPECT_EQ(after("", "fresh", R"({"L":[]})"), R"({"L":[]})");
  EXPECT_EQ(after("ADD", "n", R"({"N":"2"})"), R"({"N":"7"})");
  EXPECT_EQ(after("ADD", "fresh", R"({"N":"2"})"), R"({"N":"2"})");
  EXPECT_EQ(after("ADD", "t", R"({"SS":["c"]})"), R"({"SS":["a","b","c"]})");
  EXPECT_EQ(after("DELETE", "t", R"({"SS":["a","z"]})"), R"({"SS":["b"]})");
  EXPECT_EQ(after("DELETE", "s", ""), "");
}

TEST(LegacyUpdates, AreRefusedInDynamoDbsWords) {
  const std::string prefix = "One or more parameter values were invalid: ";
  EXPECT_EQ(updated("PUT", "n", "").error().message,
            prefix + "Only DELETE action is allowed when no attribute value is specified");
  EXPECT_EQ(updated("DELETE", "n", R"({"N":"1"})").error().message,
            prefix + "DELETE action with value is not supported for the type N");
  EXPECT_EQ(updated("ADD", "n", R"({"S":"1"})").error().message, prefix + "ADD action is not supported for the type S");
  for (const char* action : {"ADD", "DELETE"}) {
    EXPECT_EQ(updated(action, "t", R"({"NS":["1"]})").error().message, "Type mismatch for attribute to update");
  }
}

TEST(LegacyKeyConditions, AreClauses) {
  const KeySchema schema{.partition = {{"p", Type::kString}}, .sort = {{"s", Type::kString}}};
  const auto condition_of = [&](aws::dynamodb::Condition on_sort) -> Result<KeyCondition> {
    LegacyParameters legacy;
    legacy.key_conditions.emplace()["p"] = clause("EQ", {R"({"S":"a"})"});
    (*legacy.key_conditions)["s"] = std::move(on_sort);
    Expressions all;
    EXPECT_OK(add_legacy(std::move(legacy), all));
    return key_condition(*all.key_clauses, schema);
  };
  EXPECT_EQ(
      unwrap(condition_of(clause("BETWEEN", {R"({"S":"b"})", R"({"S":"c"})"}))),
      (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kBetween, Value("b"), Value("c")}}));
  EXPECT_EQ(unwrap(condition_of(clause("BEGINS_WITH", {R"({"S":"b"})"}))).sort,
            (SortCondition{SortOperator::kBeginsWith, Value("b")}));
  for (auto& one : {clause("NULL", {}), clause("NE", {R"({"S":"a"})"}), clause("IN", {R"({"S":"a"})"})}) {
    EXPECT_EQ(condition_of(one).error().message, "Attempted conditional constraint is not an indexable operation");
  }
}

TEST(LegacyAttributesToGet, AreAProjection) {
  Expressions all;
  ASSERT_OK(add_legacy({.attributes_to_get = std::vector<std::string>{"a.b", "n"}}, all));
  EXPECT_EQ(json_of(all.projection->of(item_of(kItem))), R"({"a.b":{"S":"dot"},"n":{"N":"5"}})");
}

}  // namespace
}  // namespace caudal::items
