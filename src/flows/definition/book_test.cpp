// SPDX-License-Identifier: Apache-2.0
// Reading a book's declaration, and the SQL it becomes, tried in a real DuckDB.
#include "flows/definition/book.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "flows/definition/book_sql.h"
#include "flows/definition/testing/run_sql.h"

namespace caudal::flows {
namespace {

constexpr std::string_view kBook = R"yaml(name: b
description: d
entity: {column: id, type: int, description: o cliente}
date: dia
windows: [U3M, U1M]
source: SELECT * FROM eventos
classes:
  - name: prazo
    values:
      - {name: SEM, when: pago IS NULL, description: sem nada}
      - {name: COM, when: pago > 0, description: com algo}
measures:
  - {column: valor, type: "decimal(18,2)", required: true, aggregates: [sum, avg, max, min], description: o valor}
  - {column: qtd, type: int, required: true, aggregates: [sum], description: quantos}
)yaml";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const size_t at = result.find(from);
  CHECK(at != std::string::npos, "the test's book has changed");
  return result.replace(at, from.size(), to);
}

BookDefinition read(std::string_view text, Mistakes& mistakes) {
  const auto root = yaml::parse(text, "b.yaml", mistakes);
  return root ? read_book(*root, mistakes) : BookDefinition();
}
BookDefinition book(std::string_view text) {
  Mistakes mistakes;
  BookDefinition result = read(text, mistakes);
  CHECK(mistakes.empty(), mistakes.to_error().message);
  return result;
}
std::string mistakes_of(std::string_view text) {
  Mistakes mistakes;
  read(text, mistakes);
  return mistakes.empty() ? "" : mistakes.to_error().message;
}

const BookVariable* variable(const BookDefinition& book, std::string_view name) {
  const auto found = std::find_if(book.variables.begin(), book.variables.end(),
                                  [&](const BookVariable& candidate) { return candidate.name == name; });
  return found == book.variables.end() ? nullptr : &*found;
}

TEST(Book, MakesAVariableOfEachCombination) {
  const BookDefinition b = book(kBook);
  EXPECT_EQ(b.variables.size(), 2u * 5u * 2u);  // values × (4 + 1 aggregates) × windows
  EXPECT_EQ(b.windows.front().name, "U1M");     // shortest first, however written
  const BookVariable* average = variable(b, "valor_avg_u3m_com");
  ASSERT_NE(average, nullptr);
  EXPECT_EQ(average->type, ColumnType::decimal(18, 6));
  EXPECT_EQ(average->description, "Média de valor (o valor) nos últimos 3 meses, COM: com algo");
  EXPECT_EQ(variable(b, "valor_sum_u1m_sem")->type, ColumnType::decimal(18, 2));
  EXPECT_EQ(variable(b, "qtd_sum_u1m_sem")->type, ColumnType{TypeKind::kBigint});
}

TEST(Book, GrowsByALine) {
  const size_t before = book(kBook).variables.size();
  EXPECT_EQ(book(replaced(kBook, "[U3M, U1M]", "[U3M, U1M, U24M]")).variables.size(), before / 2 * 3);
  EXPECT_EQ(book(replaced(kBook, "aggregates: [sum],", "aggregates: [sum, max],")).variables.size(), before + 4);
  EXPECT_EQ(book(replaced(kBook, "measures:\n",
                          "measures:\n  - {column: dias, type: int, aggregates: [max], description: x}\n"))
                .variables.size(),
            before + 4);
  EXPECT_EQ(book(replaced(kBook, "measures:\n",
                          "  - {name: outra, values: [{name: GRANDE, when: valor > 5, description: x}]}\nmeasures:\n"))
                .variables.size(),
            before + 10);
  EXPECT_EQ(book(std::string(kBook) + "totals: true\n").variables.size(), before + 10);
}

TEST(Book, TheSameValueInTwoClassesIsOneIfItsConditionIs) {
  const std::string same =
      replaced(kBook, "measures:\n",
               "  - {name: outra, values: [{name: SEM, when: pago IS NULL, description: x}]}\nmeasures:\n");
  EXPECT_EQ(book(same).variables.size(), book(kBook).variables.size());
  const std::string other = replaced(same, "when: pago IS NULL, description: x", "when: pago = 0, description: x");
  EXPECT_EQ(
      mistakes_of(other),
      "b.yaml:12:28: 'SEM' stands for another condition in line 10; its variables would have the same names: give it "
      "another name, or the same condition");
}

TEST(Book, MistakesCarryTheirPlace) {
  EXPECT_EQ(mistakes_of(replaced(kBook, "U1M", "1M")),
            "b.yaml:5:10: 'windows' must be such as U1M or U12M (at most U120M), found '1M'");
  EXPECT_EQ(mistakes_of(replaced(kBook, "[sum],", "[total],")),
            "b.yaml:14:58: 'total' is no aggregate; known are sum, avg, max, min, count");
  EXPECT_EQ(mistakes_of(replaced(kBook, "decimal(18,2)", "decimal(19,2)")),
            "b.yaml:13:27: a measure is an int, a bigint or a decimal of at most 18 digits");
  EXPECT_EQ(mistakes_of(replaced(kBook, "pago > 0", "(pago > 0")),
            "b.yaml:11:27: 'when' must be a condition: a bracket is not closed");
  EXPECT_EQ(mistakes_of(replaced(kBook, "column: qtd", "column: valor")),
            "b.yaml:14:5: measure 'valor' is there already, in line 13\n"
            "b.yaml:14:5: two columns of the book would be called 'valor_sum_u1m_com'\n"
            "b.yaml:14:5: two columns of the book would be called 'valor_sum_u1m_sem'\n"
            "b.yaml:14:5: two columns of the book would be called 'valor_sum_u3m_com'\n"
            "b.yaml:14:5: two columns of the book would be called 'valor_sum_u3m_sem'");
  EXPECT_NE(
      mistakes_of(replaced(kBook, "FROM eventos", "FROM eventos WHERE d < ${nada}")).find("b.yaml:6:41: '${nada}'"),
      std::string::npos);
  EXPECT_EQ(mistakes_of(replaced(kBook, "type: int, description: o", "type: double, description: o")),
            "b.yaml:3:28: an entity is a string, an int or a bigint");
}

class BookSql : public testing::Test {
 protected:
  void events(const std::string& rows) {
    database_.run("CREATE TABLE eventos AS SELECT * FROM (VALUES " + rows + ") AS v(id, dia, valor, pago, qtd)");
  }
  std::string select(const BookDefinition& b, std::string_view columns) {
    return database_.rows("SELECT " + std::string(columns) + " FROM (" + book_select(b, day_) + ") ORDER BY 1");
  }
  TestDatabase database_;
  Date day_ = unwrap(parse_date("2024-02-01"));
};

TEST_F(BookSql, CountsEachEventInTheWindowsAndClassesItIsOf) {
  events(
      "(1, DATE '2024-01-01', 10.50::DECIMAL(18,2), NULL, 1), (1, DATE '2023-11-01', 20.00, NULL, 1), "
      "(1, DATE '2023-12-31', 5.25, 1.00, 1), (1, DATE '2024-02-01', 1000, 1, 1), (1, DATE '2023-10-31', 1000, 1, "
      "1), "
      "(2, DATE '2023-12-01', 7.00, 0.00, 1), (3, DATE '2022-01-01', 1.00, 1.00, 1)");
  EXPECT_EQ(select(book(kBook),
                   "id, valor_sum_u1m_sem, valor_sum_u3m_sem, valor_max_u3m_sem, valor_min_u3m_sem, "
                   "valor_sum_u1m_com, valor_sum_u3m_com, qtd_sum_u3m_sem"),
            "1|10.50|30.50|20.00|10.50|-|5.25|2\n2|-|-|-|-|-|-|-");
}

TEST_F(BookSql, AveragesAreExactAndRoundHalfAwayFromZero) {
  // 1/3 and 2/3 of a cent; a tie at the seventh place, of either sign, which binary floating point gets wrong.
  events(
      "(1, DATE '2024-01-01', 0.01::DECIMAL(18,2), NULL, 1), (1, DATE '2024-01-01', 0.00, NULL, 1), "
      "(1, DATE '2024-01-01', 0.00, NULL, 1), (2, DATE '2024-01-01', -0.02, NULL, 1), (2, DATE '2024-01-01', 0.00, "
      "NULL, "
      "1), (2, DATE '2024-01-01', 0.00, NULL, 1)");
  database_.run(
      "INSERT INTO eventos SELECT 3, DATE '2024-01-01', CASE WHEN i = 0 THEN 0.01 ELSE 0 END, NULL, 1 FROM range(32) "
      "r(i)");
  database_.run(
      "INSERT INTO eventos SELECT 4, DATE '2024-01-01', CASE WHEN i = 0 THEN -0.01 ELSE 0 END, NULL, 1 FROM "
      "range(32) r(i)");
  EXPECT_EQ(select(book(kBook), "id, valor_avg_u1m_sem"), "1|0.003333\n2|-0.006667\n3|0.000313\n4|-0.000313");
}

TEST_F(BookSql, TheLargestAmountsAreAddedUpToo) {
  events("(1, DATE '2024-01-01', 9999999999999999.98::DECIMAL(18,2), NULL, 1), (1, DATE '2024-01-01', 0.01, NULL, 1)");
  const BookDefinition sums = book(replaced(kBook, "aggregates: [sum, avg, max, min]", "aggregates: [sum]"));
  EXPECT_EQ(select(sums, "valor_sum_u1m_sem"), "9999999999999999.99");
}

TEST_F(BookSql, ASumThatDoesNotFitFailsInsteadOfWrapping) {
  events("(1, DATE '2024-01-01', 9999999999999999.99::DECIMAL(18,2), NULL, 1), (1, DATE '2024-01-01', 0.01, NULL, 1)");
  const BookDefinition sums = book(replaced(kBook, "aggregates: [sum, avg, max, min]", "aggregates: [sum]"));
  const std::string error = database_.error_of("CREATE TABLE x AS " + book_select(sums, day_));
  EXPECT_NE(error, "");
}

TEST_F(BookSql, AMeasureThatMayBeNullIsAveragedOverItsValues) {
  events("(1, DATE '2024-01-01', 4.00::DECIMAL(18,2), NULL, 1), (1, DATE '2024-01-01', NULL, NULL, 1)");
  const std::string nullable = replaced(kBook, "required: true, aggregates: [sum, avg", "aggregates: [sum, count, avg");
  EXPECT_EQ(select(book(nullable), "valor_avg_u1m_sem, valor_count_u1m_sem, valor_count_u1m_com, qtd_sum_u1m_sem"),
            "4.000000|1|0|2");
}

TEST_F(BookSql, TypesAreThoseOfTheDeclarationAndTheDictionary) {
  events("(1, DATE '2024-01-01', 4.00::DECIMAL(18,2), NULL, 1)");
  const BookDefinition b = book(kBook);
  EXPECT_TRUE(database_.columns(book_select(b, day_))
                  .starts_with("id integer, valor_sum_u1m_sem decimal(18,2), valor_sum_u3m_sem decimal(18,2), "
                               "valor_avg_u1m_sem decimal(18,6)"));
  EXPECT_EQ(database_.rows("SELECT posicao, variavel, tipo, medida, agregacao, janela, meses, classe, valor FROM (" +
                           book_dictionary(b) + ") WHERE posicao IN (1, 2, 21)"),
            "1|id|int|-|-|-|-|-|-\n2|valor_sum_u1m_sem|decimal(18,2)|valor|sum|U1M|1|prazo|SEM\n"
            "21|qtd_sum_u3m_com|bigint|qtd|sum|U3M|3|prazo|COM");
}

}  // namespace
}  // namespace caudal::flows
