// SPDX-License-Identifier: Apache-2.0
// Results as Parquet files.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/file.h"
#include "queries/errors.h"
#include "queries/testing/lake.h"
#include "sql/errors.h"

namespace caudal::queries {
namespace {

using testing::HasSubstr;

// Some 300,000 rows in several row groups, computed by several threads in no order of their own.
constexpr const char* kMany =
    "SELECT hash(i) % 1000 AS k, count(*) AS n, sum(i::DECIMAL(18,2)) AS v FROM range(3000000) r(i) GROUP BY k, i % "
    "300";

TEST(Materialize, WritesRowsColumnsAndTheirTypes) {
  Lake lake;
  const auto session = lake.session();
  const std::filesystem::path target = session->scratch_directory() / "a.parquet";
  const Materialized made =
      unwrap(session->materialize("SELECT i::INTEGER AS Id, (i / 4)::DECIMAL(9,2) AS v, DATE '2024-01-01' AS d FROM "
                                  "range(10) r(i); -- a comment",
                                  target, {.order_by = {"id"}}));
  EXPECT_EQ(made.rows, 10);
  EXPECT_EQ(made.bytes, std::filesystem::file_size(target));
  EXPECT_EQ(made.columns, Lake::parse_columns("id int, v decimal(9,2), d date"));
  const auto reader = unwrap(sql::Database::open());
  const auto connection = unwrap(reader->connect());
  auto stream = unwrap(connection->query("SELECT max(Id), CAST(max(v) AS VARCHAR) FROM '" + target.string() + "'"));
  const auto rows = unwrap(stream.all());
  EXPECT_EQ(std::get<int64_t>(rows.at(0).at(0)), 9);
  EXPECT_EQ(std::get<std::string>(rows.at(0).at(1)), "2.00");  // whole numbers divide to whole numbers
}

TEST(Materialize, TwoRunsWriteTheSameFile) {
  Lake lake;
  std::vector<std::string> bytes;
  for (int run = 0; run < 3; ++run) {
    const auto session = lake.session({.limits = Limits{.threads = static_cast<unsigned>(run) + 1}});
    const std::filesystem::path target = session->scratch_directory() / "a.parquet";
    EXPECT_GT(unwrap(session->materialize(kMany, target)).rows, 250'000);
    bytes.push_back(unwrap(read_file(target)));
  }
  EXPECT_EQ(bytes[0], bytes[1]);
  EXPECT_EQ(bytes[1], bytes[2]);
}

TEST(Materialize, SortsByTheColumnsThatAreNamed) {
  Lake lake;
  const auto session = lake.session();
  const std::filesystem::path target = session->scratch_directory() / "a.parquet";
  unwrap(session->materialize("SELECT (i * 7919) % 100003 AS \"a b\", i FROM range(100003) r(i)", target,
                              {.order_by = {"a b"}}));
  TemporaryDirectory elsewhere;
  const auto reader = unwrap(sql::Database::open({.preserve_insertion_order = true}));
  const auto connection = unwrap(reader->connect());
  EXPECT_EQ(
      unwrap(unwrap(connection->query("SELECT count(*) FROM (SELECT \"a b\" - lag(\"a b\") OVER () AS step FROM '" +
                                      target.string() + "') WHERE step <> 1"))
                 .all()),
      (std::vector<Row>{{int64_t{0}}}));
}

TEST(Materialize, NumbersAsDifferencesComeBackTheSame) {
  Lake lake;
  const auto session = lake.session();
  const std::filesystem::path target = session->scratch_directory() / "a.parquet";
  ASSERT_OK(session->create_table(
      "amounts",
      "SELECT i::INTEGER AS n, CASE WHEN i % 3 > 0 THEN ((hash(i) // 20)::BIGINT * 0.01)::DECIMAL(18,2) END AS v, "
      "-(i::HUGEINT) AS h, CASE WHEN i = 7 THEN 'one' END AS t, NULL::BIGINT AS none, i % 2 = 0 AS b, "
      "CASE WHEN i = 9 THEN -9223372036854775808 ELSE 9223372036854775807 END AS wide FROM range(5000) r(i)"));
  EXPECT_EQ(
      unwrap(session->materialize("SELECT * FROM amounts", target, {.any_order = true, .differences = true})).rows,
      5000);
  const std::string file = "read_parquet('" + target.string() + "')";
  for (const std::string& difference :
       {"FROM amounts EXCEPT ALL FROM " + file, "FROM " + file + " EXCEPT ALL FROM amounts"})
    EXPECT_EQ(unwrap(session->run("CREATE OR REPLACE TEMP TABLE difference AS " + difference)), 0) << difference;
  auto encodings = unwrap(session->query("SELECT DISTINCT encodings FROM parquet_metadata('" + target.string() +
                                         "') WHERE path_in_schema = 'v'"));
  EXPECT_THAT(std::get<std::string>(unwrap(encodings.all()).at(0).at(0)), HasSubstr("DELTA_BINARY_PACKED"));
}

TEST(Materialize, ListsAndRowsOfTextsComeBackWithDifferencesAskedForToo) {
  Lake lake;
  const auto session = lake.session();
  const std::filesystem::path target = session->scratch_directory() / "nested.parquet";
  unwrap(session->create_view("nested",
                              "SELECT i, [NULL::VARCHAR, 'x'] AS list, {'a': i, 'b': [NULL::VARCHAR, 'x']} AS fields "
                              "FROM range(300000) r(i)"));
  EXPECT_EQ(unwrap(session->materialize("SELECT * FROM nested", target, {.any_order = true, .differences = true})).rows,
            300'000);
  const std::string file = "read_parquet('" + target.string() + "')";
  for (const std::string& difference :
       {"FROM nested EXCEPT ALL FROM " + file, "FROM " + file + " EXCEPT ALL FROM nested"})
    EXPECT_EQ(unwrap(session->run("CREATE OR REPLACE TEMP TABLE difference AS " + difference)), 0) << difference;
}

TEST(Materialize, WideTablesHaveShorterRowGroups) {
  Lake lake;
  const auto session = lake.session({.limits = Limits{.threads = 1}});
  const auto row_groups = [&](int columns, uint64_t wanted_rows) {
    std::string select = "SELECT i";
    for (int c = 1; c < columns; ++c) select += fmt::format(", i + {0} AS c{0}", c);
    const std::filesystem::path target =
        session->scratch_directory() / fmt::format("{}-{}.parquet", columns, wanted_rows);
    unwrap(session->materialize(select + " FROM range(130000) r(i)", target,
                                {.any_order = true, .row_group_rows = wanted_rows}));
    const auto reader = unwrap(sql::Database::open());
    const auto connection = unwrap(reader->connect());
    const auto rows = unwrap(
        unwrap(connection->query("SELECT num_row_groups FROM parquet_file_metadata('" + target.string() + "')")).all());
    return std::get<int64_t>(rows.at(0).at(0));
  };
  EXPECT_EQ(row_groups(1, 0), 2);
  EXPECT_EQ(row_groups(400, 0), 7);  // of 20,480 rows
  EXPECT_EQ(row_groups(1, 65'000), 2);
  EXPECT_EQ(row_groups(1, 200'000), 1);
}

TEST(Materialize, LeavesNothingWhenItFails) {
  Lake lake;
  const auto session = lake.session();
  const std::filesystem::path target = session->scratch_directory() / "a.parquet";
  EXPECT_FALSE(
      session->materialize("SELECT CAST('x' || i AS INTEGER) AS a FROM range(10000) r(i)", target).has_value());
  EXPECT_TRUE(std::filesystem::is_empty(session->scratch_directory()));
  const Result<Materialized> unsupported = session->materialize("SELECT INTERVAL 1 DAY AS prazo", target);
  ASSERT_FALSE(unsupported.has_value());
  EXPECT_EQ(unsupported.error().code, Errc::unsupported_type);
}

TEST(Materialize, WritesOnlyWhereItMay) {
  Lake lake;
  TemporaryDirectory allowed;
  TemporaryDirectory elsewhere;
  const auto session = lake.session({.output_directories = {allowed.path()}});
  EXPECT_OK(session->materialize("SELECT 1 AS a", allowed.path() / "a.parquet"));
  const Result<Materialized> refused = session->materialize("SELECT 1 AS a", elsewhere.path() / "a.parquet");
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().is(ErrorClass::kPermission)) << refused.error().to_string();
  EXPECT_TRUE(std::filesystem::is_empty(elsewhere.path()));
}

TEST(Materialize, StopsWhenAsked) {
  Lake lake;
  const auto session = lake.session();
  std::stop_source stop;
  const std::filesystem::path target = session->scratch_directory() / "a.parquet";
  const Result<Materialized> stopped = session->materialize(
      "SELECT a.range AS a FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7", target,
      {.stop = stop.get_token(), .on_progress = [&](const sql::Progress&) { stop.request_stop(); }});
  ASSERT_FALSE(stopped.has_value());
  EXPECT_TRUE(stopped.error().is(ErrorClass::kCancelled)) << stopped.error().to_string();
  EXPECT_FALSE(std::filesystem::exists(target));
}

class MaterializeEach : public testing::Test {
 protected:
  std::vector<MaterializeJob> jobs(size_t count, const std::string& select) const {
    std::vector<MaterializeJob> made;
    for (size_t i = 0; i < count; ++i) {
      made.push_back(
          {fmt::format(fmt::runtime(select), i), session_->scratch_directory() / fmt::format("{}.parquet", i)});
    }
    return made;
  }
  size_t files_left() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(session_->scratch_directory()),
                                             std::filesystem::directory_iterator()));
  }
  Lake lake_;
  std::unique_ptr<Session> session_ = lake_.session({.limits = Limits{.threads = 3}});
};

TEST_F(MaterializeEach, HandsTheFilesOverInTheirOrder) {
  std::vector<size_t> order;
  // The first takes longest.
  const auto wanted = jobs(20, "SELECT i % 7 AS a FROM range(200000 / (1 + {0})) r(i)");
  ASSERT_OK(session_->materialize_each(wanted, {.any_order = true}, [&](size_t job, const Materialized& made) {
    order.push_back(job);
    EXPECT_EQ(made.rows, 200'000 / (1 + job));
    EXPECT_EQ(made.bytes, std::filesystem::file_size(wanted[job].target));
    EXPECT_EQ(made.columns, Lake::parse_columns("a bigint"));
    return Result<void>();
  }));
  std::vector<size_t> expected(20);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
  EXPECT_EQ(files_left(), 20);
}

TEST_F(MaterializeEach, EndsAtTheFirstErrorAndLeavesOnlyWhatWasHandedOver) {
  size_t handed_over = 0;
  const Result<void> failed =
      session_->materialize_each(jobs(20, "SELECT CASE WHEN {0} = 5 THEN error('five is bad') END AS a FROM range(10)"),
                                 {.any_order = true}, [&](size_t, const Materialized&) {
                                   ++handed_over;
                                   return Result<void>();
                                 });
  ASSERT_FALSE(failed.has_value());
  EXPECT_THAT(failed.error().message, HasSubstr("five is bad"));
  EXPECT_EQ(handed_over, 5);
  EXPECT_EQ(files_left(), 5);
}

TEST_F(MaterializeEach, EndsWhenItsCallerFails) {
  const auto wanted = jobs(20, "SELECT {0} AS a");
  const Result<void> failed =
      session_->materialize_each(wanted, {.any_order = true}, [&](size_t job, const Materialized&) -> Result<void> {
        std::filesystem::remove(wanted[job].target);
        if (job == 2) return Error{caudal::Errc::cancelled, "enough"};
        return {};
      });
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "enough");
  EXPECT_EQ(files_left(), 0);
}

TEST_F(MaterializeEach, IsCancelledWhileItWrites) {
  std::stop_source stop;
  const Result<void> stopped = session_->materialize_each(
      jobs(3, "SELECT a.range AS a FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7 + {0}"),
      {.stop = stop.get_token(), .on_progress = [&](const sql::Progress&) { stop.request_stop(); }},
      [](size_t, const Materialized&) { return Result<void>(); });
  ASSERT_FALSE(stopped.has_value());
  EXPECT_TRUE(stopped.error().is(ErrorClass::kCancelled)) << stopped.error().to_string();
  EXPECT_EQ(files_left(), 0);
}

TEST_F(MaterializeEach, RefusesAFileThatIsThereBeforeAnythingIsWritten) {
  const auto wanted = jobs(3, "SELECT {0} AS a");
  ASSERT_OK(write_file_durably(wanted[2].target, "mine"));
  const Result<void> refused =
      session_->materialize_each(wanted, {}, [](size_t, const Materialized&) { return Result<void>(); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("exists already"));
  EXPECT_EQ(unwrap(read_file(wanted[2].target)), "mine");
  EXPECT_EQ(files_left(), 1);
}

}  // namespace
}  // namespace caudal::queries
