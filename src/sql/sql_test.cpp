// SPDX-License-Identifier: Apache-2.0
// The database as a whole: open, run, stream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "sql/database.h"
#include "sql/errors.h"

namespace caudal::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Row = std::vector<Value>;

struct Engine {
  std::unique_ptr<Database> database = unwrap(Database::open());
  std::unique_ptr<Connection> connection = unwrap(database->connect());
  std::vector<Row> rows(std::string_view sql) { return unwrap(unwrap(connection->query(sql)).all()); }
};

TEST(Connection, RunsAndStreams) {
  Engine engine;
  ASSERT_OK(engine.connection->run("CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES (1, 'x'), (2, NULL);"));
  EXPECT_THAT(engine.rows("SELECT * FROM t ORDER BY a"),
              ElementsAre(Row{int64_t{1}, "x"}, Row{int64_t{2}, std::monostate{}}));
  EXPECT_EQ(unwrap(engine.connection->run("INSERT INTO t SELECT i, 'y' FROM range(5000) r(i)")), 5000);
}

TEST(Connection, BindsParametersOfEveryKind) {
  Engine engine;
  const std::vector<Value> parameters = {true,
                                         int64_t{-5},
                                         0.25,
                                         Decimal{12345, 18, 2},
                                         std::string("a\0b'c", 5),
                                         unwrap(parse_date("1969-12-31")),
                                         Timestamp(std::chrono::microseconds(-1)),
                                         std::monostate{}};
  ResultStream stream = unwrap(engine.connection->query("SELECT $1, $2, $3, $4, $5, $6, $7, $8::INTEGER", parameters));
  EXPECT_THAT(unwrap(stream.all()), ElementsAre(parameters));
}

TEST(TableSource, IsReadableAsATableFunction) {
  Engine engine;
  const std::vector<Column> columns = {
      {"id", Type::of(TypeId::kBigint)}, {"name", Type::of(TypeId::kVarchar)}, {"amount", Type::decimal(38, 4)}};
  ASSERT_OK(engine.database->register_source(
      "things", make_rows_source(columns, {{int64_t{1}, "short", Decimal{15000, 38, 4}},
                                           {int64_t{2}, std::string(100, 'z'), std::monostate{}}})));
  EXPECT_THAT(
      engine.rows("SELECT amount, id, length(name) FROM things() ORDER BY id"),
      ElementsAre(Row{Decimal{15000, 38, 4}, int64_t{1}, int64_t{5}}, Row{std::monostate{}, int64_t{2}, int64_t{100}}));
  EXPECT_THAT(engine.rows("SELECT count(*) FROM things()"), ElementsAre(Row{int64_t{2}}));
}

TEST(Connection, TellsWhereAStatementIsWrong) {
  Engine engine;
  const Result<uint64_t> result = engine.connection->run("SELECT 1 +\nFROM nothing_here");
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(result.error().is(ErrorClass::kUsage)) << result.error().to_string();
  EXPECT_THAT(result.error().message, HasSubstr("LINE 2: FROM nothing_here"));
  EXPECT_THAT(result.error().message, HasSubstr("^"));
}

}  // namespace
}  // namespace caudal::sql
