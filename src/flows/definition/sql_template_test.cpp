// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/sql_template.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/definition/sql_text.h"

namespace caudal::flows {
namespace {

std::string render(std::string text, std::string_view dt_base = "2024-02-01") {
  Mistakes mistakes;
  const SqlTemplate sql = SqlTemplate::parse(std::move(text), {"a.sql", 1, 1}, mistakes);
  return mistakes.empty() ? sql.render(unwrap(parse_date(dt_base))) : mistakes.to_error().message;
}

TEST(SqlTemplate, WritesDatesAsLiterals) {
  EXPECT_EQ(render("SELECT ${dt_base}, ${month}"), "SELECT DATE '2024-02-01', DATE '2024-01-01'");
  EXPECT_EQ(render("${dt_base - 12 months}|${ dt_base-1 day }|${month + 2 months}"),
            "DATE '2023-02-01'|DATE '2024-01-31'|DATE '2024-03-01'");
  EXPECT_EQ(render("${ano} ${mes}"), "2024 1");
  EXPECT_EQ(render("${ano} ${mes}", "2024-01-01"), "2023 12");
  EXPECT_EQ(render("${ano(dt_base - 12 months)}/${mes(dt_base - 12 months)}"), "2023/2");
  EXPECT_EQ(render("${dt_base - 1 month}", "2024-03-31"), "DATE '2024-02-29'");
}

TEST(SqlTemplate, LeavesQuotesAndCommentsAlone) {
  const std::string text = "SELECT '${x}', \"${y}\" -- ${z}\n/* ${w} */ FROM t WHERE a = '$' || 'it''s ${q}'";
  EXPECT_EQ(render(text), text);
  EXPECT_EQ(render("SELECT 1 ;\n ; "), "SELECT 1");
}

TEST(SqlTemplate, SaysWhereAParameterIsUnknown) {
  EXPECT_EQ(
      render("SELECT 1\n  WHERE d < ${dtbase}"),
      "a.sql:2:13: '${dtbase}' is no parameter; known are ${dt_base}, ${month}, ${ano}, ${mes}, ${ano(dt_base - 12 "
      "months)} and dates with '+ n months' or '- n days'");
  for (const char* bad :
       {"${}", "${dt_base - x months}", "${dt_base - 3}", "${dt_base 3 months}", "${dt_base - 3 years}",
        "${dt_base - 3 months x}", "${ano - 3 months}", "${ano(x)}", "${dt_base - 99999 days}"})
    EXPECT_NE(render(bad).find("is no parameter"), std::string::npos) << bad;
  EXPECT_EQ(render("SELECT ${dt_base"), "a.sql:1:8: '${' is not closed by '}'");
  EXPECT_EQ(render(" ;\n"), "a.sql:1:1: the statement is empty");
}

TEST(SqlTemplate, CountsFromWhereTheTextStands) {
  Mistakes mistakes;
  SqlTemplate::parse("SELECT 1,\n${nada}", {"b.yaml", 10, 5}, mistakes);
  EXPECT_TRUE(mistakes.to_error().message.starts_with("b.yaml:11:5: ")) << mistakes.to_error().message;
}

TEST(ProblemOfExpression, SeesWhatWouldBreakOutOfParentheses) {
  EXPECT_EQ(problem_of_expression("a = ')' AND (b > 1)"), "");
  EXPECT_EQ(problem_of_expression("a) OR (b"), "a bracket closes nothing");
  EXPECT_EQ(problem_of_expression("(a"), "a bracket is not closed");
  EXPECT_EQ(problem_of_expression("a = 'x"), "a quote is not closed");
  EXPECT_EQ(problem_of_expression("a -- b"), "comments cannot stand in an expression");
  EXPECT_EQ(problem_of_expression("a; drop"), "';' cannot stand in an expression");
  EXPECT_EQ(problem_of_expression(" "), "it is empty");
}

}  // namespace
}  // namespace caudal::flows
