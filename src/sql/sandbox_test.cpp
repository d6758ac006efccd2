// SPDX-License-Identifier: Apache-2.0
// Limits and sandbox: what a sealed database refuses, and that it still works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "sql/errors.h"
#include "sql/testing/engine.h"

namespace caudal::sql {
namespace {

using testing::HasSubstr;

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() {
    CHECK(caudal::create_directories(inside_).has_value() &&
              caudal::create_directories(folder_.path() / "insider").has_value(),
          "");
    CHECK(write_file_durably(inside_ / "a.csv", "x\n1\n").has_value(), "");
    CHECK(write_file_durably(folder_.path() / "insider" / "b.csv", "x\n2\n").has_value(), "");
    CHECK(write_file_durably(folder_.path() / "one.csv", "x\n3\n").has_value(), "");
    CHECK(engine_.database->seal({.directories = {inside_}, .files = {folder_.path() / "one.csv"}}).has_value(), "");
  }
  std::string read(const std::filesystem::path& path) { return "SELECT * FROM read_csv('" + path.string() + "')"; }

  TemporaryDirectory folder_;
  std::filesystem::path inside_ = folder_.path() / "in";
  TestEngine engine_{{.temp_directory = folder_.path() / "spill"}};
};

TEST_F(SandboxTest, ReadsWhatIsAllowed) {
  EXPECT_EQ(engine_.cell(read(inside_ / "a.csv")), Value{int64_t{1}});
  EXPECT_EQ(engine_.cell(read(folder_.path() / "one.csv")), Value{int64_t{3}});
}

TEST_F(SandboxTest, RefusesFilesOutside) {
  for (const std::filesystem::path& path :
       std::vector<std::filesystem::path>{"/etc/passwd", folder_.path() / "insider" / "b.csv",
                                          inside_ / ".." / "insider" / "b.csv", folder_.path() / "two.csv"}) {
    const Error error = engine_.error(read(path));
    EXPECT_EQ(error.code, Errc::not_allowed) << path << error.to_string();
  }
  EXPECT_FALSE(engine_.connection->query("SELECT * FROM '/etc/passwd'").has_value());
  EXPECT_FALSE(engine_.connection->query("SELECT * FROM read_text('/etc/hostname')").has_value());
  EXPECT_FALSE(engine_.connection->query("SELECT getenv('HOME')").has_value());
}

TEST_F(SandboxTest, RefusesToListFoldersOutside) {
  Result<ResultStream> stream = engine_.connection->query("SELECT * FROM glob('/etc/*')");
  if (stream) {
    const Result<std::vector<Row>> rows = stream->all();
    EXPECT_TRUE(!rows.has_value() || rows->empty());
  }
}

TEST_F(SandboxTest, RefusesToWriteOutside) {
  const std::filesystem::path target = folder_.path() / "out.csv";
  EXPECT_EQ(engine_.error("COPY (SELECT 1) TO '" + target.string() + "'").code, Errc::not_allowed);
  EXPECT_FALSE(std::filesystem::exists(target));
  EXPECT_FALSE(engine_.connection->run("EXPORT DATABASE '" + target.string() + "'").has_value());
  EXPECT_FALSE(engine_.connection->run("ATTACH '" + target.string() + "' AS other").has_value());
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(SandboxTest, RefusesExtensions) {
  EXPECT_FALSE(engine_.connection->run("INSTALL httpfs").has_value());
  EXPECT_FALSE(engine_.connection->run("LOAD '/tmp/evil.duckdb_extension'").has_value());
}

TEST_F(SandboxTest, CannotBeOpenedAgain) {
  for (const char* sql :
       {"SET enable_external_access = true", "SET allowed_directories = ['/']", "SET GLOBAL memory_limit = '100GB'",
        "SET lock_configuration = false", "RESET enable_external_access", "PRAGMA threads = 64"}) {
    EXPECT_FALSE(engine_.connection->run(sql).has_value()) << sql;
  }
}

TEST_F(SandboxTest, StillRunsCppTables) {
  ASSERT_OK(
      engine_.database->register_source("late", make_rows_source({{"a", Type::of(TypeId::kInteger)}}, {{int64_t{7}}})));
  EXPECT_EQ(engine_.cell("SELECT a FROM late()"), Value{int64_t{7}});
}

TEST(Limits, TheMemoryLimitIsTold) {
  TestEngine engine({.memory_limit_bytes = 32 << 20, .threads = 2});
  const Error error = engine.error("SELECT list(i) FROM range(100000000) r(i)");
  EXPECT_EQ(error.code, Errc::out_of_memory) << error.to_string();
  EXPECT_TRUE(error.is(ErrorClass::kNoSpace));
}

TEST(Limits, SpillsToItsFolderAlsoWhenSealed) {
  TemporaryDirectory folder;
  TestEngine engine({.memory_limit_bytes = 64 << 20, .threads = 2, .temp_directory = folder.path() / "spill"});
  ASSERT_OK(engine.database->seal({}));
  // 20 million rows of 24 bytes sorted in 64 MB.
  EXPECT_EQ(engine.cell("SELECT count(*) FROM (SELECT i, hash(i) h, i::VARCHAR s FROM range(5000000) r(i) "
                        "ORDER BY h LIMIT 4999999)"),
            Value{int64_t{4999999}});
}

TEST(Limits, TheSpillLimitIsTold) {
  TemporaryDirectory folder;
  TestEngine engine({.memory_limit_bytes = 32 << 20,
                     .threads = 2,
                     .temp_directory = folder.path() / "spill",
                     .temp_limit_bytes = 1 << 20});
  const Error error =
      engine.error("SELECT * FROM (SELECT hash(i) h, i::VARCHAR s FROM range(5000000) r(i)) ORDER BY h");
  EXPECT_TRUE(error.is(ErrorClass::kNoSpace)) << error.to_string();
}

TEST(Limits, AnUnknownPathIsAnErrorThatNamesIt) {
  const Result<std::unique_ptr<Database>> result = Database::open({.path = "/nowhere/at/all.db"});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().to_string(), HasSubstr("/nowhere/at/all.db"));
}

TEST(Dialect, IntegerDivisionAndNullOrderAreAthenas) {
  TestEngine engine;
  EXPECT_EQ(engine.text("SELECT 7 / 2"), "3");
  EXPECT_EQ(engine.text("SELECT 7.0 / 2"), "3.5");
  EXPECT_EQ(engine.text("SELECT CAST(7 AS DOUBLE) / 2"), "3.5");
  for (const char* direction : {"ASC", "DESC"}) {
    const std::vector<Row> rows =
        engine.rows("SELECT * FROM (VALUES (1), (NULL)) t(a) ORDER BY a " + std::string(direction));
    EXPECT_EQ(rows.at(1).at(0), Value{std::monostate{}});
  }
}

}  // namespace
}  // namespace caudal::sql
