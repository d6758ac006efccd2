// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/rule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::flows {
namespace {

std::string error_of(std::string_view text) {
  const Result<Rule> rule = parse_rule(text);
  return rule ? "accepted: " + rule->to_string() : rule.error().message;
}

TEST(ParseRule, NothingIsSmallerOrGreaterThanNull) {
  EXPECT_EQ(error_of(R"(ColumnValues "x" between NULL and 10)"),
            "rule 'ColumnValues \"x\" between NULL and 10', character 26: NULL goes with =, !=, in and not in alone");
  EXPECT_EQ(
      error_of(R"(ColumnValues "x" not between 1 and null)"),
      "rule 'ColumnValues \"x\" not between 1 and null', character 36: null goes with =, !=, in and not in alone");
  EXPECT_EQ(error_of(R"(ColumnValues "x" > NULL)"),
            "rule 'ColumnValues \"x\" > NULL', character 20: NULL goes with =, !=, in and not in alone");
  EXPECT_EQ(error_of(R"(ColumnValues "x" <= EMPTY)"),
            "rule 'ColumnValues \"x\" <= EMPTY', character 21: EMPTY goes with =, !=, in and not in alone");
  for (const char* text : {R"(ColumnValues "x" = NULL)", R"(ColumnValues "x" != EMPTY)"}) EXPECT_OK(parse_rule(text));
}

TEST(ParseRule, BetweenHasItsSmallerValueFirst) {
  EXPECT_EQ(error_of(R"(ColumnValues "x" between 5 and 3)"),
            "rule 'ColumnValues \"x\" between 5 and 3', character 32: 'between' has its smaller value first, and both "
            "ends differ");
  for (const char* refused : {"3 and 3.0", "-1 and -2", "0 and -0", "10 and 9.99", "-0.5 and -0.50", "1 and -1",
                              R"("2024-02-01" and "2024-01-31")", "now() and (now() - 1 days)"}) {
    EXPECT_NE(error_of(fmt::format(R"(ColumnValues "x" between {})", refused)).find("smaller value first"),
              std::string::npos)
        << refused;
  }
  for (const char* good : {"-2 and -1", "-1 and 0", "9.99 and 10", "0.5 and 0.51",
                           "99999999999999999998 and "
                           "99999999999999999999",
                           R"("2024-01-31" and "2024-02-01")", "(now() - 3 days) and now()"}) {
    EXPECT_OK(parse_rule(fmt::format(R"(ColumnValues "x" between {})", good))) << good;
  }
  EXPECT_OK(parse_rule(R"(DataFreshness "d" between 3 hours and 1 days)"));
  EXPECT_FALSE(parse_rule(R"(DataFreshness "d" between 30 hours and 1 days)").has_value());
}

TEST(ParseRule, EveryKindReadsBackAsItWasWritten) {
  for (const char* text : {
           R"(IsComplete "a")",
           R"(Completeness "a" > 0.99)",
           R"(IsUnique "a")",
           R"(IsUnique "a" "b")",
           R"(Uniqueness "a" between 0.9 and 1.0)",
           R"(IsPrimaryKey "a" "b")",
           R"(ColumnValues "a" >= 0)",
           R"(ColumnValues "a" != -12.50)",
           R"(ColumnValues "a" between 1 and 10)",
           R"(ColumnValues "a" not between 1 and 10)",
           R"(ColumnValues "uf" in ["SP", "RJ", NULL] with threshold > 0.95)",
           R"(ColumnValues "uf" not in ["XX", EMPTY])",
           R"(ColumnValues "id" matches "[0-9]+-\\d+")",
           R"(ColumnValues "id" not matches "x")",
           R"(ColumnValues "d" <= now())",
           R"(ColumnValues "d" > (now() - 3 days))",
           R"(ColumnValues "d" < (now() + 30 days))",
           R"(ColumnValues "a" > 1 where "b = 'x'" with threshold >= 0.5)",
           R"(ColumnLength "a" between 1 and 64)",
           R"(ColumnExists "a")",
           R"x(ColumnDataType "a" = "decimal(18,2)")x",
           R"(ColumnCount = 6)",
           R"(RowCount between 1 and 10000000)",
           R"(RowCountMatch "outra" >= 0.9)",
           R"(DistinctValuesCount "a" in [1, 2])",
           R"(Mean "a" between 10 and 20.5)",
           R"(Sum "a" = 351003527.73)",
           R"(StandardDeviation "a" < 5)",
           R"(DataFreshness "d" <= 24 hours)",
           R"(SchemaMatch "outra" = 1.0)",
           R"(ReferentialIntegrity "a,b" "outra.{c,d}" >= 0.9)",
           R"(CustomSql "select count(*) from primary" between 10 and 20)",
           R"((IsComplete "a") and (IsUnique "a"))",
           R"((RowCount > 1) or (IsPrimaryKey "a") or (Sum "a" between 1 and 2))",
           R"((Mean "a" > 3) and ((Mean "b" > 500) or (IsComplete "c")))",
           R"((RowCount > 0) or ((IsComplete "a") and (ColumnValues "d" > (now() - 3 days))))",
           R"((ReferentialIntegrity "a" "outra.{c}" = 1.0) and (ColumnValues "a" > 1 where "b" with threshold > 0.5))",
       }) {
    const Rule rule = unwrap(parse_rule(text));
    EXPECT_EQ(rule.to_string(), text);
    EXPECT_EQ(unwrap(parse_rule(rule.to_string())), rule);
  }
}

TEST(ParseRule, WordsMayBeOfAnyCaseAndSpacing) {
  EXPECT_EQ(unwrap(parse_rule("columnvalues\n  \"a\" IN[1,2]")).to_string(), R"(ColumnValues "a" in [1, 2])");
  EXPECT_EQ(unwrap(parse_rule(R"(ReferentialIntegrity "a" "outra.c")")).to_string(),
            R"(ReferentialIntegrity "a" "outra.{c}" = 1.0)");
  EXPECT_EQ(unwrap(parse_rule(R"(SchemaMatch "outra")")).expected->operands[0].text, "1.0");
}

TEST(ParseRule, JoinedRulesKeepTheirShape) {
  const Rule rule = unwrap(parse_rule("(RowCount > 0)AND\n((IsUnique \"a\") Or (SchemaMatch \"outra\"))"));
  ASSERT_EQ(rule.kind, RuleKind::kAnd);
  ASSERT_EQ(rule.parts.size(), 2U);
  EXPECT_EQ(rule.parts[0].kind, RuleKind::kRowCount);
  ASSERT_EQ(rule.parts[1].kind, RuleKind::kOr);
  EXPECT_EQ(rule.parts[1].parts[1].reference, "outra");
  EXPECT_EQ(rule.to_string(), R"((RowCount > 0) and ((IsUnique "a") or (SchemaMatch "outra" = 1.0)))");
}

TEST(ParseRule, BracketsAroundOneRuleAddNothing) {
  EXPECT_EQ(unwrap(parse_rule("((RowCount > 0))")), unwrap(parse_rule("RowCount > 0")));
  EXPECT_EQ(unwrap(parse_rule("(((RowCount > 0) and (RowCount < 9)))")).to_string(),
            "(RowCount > 0) and (RowCount < 9)");
}

TEST(ParseRule, SaysWhereJoinedRulesGoWrong) {
  EXPECT_EQ(
      error_of("RowCount > 0 and (RowCount < 9)"),
      "rule 'RowCount > 0 and (RowCount < 9)', character 14: rules that are joined stand in brackets, each, as in "
      "(RowCount > 0) and (IsUnique \"a\")");
  EXPECT_EQ(error_of("(RowCount > 0) or RowCount < 9"),
            "rule '(RowCount > 0) or RowCount < 9', character 19: rules that are joined stand in brackets, each, as in "
            "(RowCount > 0) and (IsUnique \"a\")");
  EXPECT_EQ(
      error_of("(RowCount > 0) and (RowCount < 9) or (RowCount = 5)"),
      "rule '(RowCount > 0) and (RowCount < 9) or (RowCount = 5)', character 35: 'and' and 'or' side by side; say "
      "with brackets what belongs together, as in (A) and ((B) or (C))");
  EXPECT_EQ(error_of("(RowCount > 0) and (RowCount < 9"),
            "rule '(RowCount > 0) and (RowCount < 9', character 20: '(' is not closed");
  EXPECT_EQ(error_of("(RowCount > 0) xor (RowCount < 9)"),
            "rule '(RowCount > 0) xor (RowCount < 9)', character 16: expected the end of the rule, found 'xor'");
  EXPECT_EQ(
      error_of("(RowCount > 0) and (RowCont < 9)"),
      "rule '(RowCount > 0) and (RowCont < 9)', character 21: 'RowCont' is no rule (did you mean 'RowCount'?); see "
      "the list in docs/quality.md");
  EXPECT_EQ(error_of("(RowCount > 0))"),
            "rule '(RowCount > 0))', character 15: expected the end of the rule, found ')'");
  EXPECT_EQ(error_of("()"), "rule '()', character 2: expected the name of a rule, such as ColumnValues, found ')'");
  EXPECT_EQ(error_of("(RowCount 5 and)"),
            "rule '(RowCount 5 and)', character 11: expected a comparison (=, !=, <, <=, "
            ">, >=, between, in, matches), found '5'");
}

TEST(ParseRule, BracketsGoSoDeepAndNoDeeper) {
  const auto nested = [](size_t depth) { return std::string(depth, '(') + "RowCount > 0" + std::string(depth, ')'); };
  EXPECT_EQ(unwrap(parse_rule(nested(32))).to_string(), "RowCount > 0");
  EXPECT_NE(error_of(nested(33)).find("character 33: brackets go 32 deep at most"), std::string::npos);
}

TEST(ParseRule, KeepsTheDigitsOfAmounts) {
  EXPECT_EQ(unwrap(parse_rule(R"(Sum "a" = 12345678901234567890.10)")).expected->operands[0].text,
            "12345678901234567890.10");
}

TEST(ParseRule, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(
      error_of(R"(ColumnValue "a" > 1)"),
      R"(rule 'ColumnValue "a" > 1', character 1: 'ColumnValue' is no rule (did you mean 'ColumnValues'?); see the list in docs/quality.md)");
  EXPECT_EQ(error_of(R"(ColumnValues a > 1)"),
            R"(rule 'ColumnValues a > 1', character 14: expected a column in double quotes, found 'a')");
  EXPECT_EQ(error_of(R"(ColumnValues "a" ~ 1)"),
            "rule 'ColumnValues \"a\" ~ 1', character 18: expected a comparison (=, !=, <, <=, >, >=, between, in, "
            "matches), found '~'");
  EXPECT_EQ(error_of(R"(ColumnValues "a" >)"),
            R"(rule 'ColumnValues "a" >', character 19: expected a value, found the end)");
  EXPECT_EQ(error_of(R"(ColumnValues "a" > 1 2)"),
            R"(rule 'ColumnValues "a" > 1 2', character 22: expected the end of the rule, found '2')");
  EXPECT_EQ(error_of(R"(ColumnValues "a" in [1, 2)"),
            R"(rule 'ColumnValues "a" in [1, 2', character 26: expected ']', found the end)");
  EXPECT_EQ(error_of(R"(ColumnValues "a)"), R"(rule 'ColumnValues "a', character 14: a text that is not closed by ")");
  EXPECT_EQ(error_of(""), "rule '', character 1: expected the name of a rule, such as ColumnValues, found the end");
}

TEST(ParseRule, RefusesWhatARuleCannotMean) {
  const auto has = [](std::string_view text, std::string_view problem) {
    EXPECT_NE(error_of(text).find(problem), std::string::npos) << error_of(text);
  };
  has(R"(Completeness "a" > 2)", "compared with a share from 0 to 1");
  has(R"(RowCount > "x")", "compared with a number");
  has(R"(RowCount matches "x")", "compared, not matched");
  has(R"(DataFreshness "d" <= 24)", "expected a span of time such as 24 hours");
  has(R"(ColumnValues "a" > 3 days)", "no value of a column");
  has(R"(IsComplete "a" where "x" with threshold > 0.5)", "takes no 'with threshold'");
  has(R"(ColumnExists "a" where "x")", "takes no 'where'");
  has(R"(ReferentialIntegrity "a,b" "outra.{c}")", "2 columns refer to 1");
  has(R"(ReferentialIntegrity "a" "outra")", "expected \"table.{column,...}\"");
  has(R"(ColumnValues "a" > (now() - 3 hours))", "expected a number of days");
  has(R"(ColumnValues "a" > 12x)", "a number runs into a letter");
  has(R"(ColumnDataType "a" > 3)", "expected = and a type");
  has(R"(IsUnique "")", "must not be empty");
  has("RowCount > 1" + std::string(20'000, ' '), "10,000 characters");
}

TEST(Rule, OnlyRulesAboutSingleRowsAreRowLevel) {
  EXPECT_TRUE(unwrap(parse_rule(R"(IsComplete "a")")).is_row_level());
  EXPECT_TRUE(unwrap(parse_rule(R"(ColumnLength "a" > 1)")).is_row_level());
  EXPECT_FALSE(unwrap(parse_rule(R"(IsUnique "a")")).is_row_level());
  EXPECT_FALSE(unwrap(parse_rule("RowCount > 1")).is_row_level());
  EXPECT_TRUE(
      unwrap(parse_rule(R"((IsComplete "a") or ((ColumnLength "b" > 1) and (IsComplete "c")))")).is_row_level());
  EXPECT_FALSE(unwrap(parse_rule(R"((IsComplete "a") or ((ColumnLength "b" > 1) and (IsUnique "c")))")).is_row_level());
}

}  // namespace
}  // namespace caudal::flows
