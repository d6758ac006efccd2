// SPDX-License-Identifier: Apache-2.0
// The file of master keys: who can read it, what it survives.
#include "objects/key_ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

namespace fs = std::filesystem;

class KeyRingTest : public testing::Test {
 protected:
  std::unique_ptr<FileKeyRing> open() { return unwrap(FileKeyRing::open(path_)); }
  TemporaryDirectory dir_;
  const fs::path path_ = dir_.path() / "master.keys";
  const Secret key_ = Secret::random();
};

TEST_F(KeyRingTest, IsMadeForItsOwnerAlone) {
  open();
  struct stat status = {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  fs::permissions(path_, fs::perms::group_read, fs::perm_options::add);
  const auto opened = FileKeyRing::open(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, caudal::Errc::permission_denied);
  EXPECT_NE(opened.error().message.find("chmod 600"), std::string::npos) << opened.error().message;
}

TEST_F(KeyRingTest, MayBeABareNameInTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(dir_.path());
  const auto ring = FileKeyRing::open("master.keys");
  fs::current_path(before);
  ASSERT_OK(ring);
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(KeyRingTest, OpensWhatItWrappedAlsoLater) {
  const std::string wrapped = unwrap(open()->wrap(key_));
  EXPECT_EQ(wrapped.find(key_.bytes()), std::string::npos);
  EXPECT_EQ(unwrap(open()->unwrap(wrapped)).bytes(), key_.bytes());
  EXPECT_NE(unwrap(open()->wrap(key_)), wrapped) << "a nonce of its own each time";
}

TEST_F(KeyRingTest, OldKeysStayWhenANewOneComes) {
  const auto ring = open();
  const std::string old = unwrap(ring->wrap(key_));
  ASSERT_OK(ring->rotate());
  const std::string young = unwrap(ring->wrap(key_));
  EXPECT_NE(old.substr(0, 8), young.substr(0, 8)) << "another master key";
  const auto again = open();
  EXPECT_EQ(unwrap(again->unwrap(old)).bytes(), key_.bytes());
  EXPECT_EQ(unwrap(again->unwrap(young)).bytes(), key_.bytes());
  EXPECT_EQ(unwrap(again->wrap(key_)).substr(0, 8), young.substr(0, 8));
}

TEST_F(KeyRingTest, WhatIsDamagedOrForeignIsRefused) {
  const auto ring = open();
  std::string wrapped = unwrap(ring->wrap(key_));
  const std::string foreign = unwrap(unwrap(FileKeyRing::open(dir_.path() / "other"))->wrap(key_));
  EXPECT_EQ(ring->unwrap(foreign).error().code, Errc::key_unavailable);
  wrapped.back() = static_cast<char>(wrapped.back() ^ 1);
  EXPECT_EQ(ring->unwrap(wrapped).error().code, Errc::corrupt);
  EXPECT_EQ(ring->unwrap("short").error().code, Errc::corrupt);
}

TEST_F(KeyRingTest, ADamagedFileIsNeverReplaced) {
  open();
  for (const char* content : {"", "no key\n", "00112233445566\n", "0011223344556677 00\n"}) {
    ASSERT_OK(write_file_durably(path_, content));
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
    const auto opened = FileKeyRing::open(path_);
    ASSERT_FALSE(opened) << content;
    EXPECT_EQ(opened.error().code, caudal::Errc::invalid_configuration) << content;
    EXPECT_EQ(unwrap(read_file(path_)), content);
  }
}

TEST_F(KeyRingTest, WhatACrashLeftIsNoHindrance) {
  ASSERT_OK(write_file_durably(dir_.path() / "master.keys.new", "half"));
  const auto ring = open();
  EXPECT_OK(ring->rotate());
  EXPECT_FALSE(fs::exists(dir_.path() / "master.keys.new"));
}

}  // namespace
}  // namespace caudal::objects
