// SPDX-License-Identifier: Apache-2.0
#include "app/output/sink.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "app/errors.h"
#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

size_t entries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(FileSink, TheFileAppearsOnlyAtTheEnd) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.csv";
  auto sink = unwrap(file_sink(path));
  ASSERT_OK(sink->write("a,b\n"));
  ASSERT_OK(sink->write(std::string(200'000, 'x')));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_OK(sink->finish());
  EXPECT_EQ(unwrap(read_file(path)), "a,b\n" + std::string(200'000, 'x'));
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(FileSink, ASinkThatIsDroppedLeavesTheOldFileAndNothingElse) {
  const TemporaryDirectory folder;
  const fs::path path = folder.path() / "out.csv";
  ASSERT_OK(write_file_durably(path, "old"));
  {
    auto sink = unwrap(file_sink(path));
    ASSERT_OK(sink->write("new"));
  }
  EXPECT_EQ(unwrap(read_file(path)), "old");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(FileSink, RefusesAFolder) {
  const TemporaryDirectory folder;
  const auto sink = file_sink(folder.path());
  ASSERT_FALSE(sink);
  EXPECT_EQ(sink.error().message, folder.path().string() + " is a folder; name a file");
}

TEST(DescriptorSink, AReaderThatWentAwayIsAQuietEnd) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  auto sink = descriptor_sink(ends[1]);
  ASSERT_OK(sink->write("x"));
  const auto finished = sink->finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, Errc::output_closed);
  EXPECT_EQ(exit_code(finished.error()), 0);
  ::close(ends[1]);
}

TEST(DescriptorSink, WritesEverythingInOrder) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto sink = descriptor_sink(ends[1]);
  ASSERT_OK(sink->write("one "));
  ASSERT_OK(sink->write("two"));
  ASSERT_OK(sink->finish());
  char buffer[16];
  EXPECT_EQ(std::string(buffer, static_cast<size_t>(::read(ends[0], buffer, sizeof buffer))), "one two");
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace caudal::app
