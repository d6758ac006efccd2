// SPDX-License-Identifier: Apache-2.0
// What rules find in a small table, through a real DuckDB.
#include "flows/definition/rule_sql.h"

#include <gtest/gtest.h>

#include "flows/definition/testing/run_sql.h"

namespace caudal::flows {
namespace {

class RuleSql : public testing::Test {
 protected:
  RuleSql() {
    columns_ = {{"id", {TypeKind::kString}},
                {"uf", {TypeKind::kString}},
                {"valor", ColumnType::decimal(18, 2)},
                {"dias", {TypeKind::kInt}},
                {"data", {TypeKind::kDate}}};
    database_.run(
        "CREATE TABLE t AS SELECT * FROM (VALUES ('a', 'SP', 10.50::DECIMAL(18,2), 1, DATE '2024-01-31'), "
        "('b', 'RJ', -1.00, 2, DATE '2024-01-01'), ('b', '', 0.00, NULL, NULL), (NULL, NULL, NULL, 5, DATE "
        "'2023-01-01')) "
        "AS v(id, uf, valor, dias, data)");
    database_.run("CREATE TABLE outra AS SELECT 'a' AS chave UNION ALL SELECT 'z'");
    target_.table = "t";
    target_.columns = &columns_;
    target_.today = unwrap(parse_date("2024-02-01"));
    target_.reference = [](std::string_view name) {
      return name == "outra" ? std::optional<std::string>("outra") : std::nullopt;
    };
    target_.reference_columns = [this](std::string_view name) -> std::optional<std::vector<ContractColumn>> {
      if (name != "outra") return std::nullopt;
      return std::vector<ContractColumn>{columns_[0], columns_[1]};
    };
  }

  // measured|passed|rows_failed|rows_total
  std::string measure(std::string_view rule) {
    return database_.rows(unwrap(measure_query(unwrap(parse_rule(rule)), target_)));
  }
  // Which rows satisfy a rule, as t and f in the order of the table.
  std::string rows(std::string_view rule) {
    const std::string predicate = unwrap(row_predicate(unwrap(parse_rule(rule)), target_));
    return database_.rows("SELECT string_agg(CASE WHEN " + predicate + " THEN 't' WHEN NOT (" + predicate +
                          ") THEN 'f' ELSE 'null' END, '' ORDER BY rowid) FROM t");
  }
  std::string mistakes(std::string_view rule) {
    Mistakes found;
    check_rule(unwrap(parse_rule(rule)), columns_, {"c.yaml", 3, 7}, found);
    return found.empty() ? "" : found.to_error().message;
  }

  TestDatabase database_;
  std::vector<ContractColumn> columns_;
  RuleTarget target_;
};

TEST_F(RuleSql, NullPassesAllRowRulesButCompleteness) {
  EXPECT_EQ(rows(R"(ColumnValues "valor" >= 0)"), "tftt");
  EXPECT_EQ(rows(R"(ColumnValues "uf" in ["SP"])"), "tfft");
  EXPECT_EQ(rows(R"(ColumnValues "uf" not in ["SP", NULL])"), "fttf");
  EXPECT_EQ(rows(R"(ColumnValues "uf" != NULL)"), "tttf");
  EXPECT_EQ(rows(R"(ColumnValues "uf" != EMPTY)"), "ttft");
  EXPECT_EQ(rows(R"(ColumnValues "uf" matches "[A-Z]{2}")"), "ttft");
  EXPECT_EQ(rows(R"(ColumnValues "uf" not matches "S.")"), "fttt");
  EXPECT_EQ(rows(R"(ColumnLength "uf" = 2)"), "ttft");
  EXPECT_EQ(rows(R"(IsComplete "dias")"), "ttft");
}

TEST_F(RuleSql, BetweenLeavesOutBothEnds) {
  EXPECT_EQ(rows(R"(ColumnValues "dias" between 1 and 5)"), "fttf");
  EXPECT_EQ(rows(R"(ColumnValues "dias" not between 1 and 5)"), "tftt");
}

TEST_F(RuleSql, DatesCompareWithDatesAndTheDayOfTheRun) {
  EXPECT_EQ(rows(R"(ColumnValues "data" >= "2024-01-01")"), "tttf");
  EXPECT_EQ(rows(R"(ColumnValues "data" > (now() - 5 days))"), "tftf");
  EXPECT_EQ(rows(R"(ColumnValues "data" < now())"), "tttt");
}

TEST_F(RuleSql, AFilterExcusesTheOtherRows) {
  EXPECT_EQ(rows(R"(ColumnValues "valor" > 100 where "uf = 'RJ'")"), "tftt");
  EXPECT_EQ(measure(R"(ColumnValues "valor" > 100 where "uf = 'RJ'")"), "0.000000|false|1|1");
}

TEST_F(RuleSql, QuotesInTextAndNamesStayText) {
  EXPECT_EQ(rows(R"(ColumnValues "uf" = "x' OR 'a' = 'a")"), "ffft");
  columns_.push_back({"we\"ird", {TypeKind::kString}});
  database_.run("ALTER TABLE t ADD COLUMN \"we\"\"ird\" VARCHAR");
  Rule rule = unwrap(parse_rule(R"(IsComplete "x")"));
  rule.columns = {"we\"ird"};
  EXPECT_EQ(database_.rows(unwrap(measure_query(rule, target_))), "0.000000|false|4|4");
}

TEST_F(RuleSql, SharesAreComparedWithoutRounding) {
  EXPECT_EQ(measure(R"(Completeness "uf" >= 0.75)"), "0.750000|true|1|4");
  EXPECT_EQ(measure(R"(Completeness "uf" > 0.75)"), "0.750000|false|1|4");
  EXPECT_EQ(measure(R"(ColumnValues "valor" >= 0)"), "0.750000|false|1|4");
  EXPECT_EQ(measure(R"(ColumnValues "valor" >= 0 with threshold between 0.7 and 0.8)"), "0.750000|true|1|4");
}

TEST_F(RuleSql, UniquenessCountsRowsThatShareAValue) {
  EXPECT_EQ(measure(R"(IsUnique "uf")"), "1.000000|true|0|4");
  EXPECT_EQ(measure(R"(IsUnique "id")"), "0.500000|false|2|4");
  EXPECT_EQ(measure(R"(IsUnique "id" "uf")"), "1.000000|true|0|4");
  EXPECT_EQ(measure(R"(Uniqueness "id" >= 0.5)"), "0.500000|true|2|4");
  EXPECT_EQ(measure(R"(IsPrimaryKey "uf")"), "0.750000|false|1|4");  // NULL is no key
  EXPECT_EQ(measure(R"(IsPrimaryKey "dias" "id")"), "0.500000|false|2|4");
}

// A caller that knows which keys are repeated spares the counting of all others; the measure is the same.
TEST_F(RuleSql, UniquenessOfAKnownKeyCountsOnlyTheRepeatedOnes) {
  const std::vector<std::string> rules = {R"(IsUnique "id")", R"(Uniqueness "id" >= 0.5)", R"(IsPrimaryKey "id")",
                                          R"(IsPrimaryKey "uf")", R"(IsUnique "uf")"};
  for (const std::string& rule : rules) {
    const std::string counted = measure(rule);
    target_.known_key = KnownKey{{rule.substr(rule.find('"') + 1, 2)}, "(SELECT id, uf FROM t)"};
    EXPECT_EQ(measure(rule), counted) << rule;
    target_.known_key.reset();
  }
  // It is believed: keys that are not named are not looked at, but for NULL, which is none.
  target_.known_key = KnownKey{{"id"}, "(SELECT id FROM t WHERE FALSE)"};
  EXPECT_EQ(measure(R"(IsPrimaryKey "id")"), "0.750000|false|1|4");
}

TEST_F(RuleSql, MeasuresOfTheWholeTable) {
  EXPECT_EQ(measure("RowCount > 3"), "4|true|-|4");
  EXPECT_EQ(measure("RowCount between 4 and 9"), "4|false|-|4");
  EXPECT_EQ(measure(R"(Sum "valor" = 9.50)"), "9.50|true|-|4");
  EXPECT_EQ(measure(R"(Mean "valor" > 3.1666)"), "3.166667|true|-|4");
  EXPECT_EQ(measure(R"(Mean "valor" > 3.1667)"), "3.166667|false|-|4");
  EXPECT_EQ(measure(R"(DistinctValuesCount "id" = 2)"), "2|true|-|4");
  EXPECT_EQ(measure(R"(StandardDeviation "dias" between 1 and 2)").substr(0, 4), "1.69");
  EXPECT_EQ(measure("ColumnCount = 5"), "5|true|-|4");
  EXPECT_EQ(measure(R"(ColumnExists "nada")"), "absent|false|-|4");
  EXPECT_EQ(measure(R"x(ColumnDataType "valor" = "decimal(18,2)")x"), "decimal(18,2)|true|-|4");
  EXPECT_EQ(measure(R"x(ColumnDataType "valor" = "decimal(18,4)")x"), "decimal(18,2)|false|-|4");
  EXPECT_EQ(measure(R"(DataFreshness "data" <= 40 days)"), "0.750000|false|1|4");
  EXPECT_EQ(measure(R"(DataFreshness "data" <= 400 days)"), "1.000000|true|0|4");
}

TEST_F(RuleSql, ComparesWithOtherTables) {
  EXPECT_EQ(measure(R"(RowCountMatch "outra" = 2.0)"), "2.000000|true|-|4");
  EXPECT_EQ(measure(R"(ReferentialIntegrity "id" "outra.chave")"), "0.500000|false|2|4");
  EXPECT_EQ(measure(R"(ReferentialIntegrity "id" "outra.chave" >= 0.5)"), "0.500000|true|2|4");
  EXPECT_EQ(measure(R"(SchemaMatch "outra" >= 0.4)"), "0.400000|true|-|4");
  const auto missing = measure_query(unwrap(parse_rule(R"(RowCountMatch "nada" = 1)")), target_);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("there is no table 'nada'"), std::string::npos);
}

TEST_F(RuleSql, CustomStatementsSayPrimaryForTheTable) {
  EXPECT_EQ(measure(R"(CustomSql "select count(*) from primary where uf = 'primary'" = 0)"), "0|true|-|4");
  EXPECT_EQ(measure(R"(CustomSql "select max(dias) from primary" > 5)"), "5|false|-|4");
}

TEST_F(RuleSql, AnEmptyTableBreaksNoShare) {
  database_.run("DELETE FROM t");
  EXPECT_EQ(measure(R"(Completeness "uf" > 0.9)"), "1.000000|true|0|0");
  EXPECT_EQ(measure(R"(IsPrimaryKey "id")"), "1.000000|true|0|0");
  EXPECT_EQ(measure(R"(Mean "valor" > 0)"), "-|false|-|0");
  EXPECT_EQ(measure(R"(Sum "valor" = 0)"), "0.00|true|-|0");
}

TEST_F(RuleSql, RulesThatDoNotFitTheColumnsAreRefusedWithTheirPlace) {
  EXPECT_EQ(mistakes(R"(ColumnValues "valo" > 0)"),
            R"(c.yaml:3:7: rule ColumnValues "valo" > 0: 'valo' is no column (did you mean 'valor'?))");
  EXPECT_EQ(mistakes(R"(ColumnValues "valor" = "x")"),
            R"(c.yaml:3:7: rule ColumnValues "valor" = "x": 'valor' is decimal(18,2); is compared with the text 'x')");
  EXPECT_NE(mistakes(R"(ColumnValues "data" = "2024-02-30")").find("no date"), std::string::npos);
  EXPECT_NE(mistakes(R"(ColumnValues "uf" > 3)").find("is compared with a number"), std::string::npos);
  EXPECT_NE(mistakes(R"(ColumnValues "dias" matches "x")").find("patterns are for text"), std::string::npos);
  EXPECT_NE(mistakes(R"(Sum "uf" > 3)").find("only numbers can be added up"), std::string::npos);
  EXPECT_NE(mistakes(R"(ColumnLength "dias" > 3)").find("only text has a length"), std::string::npos);
  EXPECT_NE(mistakes(R"(DataFreshness "uf" < 3 days)").find("only dates have an age"), std::string::npos);
  EXPECT_NE(mistakes(R"(CustomSql "select 1; drop table t" = 1)").find("';' cannot stand"), std::string::npos);
  EXPECT_NE(mistakes(R"(ColumnValues "dias" > 3 where "(uf = 1")").find("a bracket is not closed"), std::string::npos);
  EXPECT_EQ(mistakes(R"(ColumnExists "nada")"), "");
}

TEST_F(RuleSql, JoinedRowRulesHoldRowByRow) {
  EXPECT_EQ(rows(R"((ColumnValues "valor" >= 0) and (ColumnLength "uf" = 2))"), "tfft");
  EXPECT_EQ(rows(R"((ColumnValues "valor" >= 5) or (ColumnValues "uf" = "RJ"))"), "ttft");
  EXPECT_EQ(rows(R"((IsComplete "dias") and ((ColumnValues "uf" = EMPTY) or (IsComplete "valor")))"), "ttft");
  EXPECT_EQ(rows(R"((ColumnValues "valor" > 100 where "uf = 'RJ'") and (IsComplete "id"))"), "tftf");
  // As a warning it counts just the rows that quarantine would take.
  EXPECT_EQ(measure(R"((ColumnValues "valor" >= 5) or (ColumnValues "uf" = "RJ"))"), "0.750000|false|1|4");
  EXPECT_EQ(measure(R"((ColumnValues "valor" >= -1) or (IsComplete "id"))"), "1.000000|true|0|4");
}

TEST_F(RuleSql, OtherJoinedRulesAreMeasuredPartByPart) {
  EXPECT_EQ(measure(R"((RowCount > 3) and (Sum "valor" = 9.50))"), "(4: holds) and (9.50: holds)|true|-|4");
  EXPECT_EQ(measure(R"((RowCount > 4) and (Sum "valor" = 9.50))"), "(4: fails) and (9.50: holds)|false|-|4");
  EXPECT_EQ(measure(R"((RowCount > 4) or (IsUnique "uf") or (ColumnCount = 1))"),
            "(4: fails) or (1.000000: holds) or (5: fails)|true|-|4");
  EXPECT_EQ(measure(R"((RowCount > 4) or (IsUnique "id"))"), "(4: fails) or (0.500000: fails)|false|-|4");
  EXPECT_EQ(measure(R"((RowCount < 9) and ((IsUnique "id") or (IsComplete "id")))"),
            "(4: holds) and ((0.500000: fails) or (0.750000: fails): fails)|false|-|4");
  EXPECT_EQ(
      measure(R"((CustomSql "select count(*) from primary" = 4) and (ReferentialIntegrity "id" "outra.chave" >= 0.5))"),
      "(4: holds) and (0.500000: holds)|true|-|4");
  const auto missing = measure_query(unwrap(parse_rule(R"((RowCount > 0) or (RowCountMatch "nada" = 1))")), target_);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("there is no table 'nada'"), std::string::npos);
}

TEST_F(RuleSql, ASharedRowRuleInsideAJoinIsAboutTheTable) {
  EXPECT_EQ(measure(R"((Completeness "uf" > 0.7) and (IsComplete "valor"))"),
            "(0.750000: holds) and (0.750000: fails)|false|-|4");
  EXPECT_EQ(measure(R"((ColumnValues "valor" >= 0 with threshold > 0.7) and (ColumnLength "uf" <= 2))"),
            "(0.750000: holds) and (1.000000: holds)|true|-|4");
}

TEST_F(RuleSql, AMeasureThatFindsNothingDoesNotHideTheOthers) {
  database_.run("DELETE FROM t");
  EXPECT_EQ(measure(R"((Mean "valor" > 0) or (RowCount = 0))"), "(nothing: fails) or (0: holds)|true|-|0");
}

TEST_F(RuleSql, EachPartOfAJoinIsCheckedAgainstTheColumns) {
  EXPECT_EQ(mistakes(R"((ColumnValues "valo" > 0) or ((Sum "uf" > 1) and (RowCount > 0)))"),
            R"(c.yaml:3:7: rule ColumnValues "valo" > 0: 'valo' is no column (did you mean 'valor'?))"
            "\n"
            R"(c.yaml:3:7: rule Sum "uf" > 1: 'uf' is string; only numbers can be added up)");
}

TEST_F(RuleSql, CountsOfPiecesComeToTheMeasureOfTheWhole) {
  const auto in_pieces = [this](std::string_view text) {
    const Rule rule = unwrap(parse_rule(text));
    std::vector<RowCounts> counts;
    for (const char* piece : {"(SELECT * FROM t WHERE rowid < 1)", "(SELECT * FROM t WHERE rowid >= 1)"}) {
      target_.table = piece;
      const std::vector<std::string> queries = unwrap(count_queries(rule, target_));
      counts.resize(queries.size());
      for (size_t i = 0; i < queries.size(); ++i) {
        const std::string row = database_.rows(queries[i]);
        counts[i].total += std::stoul(row);
        counts[i].good += std::stoul(row.substr(row.find('|') + 1));
      }
    }
    target_.table = "t";
    return database_.rows(judge_query(rule, counts, 4));
  };
  for (const char* rule :
       {R"(IsComplete "dias")", R"(Completeness "uf" >= 0.75)", R"(Completeness "uf" > 0.75)",
        R"(ColumnValues "valor" >= 0 with threshold > 0.7)", R"(ColumnLength "uf" = 2 where "dias > 1")",
        R"((ColumnValues "valor" >= 5) or (ColumnValues "uf" = "RJ"))",
        R"((Completeness "uf" > 0.7) and ((IsComplete "valor") or (Completeness "id" < 0.9)))"}) {
    EXPECT_EQ(in_pieces(rule), measure(rule)) << rule;
  }
  const auto whole = count_queries(unwrap(parse_rule("RowCount > 1")), target_);
  ASSERT_FALSE(whole);
  EXPECT_NE(whole.error().message.find("about the whole table"), std::string::npos);
}

TEST_F(RuleSql, OnlyRowRulesHaveAPredicate) {
  const auto joined = row_predicate(unwrap(parse_rule(R"((IsComplete "id") or (RowCount > 1))")), target_);
  ASSERT_FALSE(joined);
  EXPECT_NE(joined.error().message.find("about the whole table"), std::string::npos);
  const auto result = row_predicate(unwrap(parse_rule("RowCount > 1")), target_);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("about the whole table"), std::string::npos);
}

}  // namespace
}  // namespace caudal::flows
