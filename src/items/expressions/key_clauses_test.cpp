// SPDX-License-Identifier: Apache-2.0
// What queries say about keys, and their errors.
#include "items/expressions/key_clauses.h"

#include <gtest/gtest.h>

#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items {
namespace {

using testing::placeholders;

constexpr std::string_view kValues =
    R"({":a":{"S":"a"},":b":{"S":"b"},":n":{"N":"1"},":m":{"N":"2"},":e":{"S":""},":t":{"BOOL":true}})";
const KeySchema kTable{.partition = {{"p", Type::kString}}, .sort = {{"s", Type::kNumber}}};
const KeySchema kHashOnly{.partition = {{"p", Type::kString}}};
const KeySchema kIndex{.partition = {{"h", Type::kString}, {"g", Type::kString}},
                       .sort = {{"x", Type::kString}, {"y", Type::kNumber}, {"z", Type::kString}}};

Result<KeyCondition> condition_of(std::string_view text, const KeySchema& schema = kTable) {
  Placeholders given = placeholders(kValues);
  const auto condition = parse_condition(ExpressionKind::kKeyCondition, text, given);
  if (!condition) return condition.error();
  const auto clauses = key_clauses(*condition);
  if (!clauses) return clauses.error();
  return key_condition(*clauses, schema);
}

std::string error_of(std::string_view text, const KeySchema& schema = kTable) {
  const auto condition = condition_of(text, schema);
  return condition ? "no error" : condition.error().message;
}

Value number(int64_t value) { return Value(Number(value)); }

TEST(KeyConditions, NameThePartitionAndPerhapsARange) {
  EXPECT_EQ(unwrap(condition_of("p = :a")), (KeyCondition{.partition = {Value("a")}}));
  EXPECT_EQ(unwrap(condition_of(":a = p AND s >= :n")),
            (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kGreaterOrEqual, number(1)}}));
  EXPECT_EQ(unwrap(condition_of(":n < s and p = :a")),
            (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kGreater, number(1)}}));
  EXPECT_EQ(
      unwrap(condition_of("((p = :a)) AND (s between :n and :m)")),
      (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kBetween, number(1), number(2)}}));
  EXPECT_EQ(unwrap(condition_of("p = :a AND s = :n")),
            (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kEqual, number(1)}}));
}

TEST(KeyConditions, OfSeveralAttributesGoFromLeftToRight) {
  EXPECT_EQ(unwrap(condition_of("g = :b AND h = :a", kIndex)), (KeyCondition{.partition = {Value("a"), Value("b")}}));
  EXPECT_EQ(unwrap(condition_of("h = :a AND y > :n AND x = :b AND g = :b", kIndex)),
            (KeyCondition{.partition = {Value("a"), Value("b")},
                          .sort_equal = {Value("b")},
                          .sort = SortCondition{SortOperator::kGreater, number(1)}}));
  EXPECT_EQ(unwrap(condition_of("h = :a AND g = :b AND x = :b AND y = :n AND begins_with(z, :a)", kIndex)).sort,
            (SortCondition{SortOperator::kBeginsWith, Value("a")}));
  EXPECT_EQ(
      error_of("h = :a AND g = :b AND x = :a AND z = :b", kIndex),
      "RANGE key attributes y must have equality conditions specified in the query because a condition is present "
      "on key attribute z");
  EXPECT_EQ(
      error_of("h = :a AND g = :b AND x > :a AND y = :n", kIndex),
      "RANGE key attributes x must have equality conditions specified in the query because a condition is present "
      "on key attribute y");
  EXPECT_EQ(error_of("h = :a AND x = :b", kIndex), "Query condition missed key schema element: g");
}

TEST(KeyConditionErrors, OfOperators) {
  const std::pair<const char*, const char*> kCases[] = {{"a > b and size(b) > c or a > c", "OR"},
                                                        {"a in (b, size(c), d)", "IN"},
                                                        {"attribute_exists(a)", "attribute_exists"},
                                                        {"attribute_not_exists(a)", "attribute_not_exists"},
                                                        {"contains(a.d, b)", "contains"},
                                                        {"not a > b", "NOT"},
                                                        {"a <> b", "<>"}};
  for (const auto& [text, op] : kCases) {
    EXPECT_EQ(error_of(text), "Invalid operator used in KeyConditionExpression: " + std::string(op));
  }
}

TEST(KeyConditionErrors, OfOperands) {
  EXPECT_EQ(
      error_of(":a between size(b) and size(a) and b > :b"),
      "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand");
  EXPECT_EQ(
      error_of("begins_with(:a, b) and a > :b"),
      "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first "
      "operand");
  for (const char* text : {"size(b) > a AND a.b > b AND b > c", "a > size(b.d)", "a between size(b) and size(a)"}) {
    EXPECT_EQ(error_of(text), "KeyConditionExpressions cannot contain nested operations") << text;
  }
  for (const char* text : {"b > a.b", "b between c[1] and d", "a between b and size(a)", "begins_with(a, b)"}) {
    EXPECT_EQ(error_of(text),
              "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
        << text;
  }
  for (const char* text : {"b.d > a AND c.d > e.f", "a.d > c", "b[0] > a"}) {
    EXPECT_EQ(error_of(text), "KeyConditionExpressions cannot have conditions on nested attributes") << text;
  }
  for (const char* text : {":b > :a AND a < :b", ":a > b AND :a < :b"}) {
    EXPECT_EQ(error_of(text), "Invalid condition in KeyConditionExpression: No key attribute specified") << text;
  }
  EXPECT_EQ(error_of("b > :a AND b < :a and c = :a and d = :a"),
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
}

TEST(KeyConditionErrors, WithTheSchema) {
  EXPECT_EQ(error_of("s = :n"), "Query condition missed key schema element: p");
  EXPECT_EQ(error_of("z between :n and :m"), "Query condition missed key schema element: p");
  EXPECT_EQ(error_of("p = :a and z = :n"), "Query condition missed key schema element: s");
  EXPECT_EQ(error_of("p > :a"), "Query key condition not supported");
  EXPECT_EQ(error_of("p = :a and z = :n", kHashOnly),
            "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)");
  EXPECT_EQ(error_of("p = :a and s > :n and z = :b"),
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)");
  EXPECT_EQ(key_condition({}, kTable).error().message, "Conditions can be of length 1 or 2 only");
  EXPECT_EQ(error_of("p = :n"),
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
  EXPECT_EQ(error_of("p = :a and s = :b"),
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
  EXPECT_EQ(
      error_of("p = :e"),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
      "string value. Key: p");
}

}  // namespace
}  // namespace caudal::items
