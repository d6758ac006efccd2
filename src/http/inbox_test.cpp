// SPDX-License-Identifier: Apache-2.0
#include "http/inbox.h"

#include <gtest/gtest.h>

#include <string>

namespace caudal::http {
namespace {

void put(Inbox& inbox, std::string_view bytes, size_t room) {
  const std::span<char> out = inbox.room(room);
  ASSERT_GE(out.size(), bytes.size());
  bytes.copy(out.data(), bytes.size());
  inbox.filled(bytes.size());
}

TEST(Inbox, GivesWhatWasPutInItsOrder) {
  Inbox inbox;
  EXPECT_TRUE(inbox.empty());
  put(inbox, "hello", 8);
  put(inbox, " world", 6);
  EXPECT_EQ(inbox.view(), "hello world");
  inbox.take(6);
  EXPECT_EQ(inbox.view(), "world");
  EXPECT_EQ(inbox.size(), 5u);
}

TEST(Inbox, KeepsItsBytesHoweverMuchRoomIsAskedFor) {
  Inbox inbox;
  std::string expected;
  for (size_t n = 0; n < 1000; ++n) {
    const std::string piece = std::to_string(n) + ",";
    put(inbox, piece, piece.size() + n % 50);
    expected += piece;
    if (n % 3 != 0) continue;
    const size_t taken = std::min<size_t>(n % 17, inbox.size());
    inbox.take(taken);
    expected.erase(0, taken);
    ASSERT_EQ(inbox.view(), expected);
  }
}

TEST(Inbox, UsesTheRoomOfWhatWasTaken) {
  Inbox inbox;
  put(inbox, std::string(100, 'x'), 128);
  inbox.take(90);
  const char* const before = inbox.room(118).data() - inbox.size();
  put(inbox, "y", 1);
  EXPECT_EQ(inbox.view(), "xxxxxxxxxxy");
  EXPECT_EQ(inbox.view().data(), before);
}

TEST(Inbox, ReleaseKeepsWhatIsThere) {
  Inbox inbox;
  inbox.release();
  put(inbox, "hello", 8);
  inbox.release();
  EXPECT_EQ(inbox.view(), "hello");
  inbox.take(5);
  inbox.release();
  EXPECT_TRUE(inbox.empty());
  put(inbox, "again", 8);
  EXPECT_EQ(inbox.view(), "again");
}

}  // namespace
}  // namespace caudal::http
