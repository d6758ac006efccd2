// SPDX-License-Identifier: Apache-2.0
// The expressions of a request together: what they share, and which error comes first.
#include "items/expressions/request.h"

#include <gtest/gtest.h>

#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items {
namespace {

using testing::item_of;
using testing::placeholders;

std::string error_of(const ExpressionTexts& texts, std::string_view values = "{}", Placeholders::Names names = {}) {
  const auto parsed = parse_expressions(texts, placeholders(values, std::move(names)));
  return parsed ? "no error" : parsed.error().message;
}

TEST(Request, ReadsAllExpressionsWithOneSetOfNamesAndValues) {
  const Expressions all =
      unwrap(parse_expressions({.update = "SET #a = :v", .condition = "#a < :w", .projection = "#a, more"},
                               placeholders(R"({":v":{"N":"5"},":w":{"N":"4"}})", {{"#a", "amount"}})));
  const Item before = item_of(R"({"amount":{"N":"3"},"more":{"S":"o"}})");
  // Moved, all still refer to the same values.
  auto moved = std::make_unique<Expressions>(
      unwrap(parse_expressions({.update = "SET #a = :v", .condition = "#a < :w"},
                               placeholders(R"({":v":{"N":"5"},":w":{"N":"4"}})", {{"#a", "amount"}}))));
  EXPECT_TRUE(fulfils(before, *moved->condition));
  EXPECT_EQ(*unwrap(apply(*moved->update, before)).find("amount"), Value(Number(5)));
  EXPECT_EQ(all.projection->of(before).size(), 2U);
}

TEST(Request, TellsWhatIsUnused) {
  EXPECT_EQ(
      error_of({.update = "remove a", .condition = "a = :b"}, R"({":a":{"S":"a"},":b":{"S":"a"},":c":{"S":"a"}})"),
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :c}");
  EXPECT_EQ(error_of({.update = "remove a", .condition = "a = :b"}, R"({":a":{"S":"a"},":b":{"S":"a"}})",
                     {{"#a", "a"}, {"#b", "b"}}),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
}

TEST(Request, TellsErrorsOfExpressionsInTheirOrder) {
  EXPECT_EQ(error_of({.update = "", .condition = ""}), "Invalid UpdateExpression: The expression can not be empty;");
  EXPECT_EQ(error_of({.key_condition = "attribute_type(a, :a)", .filter = "", .projection = ""}, R"({":a":{"S":"N"}})"),
            "Invalid FilterExpression: The expression can not be empty;");
  EXPECT_EQ(
      error_of({.key_condition = "attribute_type(a, :a)", .filter = "a > b", .projection = ""}, R"({":a":{"S":"N"}})"),
      "Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(error_of({.key_condition = "attribute_type(a, :a)"}, R"({":a":{"S":"N"}})"),
            "Invalid operator used in KeyConditionExpression: attribute_type");
}

TEST(Placeholders, AreCheckedInDynamoDbsWords) {
  const auto told = [](std::optional<Placeholders::Names> names, std::optional<aws::AttributeMap> values) {
    return Placeholders::make(names, std::move(values)).error().message;
  };
  using Names = Placeholders::Names;
  const auto text = [](const char* value) { return aws::AttributeValue(std::string(value)); };
  EXPECT_EQ(told(Names{}, std::nullopt), "ExpressionAttributeNames must not be empty");
  EXPECT_EQ(told(Names{{"a", "a"}}, std::nullopt),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
  EXPECT_EQ(told(Names{{"#", "a"}}, std::nullopt),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\"");
  EXPECT_EQ(told(Names{{"#a-b", "a"}}, std::nullopt),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\"");
  EXPECT_EQ(
      told(Names{{"#" + std::string(255, 'a'), "a"}}, std::nullopt),
      "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; "
      "size of key: 256");
  EXPECT_EQ(told(std::nullopt, aws::AttributeMap{}), "ExpressionAttributeValues must not be empty");
  EXPECT_EQ(told(std::nullopt, aws::AttributeMap{{":b", aws::AttributeValue()}, {"b", text("a")}}),
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"b\"");
  EXPECT_EQ(
      told(std::nullopt, aws::AttributeMap{{":b", aws::AttributeValue()}}),
      "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one "
      "of the supported datatypes for key :b");
  EXPECT_EQ(
      told(std::nullopt, aws::AttributeMap{{":b", aws::AttributeValue(aws::NumberSet{{"1", "b"}})}}),
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: b for "
      "key :b");
}

TEST(Parameters, OfExpressionsAndOfTheTimeBeforeExcludeEachOther) {
  const auto told = [](std::vector<Parameter> expressions, std::vector<Parameter> legacy, bool names, bool values) {
    const auto checked = check_parameters(expressions, legacy, names, values);
    return checked ? "no error" : checked.error().message;
  };
  EXPECT_EQ(told({{"ConditionExpression", true}}, {{"Expected", true}}, false, false),
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
            "{Expected} Expression parameters: {ConditionExpression}");
  const std::vector<Parameter> legacy = {
      {"AttributesToGet", true}, {"QueryFilter", true}, {"ConditionalOperator", true}, {"KeyConditions", true}};
  EXPECT_EQ(told({{"ProjectionExpression", true}, {"FilterExpression", true}, {"KeyConditionExpression", true}}, legacy,
                 true, true),
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
            "{AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} Expression parameters: "
            "{ProjectionExpression, FilterExpression, KeyConditionExpression}");
  EXPECT_EQ(
      told({{"FilterExpression", true}, {"KeyConditionExpression", false}}, {{"KeyConditions", true}}, false, true),
      "no error");
  EXPECT_EQ(told({{"FilterExpression", false}}, {}, true, false),
            "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(told({{"ProjectionExpression", true}, {"FilterExpression", false}, {"KeyConditionExpression", false}}, {},
                 false, true),
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and "
            "KeyConditionExpression are null");
  EXPECT_EQ(told({{"ConditionExpression", false}}, {}, false, true),
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null");
}

TEST(KeyPaths, GoNoDeeperThanTheKey) {
  const KeySchema schema{.partition = {{"a", Type::kString}}};
  const std::vector<KeySchema> indexes = {{.partition = {{"d", Type::kString}}}};
  const auto told = [&](const ExpressionTexts& texts) {
    const Expressions all = unwrap(parse_expressions(texts, placeholders()));
    const auto checked = check_key_paths(paths_of(all), schema, indexes);
    return checked ? "no error" : checked.error().message;
  };
  EXPECT_EQ(told({.filter = "attribute_exists(b.c) and size(a.b) = c"}),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: a");
  EXPECT_EQ(told({.update = "set e = list_append(x, y), f = if_not_exists(g, d[1])"}),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: d");
  EXPECT_EQ(told({.filter = "a = d", .projection = "a.b"}), "no error");
}

TEST(FilterKeys, AreNotForFilters) {
  const KeySchema schema{.partition = {{"p", Type::kString}}, .sort = {{"s", Type::kString}}};
  Placeholders given = placeholders();
  const auto told = [&](std::string_view text) {
    const Condition filter = unwrap(parse_condition(ExpressionKind::kFilter, text, given));
    const auto checked = check_filter_keys("Filter Expression", filter, schema);
    return checked ? "no error" : checked.error().message;
  };
  EXPECT_EQ(told("a = b AND NOT begins_with(a, s)"),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: s");
  EXPECT_EQ(told("a.p = b"), "no error");
}

}  // namespace
}  // namespace caudal::items
