// SPDX-License-Identifier: Apache-2.0
#include "kv/engine_log.h"

#include <gtest/gtest.h>
#include <rocksdb/system_clock.h>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::kv {
namespace {

class EngineLogTest : public testing::Test {
 protected:
  std::string text(const char* name = "LOG") { return unwrap(read_file(dir_.path() / name)); }
  std::shared_ptr<rocksdb::Logger> log(uint64_t most_bytes = EngineLog::kMostBytes) {
    return std::make_shared<EngineLog>(dir_.path(), rocksdb::SystemClock::Default(), most_bytes);
  }

  TemporaryDirectory dir_;
};

TEST_F(EngineLogTest, KeepsWarningsAndErrorsOverStarts) {
  rocksdb::Warn(log(), "%d files", 3);
  rocksdb::Info(log(), "%d files are merged", 4);
  rocksdb::Header(log(), "options.files: %d", 5);
  rocksdb::Error(log(), "%s\n", "broken");
  const std::string written = text();
  EXPECT_TRUE(written.ends_with("broken\n")) << written;
  EXPECT_NE(written.find(" 3 files\n"), std::string::npos) << written;
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 2) << written;
}

TEST_F(EngineLogTest, ALineThatIsTooLongLosesItsEnd) {
  rocksdb::Warn(log(), "%s", std::string(10'000, 'x').c_str());
  EXPECT_GT(text().size(), 4000u);
  EXPECT_LT(text().size(), 5000u);
}

TEST_F(EngineLogTest, BeginsAnewWhenItIsTooLarge) {
  const auto log_of_few = log(100);
  for (int n = 0; n < 50; ++n) rocksdb::Warn(log_of_few, "line %d", n);
  EXPECT_LT(text().size(), 200u);
  EXPECT_LT(text("LOG.old").size(), 200u);
  EXPECT_TRUE(text().ends_with("line 49\n"));
}

TEST_F(EngineLogTest, OnAFullDiskLinesAreLeftOutAndCounted) {
  std::filesystem::create_symlink("/dev/full", dir_.path() / "LOG");
  const auto full = log();
  for (int n = 0; n < 3; ++n) rocksdb::Warn(full, "line %d", n);
  std::filesystem::remove(dir_.path() / "LOG");
  rocksdb::Warn(full, "line with room");
  EXPECT_NE(text().find("3 lines before this one could not be written"), std::string::npos) << text();
  EXPECT_TRUE(text().ends_with("line with room\n"));
  rocksdb::Warn(full, "another");
  EXPECT_TRUE(text().ends_with("another\n"));
  EXPECT_EQ(text().find("lines before", text().find("lines before") + 1), std::string::npos);
}

}  // namespace
}  // namespace caudal::kv
