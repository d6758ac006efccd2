// SPDX-License-Identifier: Apache-2.0
// Cells of every type: typed access, and the same text that DuckDB prints.
#include "sql/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/errors.h"
#include "sql/testing/engine.h"

namespace caudal::sql {
namespace {

using testing::ElementsAre;

TEST(Cells, ReadBackAsTheirTypes) {
  TestEngine engine;
  EXPECT_EQ(engine.cell("SELECT true"), Value{true});
  EXPECT_EQ(engine.cell("SELECT (-128)::TINYINT"), Value{int64_t{-128}});
  EXPECT_EQ(engine.cell("SELECT 40000::USMALLINT"), Value{int64_t{40000}});
  EXPECT_EQ(engine.cell("SELECT (-9223372036854775808)::HUGEINT"), (Value{Decimal{INT64_MIN, 0}}));
  EXPECT_EQ(engine.cell("SELECT 18446744073709551615::UBIGINT"), (Value{Decimal{Int128{UINT64_MAX}, 0}}));
  EXPECT_EQ(engine.cell("SELECT 0.5::FLOAT"), Value{0.5});
  EXPECT_EQ(engine.cell("SELECT DATE '1583-10-15'"), (Value{unwrap(parse_date("1583-10-15"))}));
  EXPECT_EQ(engine.cell("SELECT TIMESTAMP '1969-12-31 23:59:59.999999'"),
            (Value{Timestamp(std::chrono::microseconds(-1))}));
  EXPECT_EQ(engine.cell("SELECT TIMESTAMP_NS '1969-12-31 23:59:59.999999999'"),
            (Value{Timestamp(std::chrono::microseconds(-1))}));
  EXPECT_EQ(engine.cell("SELECT NULL::DATE"), Value{std::monostate{}});
}

TEST(Cells, DecimalsAreExactAtEveryWidth) {
  TestEngine engine;
  EXPECT_EQ(engine.text("SELECT -1.5::DECIMAL(4,1)"), "-1.5");
  EXPECT_EQ(engine.text("SELECT 12345.6789::DECIMAL(9,4)"), "12345.6789");
  EXPECT_EQ(engine.text("SELECT 4551889715.23::DECIMAL(18,2)"), "4551889715.23");
  EXPECT_EQ(engine.text("SELECT '-9999999999999999999999999999999999.9999'::DECIMAL(38,4)"),
            "-9999999999999999999999999999999999.9999");
  EXPECT_EQ(engine.text("SELECT '0.00000000000000000000000000000000000001'::DECIMAL(38,38)"),
            "0.00000000000000000000000000000000000001");
  EXPECT_EQ(engine.text("SELECT -0.05::DECIMAL(18,2)"), "-0.05");
}

TEST(Cells, StringsMayHoldNulBytesAndAnyUtf8) {
  TestEngine engine;
  EXPECT_EQ(engine.cell("SELECT 'a' || chr(0) || 'b'"), (Value{std::string("a\0b", 3)}));
  EXPECT_EQ(engine.cell("SELECT 'ação 漢字 🦆, longer than inline'"), Value{"ação 漢字 🦆, longer than inline"});
  EXPECT_EQ(engine.text("SELECT '\\x00\\xFFa'::BLOB"), "\\x00\\xFFa");
}

// What DuckDB prints is what CAST AS VARCHAR gives: ask both for the same expression.
TEST(Cells, PrintAsDuckDbDoes) {
  TestEngine engine;
  for (const char* expression : {"true",
                                 "1",
                                 "-7::SMALLINT",
                                 "170141183460469231731687303715884105727::HUGEINT",
                                 "1.0",
                                 "1.0::DOUBLE",
                                 "1e20",
                                 "1e-7::DOUBLE",
                                 "0.1::FLOAT",
                                 "'nan'::DOUBLE",
                                 "'-inf'::DOUBLE",
                                 "DATE '0001-01-01'",
                                 "DATE '2024-02-29'",
                                 "'infinity'::DATE",
                                 "TIME '01:02:03.5'",
                                 "TIMESTAMP '1969-12-31 23:59:59.5'",
                                 "TIMESTAMP '2024-01-01 00:00:00'",
                                 "TIMESTAMP_S '2024-01-01 10:00:00'",
                                 "TIMESTAMP_MS '2024-01-01 10:00:00.25'",
                                 "TIMESTAMP_NS '2024-01-01 10:00:00.123456789'",
                                 "INTERVAL '1 year 2 months 3 days 4 hours'",
                                 "INTERVAL 0 DAY",
                                 "INTERVAL '-90 seconds'",
                                 "'b9f3d5a0-1c2d-4e5f-8a9b-0c1d2e3f4a5b'::UUID",
                                 "'hi'::ENUM('lo', 'hi')",
                                 "[1, NULL, 3]",
                                 "[[1], []]",
                                 "{'a': 1, 'b': NULL}",
                                 "MAP {'k': 1.50, 'l': NULL}",
                                 "[1, 2]::INTEGER[2]",
                                 "[DATE '2024-01-01']"}) {
    const std::string sql = std::string("SELECT ") + expression;
    EXPECT_EQ(engine.text(sql), engine.text("SELECT CAST(" + std::string(expression) + " AS VARCHAR)")) << sql;
  }
}

TEST(Cells, NullsAreSeenInEveryColumn) {
  TestEngine engine;
  ResultStream stream = unwrap(
      engine.connection->query("SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END n FROM range(5000) r(i) ORDER BY i"));
  int64_t i = 0;
  while (const std::optional<Chunk> chunk = unwrap(stream.next())) {
    for (size_t row = 0; row < chunk->rows(); ++row, ++i) {
      ASSERT_EQ(chunk->is_null(0, row), i % 3 == 0) << i;
      if (i % 3 != 0) ASSERT_EQ(chunk->integer(0, row), i);
    }
  }
  EXPECT_EQ(i, 5000);
}

TEST(Cells, ATypeThatIsNotPassedOnIsToldBeforeAnyRow) {
  TestEngine engine;
  const Error error = engine.error("SELECT '101'::BIT AS bits");
  EXPECT_EQ(error.code, Errc::unsupported);
  EXPECT_EQ(error.message, "column \"bits\" has a type that Caudal does not return; CAST it AS VARCHAR");
}

TEST(Type, SpellsItselfAsDuckDbReadsIt) {
  TestEngine engine;
  for (const char* spelled : {"BOOLEAN", "DECIMAL(38,10)", "TIMESTAMP WITH TIME ZONE", "INTEGER[]", "VARCHAR[3]",
                              "MAP(VARCHAR, DECIMAL(18,2))", "STRUCT(\"a b\" INTEGER, \"c\" DATE[])"}) {
    const ResultStream stream = unwrap(engine.connection->query("SELECT NULL::" + std::string(spelled) + " AS x"));
    EXPECT_EQ(stream.columns()[0].type.to_string(), spelled);
  }
}

TEST(Quoting, DoublesTheQuotesInside) {
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  TestEngine engine;
  EXPECT_EQ(engine.cell("SELECT " + quote_literal("'; DROP TABLE x; --")), Value{"'; DROP TABLE x; --"});
}

}  // namespace
}  // namespace caudal::sql
