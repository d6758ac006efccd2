// SPDX-License-Identifier: Apache-2.0
#include "kv/data_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::kv {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(DataDirectory, IsMadeWithItsFormatAndOpensAgain) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "new" / "data";
  {
    EXPECT_EQ(unwrap(DataDirectory::open(path)).path(), path);
  }
  EXPECT_EQ(unwrap(read_file(path / "FORMAT")), "caudal data directory, format 1\n");
  EXPECT_OK(DataDirectory::open(path));
}

TEST(DataDirectory, RefusesASecondProcessAndNamesTheFirst) {
  const TemporaryDirectory dir;
  const DataDirectory held = unwrap(DataDirectory::open(dir.path()));
  // flock is per open file, so the same process stands for a second one.
  const auto second = DataDirectory::open(dir.path());
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().is(ErrorClass::kBusy));
  const std::string& message = second.error().message;
  EXPECT_TRUE(contains(
      message, "data directory " + dir.path().string() + " is in use by process " + std::to_string(::getpid()) + " ("))
      << message;
  EXPECT_TRUE(contains(message, "kv_test")) << message;
  EXPECT_TRUE(contains(message, "since 2")) << message;
  EXPECT_TRUE(contains(message, "stop it or use another --data")) << message;
}

TEST(DataDirectory, TellsWhereItsHolderAnswers) {
  const TemporaryDirectory dir;
  EXPECT_EQ(DataDirectory::announced(dir.path()), std::nullopt);
  {
    DataDirectory held = unwrap(DataDirectory::open(dir.path()));
    EXPECT_EQ(DataDirectory::announced(dir.path()), std::nullopt) << "a process number is no place";
    ASSERT_OK(held.announce("http://127.0.0.1:4280"));
    EXPECT_EQ(DataDirectory::announced(dir.path()), "http://127.0.0.1:4280");
    const auto second = DataDirectory::open(dir.path());
    ASSERT_FALSE(second);
    const std::string& message = second.error().message;
    EXPECT_TRUE(contains(message, "by process " + std::to_string(::getpid()) + " (")) << message;
    EXPECT_TRUE(
        contains(message, "which answers at http://127.0.0.1:4280; ask it there, stop it, or use another --data"))
        << message;
  }
  const DataDirectory next = unwrap(DataDirectory::open(dir.path()));
  EXPECT_EQ(DataDirectory::announced(dir.path()), std::nullopt) << "what the last one said is gone";
}

TEST(DataDirectory, IsFreeAgainWhenItsHolderDied) {
  const TemporaryDirectory dir;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = DataDirectory::open(dir.path());
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_OK(DataDirectory::open(dir.path()));
}

TEST(DataDirectory, RefusesANewerFormatWithWhatToDo) {
  const TemporaryDirectory dir;
  ASSERT_OK(write_file_durably(dir.path() / "FORMAT", "caudal data directory, format 2\n"));
  const auto opened = DataDirectory::open(dir.path());
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(ErrorClass::kUnsupported));
  EXPECT_TRUE(contains(opened.error().message, "upgrade Caudal, or use another --data")) << opened.error().message;
}

TEST(DataDirectory, RefusesADamagedFormat) {
  const TemporaryDirectory dir;
  ASSERT_OK(write_file_durably(dir.path() / "FORMAT", "something"));
  const auto opened = DataDirectory::open(dir.path());
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(ErrorClass::kCorrupt));
}

TEST(DataDirectory, RefusesAFolderOfSomethingElse) {
  const TemporaryDirectory dir;
  ASSERT_OK(write_file_durably(dir.path() / "thesis.tex", "mine"));
  const auto opened = DataDirectory::open(dir.path());
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(ErrorClass::kUsage));
  EXPECT_TRUE(contains(opened.error().message, "thesis.tex")) << opened.error().message;
}

TEST(DataDirectory, SaysThatPermissionIsMissing) {
  if (::geteuid() == 0) {
    // Root may write anywhere but where nobody can: a folder below a file.
    const TemporaryDirectory dir;
    ASSERT_OK(write_file_durably(dir.path() / "file", ""));
    const auto opened = DataDirectory::open(dir.path() / "file" / "data");
    ASSERT_FALSE(opened);
    EXPECT_TRUE(contains(opened.error().message, "file/data")) << opened.error().message;
    return;
  }
  const TemporaryDirectory dir;
  ASSERT_EQ(::chmod(dir.path().c_str(), 0500), 0);
  const auto opened = DataDirectory::open(dir.path() / "data");
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().is(ErrorClass::kPermission)) << opened.error().message;
  EXPECT_TRUE(contains(opened.error().message, "check the owner and mode")) << opened.error().message;
}

}  // namespace
}  // namespace caudal::kv
