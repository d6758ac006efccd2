// SPDX-License-Identifier: Apache-2.0
// Running, streaming, binding, stopping.
#include "sql/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <thread>

#include "base/testing/temporary_directory.h"
#include "sql/errors.h"
#include "sql/testing/engine.h"

namespace caudal::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A query that would run for hours.
constexpr const char* kEndless =
    "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7";

size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

TEST(Connection, RunsAndStreams) {
  TestEngine engine;
  ASSERT_OK(engine.connection->run("CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES (1, 'x'), (2, NULL);"));
  EXPECT_THAT(engine.rows("SELECT * FROM t ORDER BY a"),
              ElementsAre(Row{int64_t{1}, "x"}, Row{int64_t{2}, std::monostate{}}));
  EXPECT_EQ(unwrap(engine.connection->run("INSERT INTO t SELECT i, 'y' FROM range(5000) r(i)")), 5000);
  EXPECT_EQ(unwrap(engine.connection->query("DELETE FROM t WHERE b = 'y'")).rows_changed(), 5000);
}

TEST(Connection, NamesAndTypesTheColumns) {
  TestEngine engine;
  const ResultStream stream = unwrap(engine.connection->query("SELECT 1 AS a, CAST(2 AS DECIMAL(18,2)) AS \"B b\""));
  EXPECT_THAT(stream.columns(),
              ElementsAre(Column{"a", Type::of(TypeId::kInteger)}, Column{"B b", Type::decimal(18, 2)}));
}

TEST(Connection, BindsParametersOfEveryKind) {
  TestEngine engine;
  const std::vector<Value> parameters = {true,
                                         int64_t{-5},
                                         0.25,
                                         Decimal{12345, 2},
                                         std::string("a\0b'c", 5),
                                         unwrap(parse_date("1969-12-31")),
                                         Timestamp(std::chrono::microseconds(-1)),
                                         std::monostate{}};
  ResultStream stream = unwrap(engine.connection->query("SELECT $1, $2, $3, $4, $5, $6, $7, $8::INTEGER", parameters));
  EXPECT_THAT(unwrap(stream.all()), ElementsAre(parameters));
}

TEST(Connection, RefusesAWrongNumberOfParameters) {
  TestEngine engine;
  const Result<ResultStream> result = engine.connection->query("SELECT $1 + $2", std::vector<Value>{int64_t{1}});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("takes 2 parameters and got 1"));
}

TEST(Connection, TellsWhereAStatementIsWrong) {
  TestEngine engine;
  const Error error = engine.error("SELECT 1 +\nFROM nothing_here");
  EXPECT_TRUE(error.is(ErrorClass::kUsage)) << error.to_string();
  EXPECT_THAT(error.message, HasSubstr("LINE 2: FROM nothing_here"));
  EXPECT_THAT(error.message, HasSubstr("^"));
}

TEST(Connection, SortsErrorsByWhatCanBeDone) {
  TestEngine engine;
  EXPECT_EQ(engine.error("SELEC 1").code, Errc::invalid_statement);
  EXPECT_EQ(engine.error("SELECT nowhere FROM (SELECT 1)").code, Errc::invalid_statement);
  EXPECT_EQ(engine.error("SELECT CAST('x' AS INTEGER)").code, Errc::failed);
  EXPECT_EQ(engine.error("SELECT CAST(s AS INTEGER) FROM (SELECT i::VARCHAR || 'x' s FROM range(9) r(i))").code,
            Errc::failed);
}

TEST(Connection, QueryWantsExactlyOneStatement) {
  TestEngine engine;
  EXPECT_THAT(engine.error("SELECT 1; SELECT 2").message, HasSubstr("2 statements"));
  EXPECT_THAT(engine.error(" -- nothing\n").message, HasSubstr("no statement"));
  EXPECT_EQ(engine.cell("SELECT 3;"), Value{int64_t{3}});
  EXPECT_THAT(engine.error(std::string_view("SELECT 1\0; DROP TABLE t", 23)).message, HasSubstr("NUL byte"));
}

TEST(Connection, StreamsInConstantMemory) {
  TestEngine engine({.threads = 2});
  ResultStream stream = unwrap(engine.connection->query("SELECT i, repeat('x', 200) s FROM range(1000000) r(i)"));
  const size_t before = resident_bytes();
  size_t peak = before;
  uint64_t rows = 0;
  uint64_t sum = 0;
  while (const std::optional<Chunk> chunk = unwrap(stream.next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) sum += static_cast<uint64_t>(chunk->integer(0, row));
    rows += chunk->rows();
    peak = std::max(peak, resident_bytes());
  }
  EXPECT_EQ(rows, 1'000'000);
  EXPECT_EQ(sum, 499'999'500'000);
  EXPECT_LT(peak - before, 60'000'000);  // the rows are 200 MB
}

TEST(Connection, AChunkOutlivesItsStream) {
  TestEngine engine;
  std::optional<Chunk> chunk;
  {
    ResultStream stream = unwrap(engine.connection->query("SELECT 'a string of more than twelve bytes' s"));
    chunk = unwrap(stream.next());
  }
  EXPECT_EQ(chunk->string(0, 0), "a string of more than twelve bytes");
}

TEST(Connection, AChunkGivesTheCellsOfAWholeColumn) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a fork beside DuckDB's threads may take their locks with it
  TestEngine engine;
  ResultStream stream = unwrap(engine.connection->query(
      "SELECT i::TINYINT, i::DECIMAL(4,1), i::DECIMAL(9,2), DATE '1970-01-01' + i::INTEGER, (i * 3)::DECIMAL(18,2), "
      "i::HUGEINT, i > 1, 'text' FROM range(3) r(i)"));
  const std::optional<Chunk> chunk = unwrap(stream.next());
  EXPECT_THAT(chunk->cells<int8_t>(0), ElementsAre(0, 1, 2));
  EXPECT_THAT(chunk->cells<int16_t>(1), ElementsAre(0, 10, 20));
  EXPECT_THAT(chunk->cells<int32_t>(2), ElementsAre(0, 100, 200));
  EXPECT_THAT(chunk->cells<int32_t>(3), ElementsAre(0, 1, 2));
  EXPECT_THAT(chunk->cells<int64_t>(4), ElementsAre(0, 300, 600));
  EXPECT_TRUE(chunk->cells<Int128>(5)[2] == 2);
  EXPECT_THAT(chunk->cells<bool>(6), ElementsAre(false, false, true));
  EXPECT_EQ(chunk->cell_bytes(7), 16u);
  EXPECT_DEATH((void)chunk->cells<int32_t>(0), "another width");
}

TEST(Connection, IsUsableAfterAStreamIsLeft) {
  TestEngine engine;
  {
    ResultStream stream = unwrap(engine.connection->query("SELECT * FROM range(10000000)"));
    ASSERT_OK(stream.next());
  }
  EXPECT_EQ(engine.cell("SELECT 1"), Value{int64_t{1}});
}

TEST(Connection, StopsWhenAsked) {
  TestEngine engine({.threads = 2});
  std::stop_source source;
  // Asks as soon as DuckDB reports that it is at work, from its own thread: no sleeping.
  QueryOptions options{.stop = source.get_token(), .on_progress = [&](const Progress&) { source.request_stop(); }};
  Result<uint64_t> result = engine.connection->run(kEndless, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(result.error().is(ErrorClass::kCancelled)) << result.error().to_string();
  EXPECT_EQ(engine.cell("SELECT 1"), Value{int64_t{1}});
}

TEST(Connection, AStopRequestedBeforeIsHonoured) {
  TestEngine engine;
  std::stop_source source;
  source.request_stop();
  Result<uint64_t> result = engine.connection->run(kEndless, {.stop = source.get_token()});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::cancelled);
}

// What a stopped statement writes is removed by who stopped it, so nothing of it may come later.
TEST(Connection, NothingOfAStoppedStatementIsAtWorkWhenItReturns) {
  TemporaryDirectory folder;
  const std::filesystem::path target = folder.path() / "x.parquet";
  std::stop_source source;
  source.request_stop();
  TestEngine engine({.threads = 4});
  for (int i = 0; i < 10; ++i) {
    std::unique_ptr<Connection> connection = unwrap(engine.database->connect());
    const auto result =
        connection->run("COPY (SELECT i FROM range(1000) r(i)) TO '" + target.string() + "' (FORMAT parquet)",
                        {.stop = source.get_token()});
    EXPECT_FALSE(result.has_value());
    std::filesystem::remove(target);
    // Tasks that were left alone would come to write it by now.
    for (int spin = 0; spin < 20; ++spin) sched_yield();
    connection.reset();
    ASSERT_FALSE(std::filesystem::exists(target)) << "in round " << i;
  }
}

TEST(Connection, AStreamStopsInTheMiddle) {
  TestEngine engine;
  std::stop_source source;
  ResultStream stream =
      unwrap(engine.connection->query("SELECT * FROM range(100000000)", {}, {.stop = source.get_token()}));
  ASSERT_TRUE(unwrap(stream.next()).has_value());
  source.request_stop();
  const Result<std::optional<Chunk>> next = stream.next();
  ASSERT_FALSE(next.has_value());
  EXPECT_EQ(next.error().code, Errc::cancelled);
}

TEST(Connection, InterruptsFromAnotherThread) {
  TestEngine engine({.threads = 2});
  std::atomic<bool> seen = false;
  QueryOptions options{.on_progress = [&](const Progress&) {
    seen = true;
    engine.connection->interrupt();
  }};
  Result<uint64_t> result = engine.connection->run(kEndless, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(result.error().is(ErrorClass::kCancelled)) << result.error().to_string();
  EXPECT_TRUE(seen);
}

TEST(Connection, CountsWhatItDoes) {
  const auto counters = std::make_shared<Counters>();
  {
    TestEngine engine({.threads = 1, .counters = counters});
    EXPECT_EQ(counters->databases_open, 1u);
    ASSERT_OK(engine.connection->run("CREATE TABLE t AS SELECT 1 AS i; INSERT INTO t VALUES (2)"));
    EXPECT_EQ(counters->statements, 2u);
    {
      const auto stream = unwrap(engine.connection->query("FROM range(100000)"));
      EXPECT_EQ(counters->statements_running, 1u);
    }
    EXPECT_EQ(counters->statements_running, 0u);
    EXPECT_FALSE(engine.connection->run("SELECT nothing"));
    EXPECT_FALSE(engine.connection->run("SELECT error('no')"));
    EXPECT_EQ(counters->failures, 2u);
    EXPECT_EQ(counters->statements, 4u) << "one of the two never began";
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_FALSE(engine.connection->run("SELECT 1", {.stop = stopped.get_token()}));
    EXPECT_EQ(counters->interruptions, 1u);
    EXPECT_EQ(counters->failures, 2u);
  }
  EXPECT_EQ(counters->databases_opened, 1u);
  EXPECT_EQ(counters->databases_open, 0u);
}

TEST(Connection, ReportsHowFarItIs) {
  TestEngine engine({.threads = 2, .counts_progress = true});
  ASSERT_OK(engine.connection->run("CREATE TABLE t AS SELECT i FROM range(2000000) r(i)"));
  ASSERT_OK(engine.database->seal({}));
  std::stop_source stop;
  double fraction = -1;
  // Far longer than it takes to report once; ends as soon as a share of the work is told.
  const Result<uint64_t> result =
      engine.connection->run("SELECT max(md5(repeat(md5(i::VARCHAR), 100))) FROM t",
                             {.stop = stop.get_token(), .on_progress = [&](const Progress& progress) {
                                if (progress.fraction <= 0) return;
                                fraction = progress.fraction;
                                stop.request_stop();
                              }});
  EXPECT_FALSE(result.has_value());
  EXPECT_GT(fraction, 0);
  EXPECT_LE(fraction, 1);
}

TEST(Connection, TwoConnectionsWorkAtOnce) {
  TestEngine engine({.threads = 2});
  ASSERT_OK(engine.connection->run("CREATE TABLE t AS SELECT i FROM range(100000) r(i)"));
  const std::unique_ptr<Connection> other = unwrap(engine.database->connect());
  const auto sum = [](Connection& connection) {
    return unwrap(unwrap(connection.query("SELECT sum(i) FROM t")).all()).at(0).at(0);
  };
  Value theirs;
  {
    std::jthread thread([&] { theirs = sum(*other); });
    EXPECT_EQ(sum(*engine.connection), (Value{Decimal{4999950000, 0}}));
  }
  EXPECT_EQ(theirs, (Value{Decimal{4999950000, 0}}));
}

TEST(Connection, CountsTheRowsOfATableThatItMakes) {
  TestEngine engine;
  EXPECT_EQ(unwrap(engine.connection->run("CREATE TABLE t AS SELECT * FROM range(5000)")), 5000);
  EXPECT_EQ(unwrap(engine.connection->run("CREATE TABLE u (a INTEGER)")), 0);
}

TEST(Connection, DescribesWithoutRunning) {
  TestEngine engine;
  EXPECT_THAT(unwrap(engine.connection->describe("SELECT CAST(1 AS DECIMAL(9,3)) AS d, [1] AS l FROM range(10) r(i)")),
              ElementsAre(Column{"d", Type::decimal(9, 3)},
                          Column{"l", Type{.id = TypeId::kList, .children = {Type::of(TypeId::kInteger)}}}));
  EXPECT_EQ(unwrap(engine.connection->count("SELECT 1; SELECT nosuch FROM nowhere;")), 2);
}

TEST(Connection, FindsTheTablesOfAStatement) {
  TestEngine engine;
  const auto names = [&](std::string_view sql) {
    std::vector<std::string> found;
    for (const Connection::TableName& name : unwrap(engine.connection->table_names(sql))) {
      std::string& text = found.emplace_back();
      for (const std::string& part : name.parts) text += "[" + part + "]";
    }
    return found;
  };
  EXPECT_THAT(names("SELECT * FROM \"curated\".\"tb-x\" a JOIN b.c ON true, d"),
              ElementsAre("[b][c]", "[curated][tb-x]", "[d]"));
  EXPECT_THAT(names("WITH Q AS (SELECT * FROM z.z) SELECT * FROM q, read_parquet('x'), range(3)"),
              ElementsAre("[z][z]"));
  EXPECT_THAT(names("SELECT nosuch(x) FROM a.t JOIN a.u USING (id) NATURAL JOIN c.d.e"),
              ElementsAre("[a][t]", "[a][u]", "[c][d][e]"));
  EXPECT_THAT(names("SELECT (SELECT max(x) FROM b.u WHERE u.k = t.k) FROM a.t UNION ALL FROM a.v"),
              ElementsAre("[a][t]", "[a][v]", "[b][u]"));
  EXPECT_THAT(names("SELECT 1 WHERE EXISTS (SELECT 1 FROM a.t) OR 1 IN (SELECT 2 FROM a.t x)"), ElementsAre("[a][t]"));
  EXPECT_THAT(names("SELECT * FROM \"we \"\"quote\"\".x\".t AS u"), ElementsAre("[we \"quote\".x][t]"));
  EXPECT_THAT(names("SELECT 'curated.tb' /* a.b */ -- c.d"), ElementsAre());
  EXPECT_THAT(names("DESCRIBE a.t"), ElementsAre("[a][t]"));
}

TEST(Connection, FindsNoTablesInWhatIsNoSelect) {
  TestEngine engine;
  const auto broken = engine.connection->table_names("SELECT FROM WHERE");
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().code, Errc::invalid_statement);
  EXPECT_THAT(broken.error().message, HasSubstr("LINE 1: SELECT FROM WHERE"));
  const auto other = engine.connection->table_names("CREATE TABLE t (a INTEGER)");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, Errc::unsupported);
}

TEST(Connection, FindsTablesUnderDeepExpressions) {
  TestEngine engine;
  std::string sum = "0";
  for (int i = 0; i < 900; ++i) sum = "(" + sum + " + x)";
  EXPECT_EQ(unwrap(engine.connection->table_names("SELECT " + sum + " FROM a.t")).size(), 1);
}

}  // namespace
}  // namespace caudal::sql
