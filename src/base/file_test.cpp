// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal {
namespace {

TEST(WriteFileDurably, ReplacesTheContent) {
  const TemporaryDirectory dir;
  ASSERT_OK(write_file_durably(dir.path() / "a", "one"));
  ASSERT_OK(write_file_durably(dir.path() / "a", std::string("t\0wo", 4)));
  EXPECT_EQ(unwrap(read_file(dir.path() / "a")), std::string("t\0wo", 4));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "a.tmp"));
}

TEST(File, OpenAppendKeepsWhatIsThere) {
  const TemporaryDirectory dir;
  ASSERT_OK(unwrap(File::open_append(dir.path() / "a")).write("one"));
  ASSERT_OK(unwrap(File::open_append(dir.path() / "a")).write(" two"));
  EXPECT_EQ(unwrap(read_file(dir.path() / "a")), "one two");
}

TEST(File, CreatePrivateIsForItsOwnerAndNeverOverOneThatIsThere) {
  const TemporaryDirectory dir;
  ASSERT_OK(unwrap(File::create_private(dir.path() / "a")).write("one"));
  EXPECT_EQ(std::filesystem::status(dir.path() / "a").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_TRUE(File::create_private(dir.path() / "a").error().is(ErrorClass::kConflict));
  EXPECT_EQ(unwrap(read_file(dir.path() / "a")), "one");
}

TEST(File, ErrorsNameThePathAndTheClass) {
  const Error error = File::open_read("/nowhere/at/all").error();
  EXPECT_TRUE(error.is(ErrorClass::kNotFound));
  EXPECT_NE(error.message.find("/nowhere/at/all"), std::string::npos);
  EXPECT_TRUE(errno_error(ENOSPC, "write", "/x").is(ErrorClass::kNoSpace));
  EXPECT_TRUE(errno_error(EACCES, "write", "/x").is(ErrorClass::kPermission));
}

}  // namespace
}  // namespace caudal
