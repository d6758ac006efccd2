// SPDX-License-Identifier: Apache-2.0
// Expressions go out as they came in: parsed again, they are the same trees.
#include "items/remote/wording.h"

#include <gtest/gtest.h>

#include <array>

#include "aws/generated/dynamodb/items.h"
#include "items/expressions/legacy.h"
#include "items/remote/as_read.h"
#include "items/testing/short_requests.h"

namespace caudal::items::remote {
namespace {

namespace wire = aws::dynamodb;

Expressions parsed_again(const ExpressionTexts& texts, const std::optional<aws::Map<std::string>>& names,
                         std::optional<aws::AttributeMap> values) {
  return unwrap(parse_expressions(texts, unwrap(Placeholders::make(names, std::move(values)))));
}

TEST(Wording, SaysTheSameOfAllExpressionsTogether) {
  const ExpressionsPtr before =
      expressions({.condition = "attribute_not_exists(a.b[2]) OR #n IN (:v, :w) AND NOT contains(t, :w)",
                   .update = "SET #n = if_not_exists(#n, :v) + :v, l = list_append(l, :l) REMOVE gone[1] ADD s :v",
                   .names = Placeholders::Names{{"#n", "name"}},
                   .values = R"({":v":{"N":"1"},":w":{"S":"x"},":l":{"L":[]}})"});
  Wording wording;
  wire::UpdateItemInput in;
  in.update_expression = wording.update(before);
  in.condition_expression = wording.condition(before);
  wording.place(in);
  const Expressions after = parsed_again({.update = in.update_expression, .condition = in.condition_expression},
                                         in.expression_attribute_names, in.expression_attribute_values);
  EXPECT_EQ(*after.update, *before->update);
  EXPECT_EQ(*after.condition, *before->condition);
}

TEST(Wording, AsksForWhatWasReadByNameWhatIsWatchedFirst) {
  static constexpr std::array<std::string_view, 2> kWatched = {"v", "w"};
  const auto read = std::make_shared<const Item>(item_of(R"({"id":{"S":"a"},"v":{"N":"1"}})"));
  const auto said = [&](const Write& write) {
    Wording wording;
    wire::DeleteItemInput in;
    in.condition_expression = wording.condition(write);
    wording.place(in);
    return parsed_again({.condition = in.condition_expression}, in.expression_attribute_names,
                        in.expression_attribute_values);
  };
  const auto meant = [](const std::string& text) {
    return expressions({.condition = text, .values = R"({":a":{"S":"a"},":v":{"N":"1"}})"});
  };
  Write write{.action = DeleteItem{"tab", item_of(R"({"id":{"S":"a"}})")},
              .as_read = {.item = read, .watched = kWatched}};
  EXPECT_EQ(*said(write).condition, *meant("v = :v AND attribute_not_exists(w) AND id = :a")->condition);
  write.as_read.watched = {};
  EXPECT_EQ(*said(write).condition, *meant("id = :a AND v = :v")->condition);
  write.expressions = expressions({.condition = "attribute_exists(x)"});
  EXPECT_EQ(*said(write).condition, *meant("(id = :a AND v = :v) AND attribute_exists(x)")->condition);
}

TEST(Wording, AsksForAHundredAttributesAtMost) {
  Item many = item_of(R"({"id":{"S":"a"}})");
  for (int n = 0; n < 300; ++n) many.set("n" + std::to_string(n), Value(Number(n)));
  const Write write{.action = CheckItem{"tab", item_of(R"({"id":{"S":"a"}})")},
                    .as_read = {.item = std::make_shared<const Item>(many)}};
  EXPECT_EQ(still_as_read(write).children.size(), 100U);
}

TEST(Wording, AnUpdateOfNothingIsNoParameter) {
  const auto nothing = std::make_shared<Expressions>();
  nothing->update = Update({}, true);
  EXPECT_EQ(Wording().update(nothing), std::nullopt);
}

TEST(Wording, FiltersProjectionsAndKeysDoNotMixTheirPlaceholders) {
  const ExpressionsPtr before = expressions({.filter = "amount > :v AND begins_with(kind, :k)",
                                             .projection = "amount, kind, rows_of[0].note",
                                             .values = R"({":v":{"N":"1"},":k":{"S":"x"}})"});
  const KeyClauses key = {
      {.attribute = "PK", .condition = {.operand = Value("a")}},
      {.attribute = "SK", .condition = {.op = SortOperator::kBetween, .operand = Value("b"), .upper = Value("c")}}};
  Wording wording;
  wire::QueryInput in;
  in.key_condition_expression = wording.key_condition(key);
  in.filter_expression = wording.filter(before);
  in.projection_expression = wording.projection(before);
  wording.place(in);
  const Expressions after = parsed_again({.key_condition = in.key_condition_expression,
                                          .filter = in.filter_expression,
                                          .projection = in.projection_expression},
                                         in.expression_attribute_names, in.expression_attribute_values);
  EXPECT_EQ(*after.filter, *before->filter);
  EXPECT_EQ(*after.projection, *before->projection);
  ASSERT_EQ(after.key_clauses->size(), 2U);
  EXPECT_EQ(after.key_clauses->at(1).condition, key[1].condition);
}

TEST(Wording, EveryOperatorOfKeysReadsBack) {
  for (const SortOperator op : {SortOperator::kEqual, SortOperator::kLess, SortOperator::kLessOrEqual,
                                SortOperator::kGreater, SortOperator::kGreaterOrEqual, SortOperator::kBeginsWith}) {
    const KeyClauses key = {{.attribute = "PK", .condition = {.operand = Value("a")}},
                            {.attribute = "SK", .condition = {.op = op, .operand = Value("b")}}};
    Wording wording;
    wire::QueryInput in;
    in.key_condition_expression = wording.key_condition(key);
    wording.place(in);
    const Expressions after = parsed_again({.key_condition = in.key_condition_expression},
                                           in.expression_attribute_names, in.expression_attribute_values);
    EXPECT_EQ(after.key_clauses->at(1).condition, key[1].condition) << *in.key_condition_expression;
  }
}

TEST(Wording, WhatIsNotAskedForIsNotSaid) {
  Wording wording;
  EXPECT_EQ(wording.condition(nullptr), std::nullopt);
  EXPECT_EQ(wording.update(expressions({})), std::nullopt);
  EXPECT_EQ(wording.filter(nullptr), std::nullopt);
  EXPECT_EQ(wording.projection(nullptr), std::nullopt);
  wire::GetItemInput in;
  wording.place(in);
  EXPECT_FALSE(in.expression_attribute_names);
}

}  // namespace
}  // namespace caudal::items::remote
