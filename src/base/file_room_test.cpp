// SPDX-License-Identifier: Apache-2.0
#include "base/file_room.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal {
namespace {

uint64_t bytes_on_disk(const File& file) {
  struct stat info{};
  EXPECT_EQ(::fstat(file.descriptor(), &info), 0);
  return static_cast<uint64_t>(info.st_blocks) * 512;
}

TEST(FileRoom, IsKeptBeyondTheEndAndGivenBack) {
  const TemporaryDirectory dir;
  File file = unwrap(File::create(dir.path() / "a"));
  ASSERT_OK(file.write("content"));
  ASSERT_OK(keep_room(file, 1 << 20));
  EXPECT_EQ(unwrap(file.size_bytes()), 7U);
  EXPECT_GE(bytes_on_disk(file), 1U << 20) << "the file system of temporary files cannot keep room";
  ASSERT_OK(give_back_room(file, 7));
  EXPECT_LT(bytes_on_disk(file), 1U << 16);
  EXPECT_EQ(unwrap(read_file(dir.path() / "a")), "content");
}

TEST(FileRoom, ThatTheDiskDoesNotHaveIsAnError) {
  const TemporaryDirectory dir;
  const File file = unwrap(File::create(dir.path() / "a"));
  const auto kept = keep_room(file, std::filesystem::space(dir.path()).available + (uint64_t{1} << 40));
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().message.find((dir.path() / "a").string()), std::string::npos);
}

}  // namespace
}  // namespace caudal
