// SPDX-License-Identifier: Apache-2.0
// Results as Parquet files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace caudal::queries
