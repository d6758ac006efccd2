// SPDX-License-Identifier: Apache-2.0
// Books worked out by hand, the edges between chunks and batches, and what can go wrong.
#include "flows/books/book_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flows/books/testing/book_lab.h"
#include "sql/errors.h"

namespace caudal::flows::books {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kBook = R"yaml(name: livro
description: d
entity: {column: id, type: int, description: o cliente}
date: dia
windows: [U1M, U3M, U12M]
source: SELECT * FROM eventos
classes:
  - name: prazo
    values:
      - {name: SEM, when: pago IS NULL, description: sem nada}
      - {name: COM, when: pago > 0, description: com algo}
measures:
  - {column: valor, type: "decimal(18,2)", required: true, aggregates: [sum, avg, max, min], description: o valor}
  - {column: dias, type: bigint, aggregates: [sum, avg, max, min, count], description: os dias}
)yaml";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const size_t at = result.find(from);
  CHECK(at != std::string::npos, "the test's book has changed");
  return result.replace(at, from.size(), to);
}

class BookTableTest : public testing::Test {
 protected:
  void events(const std::string& rows, const std::string& value_type = "DECIMAL(18,2)") {
    lab_.run("CREATE OR REPLACE TABLE eventos AS SELECT id, dia, CAST(valor AS " + value_type +
             ") AS valor, pago, CAST(dias AS BIGINT) AS dias FROM (VALUES " + rows +
             ") AS v(id, dia, valor, pago, dias)");
  }
  // `count` events of each of `clients` clients, of 1.00 each and all in the shortest window.
  void many_events(size_t clients, size_t count) {
    lab_.run(
        fmt::format("CREATE OR REPLACE TABLE eventos AS SELECT CAST(c AS INTEGER) AS id, DATE '2024-01-31' AS dia, "
                    "CAST(1 AS DECIMAL(18,2)) AS valor, NULL::INTEGER AS pago, CAST(e AS BIGINT) AS dias "
                    "FROM range({}) a(c), range({}) b(e)",
                    clients, count));
  }
  BookLab lab_;
  const BookDefinition book_ = parse_book(kBook);
};

TEST_F(BookTableTest, AnEventCountsInEveryWindowItIsOf) {
  events(
      "(1, DATE '2024-01-01', 10.50, NULL, 4), (1, DATE '2023-12-31', 5.25, NULL, -2), (1, DATE '2023-11-01', 4, NULL, "
      "9), "
      "(1, DATE '2023-10-31', 100, NULL, 0), (1, DATE '2023-02-01', 1000, NULL, 1), (1, DATE '2023-01-31', 5000, NULL, "
      "1), "
      "(1, DATE '2024-02-01', 7000, NULL, 1)");
  EXPECT_THAT(lab_.rows(book_,
                        "id, valor_sum_u1m_sem, valor_sum_u3m_sem, valor_sum_u12m_sem, valor_max_u3m_sem, "
                        "valor_min_u3m_sem, dias_max_u1m_sem, dias_min_u12m_sem, dias_count_u3m_sem"),
              ElementsAre("1|10.50|19.75|1119.75|10.50|4.00|4|-2|3"));
}

TEST_F(BookTableTest, AnEventCountsInEveryClassItIsOfAndMaybeInNone) {
  events("(1, DATE '2024-01-01', 1, NULL, 1), (1, DATE '2024-01-02', 2, 1, 2), (2, DATE '2024-01-02', 4, 0, 3)");
  EXPECT_THAT(lab_.rows(book_, "id, valor_sum_u1m_sem, valor_sum_u1m_com, dias_count_u1m_com"),
              ElementsAre("1|1.00|2.00|1", "2|-|-|0"));
  const BookDefinition both = parse_book(replaced(kBook, "when: pago > 0", "when: dias < 3") + "totals: true\n");
  EXPECT_THAT(lab_.rows(both, "id, valor_sum_u1m_sem, valor_sum_u1m_com, valor_sum_u1m, valor_max_u12m"),
              ElementsAre("1|1.00|3.00|3.00|2.00", "2|-|-|4.00|4.00"));
}

TEST_F(BookTableTest, AveragesRoundHalfAwayFromZeroAtTheSixthPlace) {
  // A third and two thirds of a cent; one 32nd of a cent is a tie at the seventh place.
  events(
      "(1, DATE '2024-01-01', 0.01, NULL, 1), (1, DATE '2024-01-01', 0, NULL, 1), (1, DATE '2024-01-01', 0, NULL, 0), "
      "(2, DATE '2024-01-01', -0.02, NULL, -1), (2, DATE '2024-01-01', 0, NULL, -1), (2, DATE '2024-01-01', 0, NULL, "
      "0)");
  for (const auto& [id, cents] : {std::pair("3", "0.01"), std::pair("4", "-0.01")}) {
    lab_.run(
        fmt::format("INSERT INTO eventos SELECT {}, DATE '2024-01-01', CASE WHEN i = 0 THEN {} ELSE 0 END, NULL, 1 "
                    "FROM range(32) r(i)",
                    id, cents));
  }
  EXPECT_THAT(
      lab_.rows(book_, "id, valor_avg_u1m_sem, dias_avg_u3m_sem"),
      ElementsAre("1|0.003333|0.666667", "2|-0.006667|-0.666667", "3|0.000313|1.000000", "4|-0.000313|1.000000"));
}

TEST_F(BookTableTest, WhatMayBeNullIsCountedAndAveragedWithoutTheNulls) {
  events(
      "(1, DATE '2024-01-01', 4, NULL, 6), (1, DATE '2024-01-02', 4, NULL, NULL), (1, DATE '2023-12-01', 4, NULL, 3), "
      "(2, DATE '2024-01-01', 4, NULL, NULL)");
  EXPECT_THAT(
      lab_.rows(book_,
                "id, dias_avg_u1m_sem, dias_avg_u3m_sem, dias_count_u3m_sem, dias_sum_u1m_sem, dias_max_u1m_sem"),
      ElementsAre("1|6.000000|4.500000|2|6|6", "2|-|-|0|-|-"));
}

TEST_F(BookTableTest, ARequiredMeasureIsDividedByItsEvents) {
  // It is said never to be NULL, so that one count serves every average; if it is, it weighs as nothing.
  events(
      "(1, DATE '2024-01-01', 4, NULL, 6), (1, DATE '2024-01-02', NULL, NULL, NULL), (2, DATE '2024-01-02', NULL, "
      "NULL, 1)");
  EXPECT_THAT(lab_.rows(book_, "id, valor_avg_u1m_sem, valor_sum_u1m_sem, valor_min_u1m_sem"),
              ElementsAre("1|2.000000|4.00|4.00", "2|-|-|-"));
  EXPECT_EQ(lab_.difference(book_), "");
}

TEST_F(BookTableTest, AnEmptySourceIsAnEmptyBook) {
  many_events(0, 1);
  EXPECT_TRUE(lab_.rows(book_, "*").empty());
  events("(1, DATE '2020-01-01', 1, NULL, 1)");
  EXPECT_TRUE(lab_.rows(book_, "*").empty());
}

TEST_F(BookTableTest, EventsWithoutEntityOrDateAreNobodys) {
  events("(NULL, DATE '2024-01-01', 1, NULL, 1), (1, NULL, 1, NULL, 1), (2, DATE '2024-01-01', 3, NULL, 1)");
  EXPECT_THAT(lab_.rows(book_, "id, valor_sum_u12m_sem"), ElementsAre("2|3.00"));
}

TEST_F(BookTableTest, ClientsAreWholeWhereverChunksAndBatchesEnd) {
  // A chunk of DuckDB's and a batch of clients are of 2,048.
  for (const auto& [clients, count] : std::vector<std::pair<size_t, size_t>>{{1, 1},
                                                                             {1, 2047},
                                                                             {1, 2048},
                                                                             {1, 2049},
                                                                             {2, 2048},
                                                                             {2047, 1},
                                                                             {2048, 1},
                                                                             {2049, 1},
                                                                             {4097, 1},
                                                                             {2048, 2},
                                                                             {2049, 3},
                                                                             {300, 700},
                                                                             {3, 70'000}}) {
    many_events(clients, count);
    EXPECT_THAT(
        lab_.texts("SELECT count(*), count(DISTINCT id), sum(valor_sum_u1m_sem), min(valor_sum_u1m_sem), "
                   "max(dias_max_u12m_sem), min(dias_count_u3m_sem), max(dias_count_u3m_sem) FROM " +
                   lab_.install(book_)),
        ElementsAre(fmt::format("{0}|{0}|{1}.00|{2}.00|{3}|{2}|{2}", clients, clients * count, count, count - 1)))
        << clients << " clients";
  }
}

TEST_F(BookTableTest, AClientOfAHundredThousandEventsAmongSmallOnes) {
  many_events(5'000, 2);
  lab_.run(
      "INSERT INTO eventos SELECT 2500, DATE '2023-12-15' - CAST(i % 300 AS INTEGER), i % 17, CASE WHEN i % 3 = 0 THEN "
      "i END, i FROM range(150000) r(i)");
  EXPECT_EQ(lab_.difference(book_), "");
}

TEST_F(BookTableTest, EntitiesOfEveryTypeKeepItsOwn) {
  events("(1, DATE '2024-01-01', 1, NULL, 1), (-2, DATE '2024-01-01', 1, NULL, 1)");
  for (const char* type : {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}) {
    const BookDefinition book =
        parse_book(replaced(kBook, "SELECT * FROM", fmt::format("SELECT * REPLACE (CAST(id AS {}) AS id) FROM", type)));
    EXPECT_THAT(lab_.texts("SELECT id, typeof(id), valor_sum_u1m_sem FROM " + lab_.install(book) + " ORDER BY id"),
                ElementsAre(fmt::format("-2|{}|1.00", type), fmt::format("1|{}|1.00", type)));
  }
  lab_.run(
      "CREATE OR REPLACE TABLE eventos AS SELECT t AS id, DATE '2024-01-01' AS dia, CAST(1 AS DECIMAL(18,2)) AS valor, "
      "NULL::INTEGER AS pago, 1::BIGINT AS dias FROM (VALUES (''), ('João da Silva e Souza'), ('a'), ('a')) v(t)");
  const BookDefinition texts = parse_book(replaced(kBook, "type: int,", "type: string,"));
  EXPECT_THAT(lab_.rows(texts, "id, valor_sum_u1m_sem"), ElementsAre("|1.00", "João da Silva e Souza|1.00", "a|2.00"));
}

TEST_F(BookTableTest, AMeasureOfAnotherTypeThanDeclaredIsWhatItsSqlSays) {
  for (const char* type :
       {"DECIMAL(38,2)", "DECIMAL(18,4)", "DECIMAL(4,1)", "INTEGER", "HUGEINT", "UTINYINT", "UBIGINT"}) {
    events(
        "(1, DATE '2024-01-01', 12.34, NULL, 1), (1, DATE '2024-01-02', 7.25, NULL, 2), (2, DATE '2024-01-02', NULL, "
        "NULL, 2)",
        type);
    EXPECT_EQ(lab_.difference(book_), "") << type;
  }
}

TEST_F(BookTableTest, ATypeThatCannotBeAddedUpExactlyIsRefused) {
  events("(1, DATE '2024-01-01', 12.34, NULL, 1)", "DOUBLE");
  const auto real = lab_.open(book_);
  ASSERT_FALSE(real.has_value());
  EXPECT_EQ(real.error().code, Errc::unsupported_type);
  EXPECT_EQ(real.error().message,
            "measure valor is declared decimal(18,2), but the book's source gives DOUBLE; write CAST(valor AS "
            "decimal(18,2)) there");
  const auto dated = lab_.open(parse_book(replaced(kBook, "{column: id,", "{column: dia,")));
  ASSERT_FALSE(dated.has_value());
  EXPECT_EQ(dated.error().message,
            "entity dia is declared int, but the book's source gives DATE; write CAST(dia AS integer) there");
}

TEST_F(BookTableTest, ASourceThatIsNoStatementIsRefusedAtOnce) {
  const auto opened = lab_.open(parse_book(replaced(kBook, "FROM eventos", "FROM nada")));
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().message, HasSubstr("nada"));
}

TEST_F(BookTableTest, ASumThatDoesNotFitNamesVariableAndEntity) {
  events(
      "(1, DATE '2024-01-01', 5, NULL, 1), (77, DATE '2024-01-01', 9999999999999999.99, NULL, 1), (77, DATE "
      "'2023-12-01', 0.01, NULL, 1)");
  const BookDefinition sums = parse_book(
      replaced(kBook, "aggregates: [sum, avg, max, min], description: o", "aggregates: [sum, max], description: o"));
  const Error error = lab_.error(sums);
  EXPECT_EQ(error.code, Errc::overflow);
  EXPECT_EQ(error.message,
            "valor_sum_u3m_sem of id 77 is too large for DECIMAL(18,2); look for wrong amounts among its events");
  // What is not asked for is not computed, as in SQL.
  EXPECT_THAT(lab_.rows(sums, "id, valor_sum_u1m_sem"), ElementsAre("1|5.00", "77|9999999999999999.99"));
  EXPECT_EQ(lab_.difference(sums), "");
}

TEST_F(BookTableTest, WholeNumbersOverflowAtSixtyFourBits) {
  events(
      "(1, DATE '2024-01-01', 1, NULL, 9223372036854775807), (1, DATE '2023-12-01', 1, NULL, 1), (1, DATE "
      "'2023-06-01', 1, NULL, -5)");
  EXPECT_EQ(lab_.error(book_, "id, dias_sum_u3m_sem").code, Errc::overflow);
  EXPECT_EQ(lab_.error(book_, "id, dias_avg_u1m_sem").code, Errc::overflow);
  // In between it may be larger: sums have 128 bits.
  EXPECT_THAT(lab_.rows(book_, "id, dias_sum_u1m_sem, dias_sum_u12m_sem"),
              ElementsAre("1|9223372036854775807|9223372036854775803"));
}

TEST_F(BookTableTest, AColumnMayBeReadWithoutTheOthers) {
  many_events(3000, 2);
  EXPECT_THAT(lab_.texts("SELECT sum(dias_max_u1m_sem), count(*) FROM " + lab_.install(book_)),
              ElementsAre("3000|3000"));
  EXPECT_THAT(lab_.texts("SELECT count(*) FROM " + lab_.install(book_)), ElementsAre("3000"));
}

TEST_F(BookTableTest, EveryScanComputesItAnew) {
  many_events(10, 2);
  const auto table = unwrap(lab_.open(book_));
  ASSERT_OK(lab_.engine().database->register_source("livro", table));
  const auto events = unwrap(table->compute_events());
  const std::string sum = "SELECT sum(valor_sum_u1m_sem) FROM livro()";
  EXPECT_THAT(lab_.texts(sum), ElementsAre("20.00"));
  many_events(10, 3);
  EXPECT_THAT(lab_.texts(sum), ElementsAre("30.00"));
  EXPECT_THAT(lab_.texts("SELECT count(*) FROM livro() a JOIN livro() b USING (id)"), ElementsAre("10"));
}

TEST_F(BookTableTest, EventsThatNobodyReadsAreLetGo) {
  std::weak_ptr<BookTable> table;
  {
    BookLab lab;
    lab.run(
        "CREATE TABLE eventos AS SELECT CAST(i AS INTEGER) AS id, DATE '2024-01-31' AS dia, "
        "CAST(1 AS DECIMAL(18,2)) AS valor, NULL::INTEGER AS pago, i AS dias FROM range(100000) r(i)");
    const auto opened = unwrap(lab.open(book_));
    ASSERT_OK(lab.engine().database->register_source("livro", opened));
    ASSERT_OK(opened->compute_events());
    EXPECT_THAT(lab.texts("SELECT count(*) FROM livro()"), ElementsAre("100000"));  // computes them again
    const auto unread = unwrap(opened->compute_events());
    table = opened;
  }
  EXPECT_TRUE(table.expired());
}

TEST_F(BookTableTest, AStopEndsTheScan) {
  many_events(10, 2);
  std::stop_source stop;
  const auto table = unwrap(lab_.open(book_, stop.get_token()));
  ASSERT_OK(lab_.engine().database->register_source("livro", table));
  const auto events = unwrap(table->compute_events());
  stop.request_stop();
  EXPECT_EQ(lab_.engine().error("SELECT * FROM livro()").code, sql::Errc::cancelled);
}

TEST_F(BookTableTest, MoreThanSixtyFourClassValues) {
  std::string values;
  for (int v = 0; v < 130; ++v) values += fmt::format("      - {{name: V{0}, when: dias = {0}, description: d}}\n", v);
  const BookDefinition book = parse_book(
      replaced(kBook, "measures:", "  - name: dia\n    values:\n" + values + "measures:") + "totals: true\n");
  many_events(4, 130);
  EXPECT_THAT(lab_.rows(book, "id, dias_sum_u1m_v63, dias_sum_u3m_v64, dias_sum_u12m_v129, dias_sum_u1m"),
              ElementsAre("0|63|64|129|8385", "1|63|64|129|8385", "2|63|64|129|8385", "3|63|64|129|8385"));
}

// With one thread the same thread computes the events and reads the book.
class BookTableThreads : public testing::TestWithParam<unsigned> {};

TEST_P(BookTableThreads, ShareTheClientsOut) {
  BookLab lab(GetParam());
  lab.run(
      "CREATE TABLE eventos AS SELECT CAST(i % 50000 AS INTEGER) AS id, DATE '2024-01-31' - CAST(i % 200 AS INTEGER) "
      "AS dia, "
      "CAST(i % 1000 AS DECIMAL(18,2)) AS valor, CASE WHEN i % 3 > 0 THEN 1 END AS pago, i AS dias FROM range(300000) "
      "r(i)");
  const BookDefinition book = parse_book(kBook);
  EXPECT_THAT(lab.texts("SELECT count(*), count(DISTINCT id) FROM " + lab.install(book)), ElementsAre("50000|50000"));
  EXPECT_EQ(lab.difference(book), "");
}

INSTANTIATE_TEST_SUITE_P(Numbers, BookTableThreads, testing::Values(1, 2, 4));

}  // namespace
}  // namespace caudal::flows::books
