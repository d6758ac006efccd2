// SPDX-License-Identifier: Apache-2.0
// What users' statements may not do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "queries/errors.h"
#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

using testing::HasSubstr;

class SessionSandbox : public testing::Test {
 protected:
  SessionSandbox() {
    lake_.make_table("curated", "t", "a int");
    lake_.put_partition("curated.t", {}, "SELECT i::INTEGER a FROM range(10000) r(i)");
    session_ = lake_.session();
    unwrap(session_->prepare("SELECT * FROM curated.t"));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(lake_.work())) {
      if (entry.path().extension() == ".parquet") link_ = entry.path();
    }
  }
  Error refusal(const std::string& sql) {
    Result<sql::ResultStream> stream = session_->query(sql);
    CHECK(!stream.has_value(), "the statement was expected to be refused");
    return std::move(stream).error();
  }

  Lake lake_;
  std::unique_ptr<Session> session_;
  std::filesystem::path link_;
};

TEST_F(SessionSandbox, RefusesEverythingButSelect) {
  for (const char* sql : {"COPY curated.t TO '/tmp/x.parquet'",
                          "COPY (SELECT 1) TO '/tmp/x.csv'",
                          "ATTACH '/tmp/x.db' AS x",
                          "INSTALL httpfs",
                          "LOAD httpfs",
                          "PRAGMA threads = 8",
                          "SET memory_limit = '1TB'",
                          "RESET threads",
                          "USE memory",
                          "CREATE TABLE x (a INTEGER)",
                          "CREATE MACRO f(a) AS a",
                          "DROP VIEW curated.t",
                          "INSERT INTO curated.t VALUES (1)",
                          "UPDATE curated.t SET a = 1",
                          "DELETE FROM curated.t",
                          "BEGIN",
                          "CALL pragma_version()",
                          "VACUUM",
                          "CHECKPOINT",
                          "EXPORT DATABASE '/tmp/x'",
                          "PREPARE p AS SELECT 1",
                          "DETACH memory",
                          "EXPLAIN ANALYZE COPY curated.t TO '/tmp/x'",
                          "EXPLAIN (ANALYZE) INSERT INTO curated.t VALUES (1)",
                          "/* */ explain analyze -- x\n CREATE TABLE x AS SELECT 1"}) {
    const Error error = refusal(sql);
    EXPECT_EQ(error.code, Errc::statement_refused) << sql << ": " << error.to_string();
    EXPECT_THAT(error.message, HasSubstr("only SELECT")) << sql;
  }
  EXPECT_THAT(refusal("COPY (SELECT 1) TO '/tmp/x.csv'").message, HasSubstr("COPY cannot be run here"));
  EXPECT_FALSE(session_->query("SELECT 1; DROP VIEW curated.t").has_value());
  EXPECT_FALSE(session_->query("PIVOT curated.t ON a").has_value());  // several statements to DuckDB
}

TEST_F(SessionSandbox, RunsWhatOnlyReads) {
  for (const char* sql : {"SELECT 1", "VALUES (1)", "WITH q AS (SELECT a FROM curated.t) SELECT * FROM q",
                          "FROM curated.t", "DESCRIBE curated.t", "EXPLAIN SELECT * FROM curated.t",
                          "EXPLAIN ANALYZE SELECT count(*) FROM curated.t", "(SELECT 1) UNION ALL (SELECT 2);"}) {
    EXPECT_OK(session_->query(sql)) << sql;
  }
}

TEST_F(SessionSandbox, RefusesFilesOutside) {
  for (const char* sql : {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
                          "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM parquet_metadata('/etc/passwd')",
                          "SELECT * FROM read_csv('https://example.com/x.csv')", "SELECT getenv('HOME')",
                          "SELECT * FROM read_blob('/proc/self/environ')"}) {
    EXPECT_FALSE(session_->query(sql).has_value()) << sql;
  }
}

// A hard link shares its bytes with the object: nothing a user can say may write there.
TEST_F(SessionSandbox, TheLinkedBytesCannotBeWritten) {
  const std::string before = unwrap(read_file(link_));
  EXPECT_EQ(refusal("COPY (SELECT 1) TO '" + link_.string() + "'").code, Errc::statement_refused);
  EXPECT_EQ(refusal("EXPLAIN ANALYZE COPY (SELECT 1) TO '" + link_.string() + "'").code, Errc::statement_refused);
  EXPECT_FALSE(session_->materialize("SELECT 1 AS a", link_).has_value());
  EXPECT_EQ(unwrap(read_file(link_)), before);
}

TEST_F(SessionSandbox, MaterializeTakesOneSelectOnly) {
  const std::filesystem::path target = session_->scratch_directory() / "x.parquet";
  for (const char* sql : {"SELECT 1) TO '/tmp/evil.csv'; --", "SELECT 1; SELECT 2", "DROP TABLE x", ""}) {
    EXPECT_FALSE(session_->materialize(sql, target).has_value()) << sql;
    EXPECT_FALSE(session_->create_table("x", sql).has_value()) << sql;
    EXPECT_FALSE(session_->create_view("x", sql).has_value()) << sql;
  }
}

}  // namespace
}  // namespace caudal::queries
