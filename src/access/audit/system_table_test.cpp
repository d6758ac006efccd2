// SPDX-License-Identifier: Apache-2.0
// The audit log as a query sees it, while it is written.
#include "access/audit/system_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "access/audit/log.h"
#include "access/audit/segment.h"
#include "access/audit/testing/records.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "sql/database.h"

namespace caudal::audit {
namespace {

using sql::Value;
using testing::ElementsAre;

class AuditTableTest : public testing::Test {
 protected:
  std::vector<std::vector<Value>> query(const std::string& statement) {
    const auto database = unwrap(sql::Database::open({}));
    const auto table = make_system_table(folder_.path());
    EXPECT_EQ(table->name(), "audit");
    EXPECT_OK(database->register_source("audit", queries::make_system_source(table)));
    const auto connection = unwrap(database->connect());
    return unwrap(unwrap(connection->query(statement)).all());
  }
  int64_t count() { return std::get<int64_t>(query("SELECT count(*) FROM audit()").at(0).at(0)); }

  TemporaryDirectory folder_;
  ManualClock clock_{full_record().time};
};

TEST_F(AuditTableTest, IsEmptyBeforeTheFirstRecord) { EXPECT_EQ(count(), 0); }

TEST_F(AuditTableTest, ShowsEveryFieldAndNothingAsNull) {
  auto log = unwrap(Log::open(folder_.path(), clock_, {}));
  ASSERT_OK(log->append(full_record()));
  ASSERT_OK(log->append({.user_agent = "caf\xe9"}));
  ASSERT_OK(log->flush());
  const auto rows = query("SELECT * FROM audit() ORDER BY sequence");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0],
              ElementsAre(Value(int64_t{0}), Value(full_record().time), Value("4442587FB7D0A2F9"), Value("s3"),
                          Value("GetObject"), Value("arn:aws:iam::000000000000:user/ana"),
                          Value("AKIA2222222222222222"), Value("203.0.113.9"), Value("lake/raw/tb_faturas_202401.csv"),
                          Value(int64_t{403}), Value("AccessDenied"), Value("implicit_deny"), Value("no statement"),
                          Value(int64_t{1}), Value(int64_t{243}), Value(int64_t{1234}), Value("aws-cli/2.15")));
  EXPECT_EQ(rows[1][2], Value());
  EXPECT_EQ(rows[1][9], Value());
  EXPECT_EQ(rows[1][16], Value("caf\uFFFD"));
}

TEST_F(AuditTableTest, GoesThroughManySegmentsOnceEach) {
  auto log = unwrap(Log::open(folder_.path(), clock_, {.segment_bytes = 3000}));
  for (uint64_t number = 0; number < 5000; ++number) {
    ASSERT_OK(log->append(numbered_record(number)));
    if (number % 500 == 0) ASSERT_OK(log->flush());
  }
  ASSERT_OK(log->flush());
  EXPECT_GT(unwrap(list_segments(folder_.path())).size(), 3U);
  EXPECT_THAT(query("SELECT count(*), count(DISTINCT resource), count(DISTINCT sequence), max(sequence) FROM audit() "
                    "WHERE CAST(resource AS BIGINT) = sequence")
                  .at(0),
              ElementsAre(Value(int64_t{5000}), Value(int64_t{5000}), Value(int64_t{5000}), Value(int64_t{4999})));
}

TEST_F(AuditTableTest, StopsWhereAWriterIsAtWork) {
  auto log = unwrap(Log::open(folder_.path(), clock_, {}));
  ASSERT_OK(log->append(full_record()));
  ASSERT_OK(log->flush());
  std::ofstream(folder_.path() / segment_name(0), std::ios::app) << "half a frame";
  std::ofstream(folder_.path() / segment_name(1)) << "half a header";
  EXPECT_EQ(count(), 1);
}

TEST_F(AuditTableTest, MayBeReadWhileItIsWritten) {
  auto log =
      unwrap(Log::open(folder_.path(), clock_, {.sync_every = std::chrono::milliseconds(1), .segment_bytes = 5000}));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (uint64_t number = 0; number < 5000 && !stop; ++number) EXPECT_TRUE(log->append(numbered_record(number)));
  });
  int64_t before = 0;
  for (int round = 0; round < 8; ++round) {
    const auto row =
        query("SELECT count(*), count(DISTINCT sequence), coalesce(max(sequence) + 1, 0) FROM audit()").at(0);
    EXPECT_EQ(row[0], row[1]);
    EXPECT_EQ(row[0], row[2]) << "no gaps";
    EXPECT_GE(std::get<int64_t>(row[0]), before);
    before = std::get<int64_t>(row[0]);
  }
  stop = true;
  writer.join();
  ASSERT_OK(log->close());
}

TEST_F(AuditTableTest, AnswersWhatAnAuditorAsks) {
  auto log = unwrap(Log::open(folder_.path(), clock_, {}));
  for (uint64_t number = 0; number < 30; ++number) {
    Record record = numbered_record(number);
    record.principal = number % 3 == 0 ? "anonymous" : record.principal;
    record.status = number % 10 == 0 ? 403 : 200;
    record.time += std::chrono::minutes(number);
    ASSERT_OK(log->append(record));
  }
  ASSERT_OK(log->flush());
  EXPECT_THAT(query("SELECT principal, count(*) FROM audit() WHERE status = 403 GROUP BY ALL ORDER BY 2 DESC"),
              ElementsAre(ElementsAre(Value("arn:aws:iam::000000000000:user/ana"), Value(int64_t{2})),
                          ElementsAre(Value("anonymous"), Value(int64_t{1}))));
  EXPECT_THAT(query("SELECT count(*) FROM audit() WHERE time >= TIMESTAMP '2024-05-01 00:20:00'").at(0),
              ElementsAre(Value(int64_t{10})));
}

TEST_F(AuditTableTest, TakesRecordsThatWereWrittenAgainOnce) {
  {
    auto log = unwrap(Log::open(folder_.path(), clock_, {}));
    ASSERT_OK(log->append(numbered_record(0)));
    ASSERT_OK(log->append(numbered_record(1)));
  }
  // As where a frame was refused and could not be taken back: the next segment begins with its first record.
  SegmentHeader header{.first_sequence = 1};
  std::string bytes = encode_header(header);
  Link link = first_link(bytes, "");
  std::string payload;
  append_record(payload, numbered_record(1));
  bytes += encode_frame(payload, 1, "", link);
  std::ofstream(folder_.path() / segment_name(1)) << bytes;
  EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace caudal::audit
