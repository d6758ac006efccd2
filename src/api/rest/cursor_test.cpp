// SPDX-License-Identifier: Apache-2.0
#include "api/rest/cursor.h"

#include <gtest/gtest.h>

namespace caudal::api::rest {
namespace {

const std::string kPosition = "{\"PK\":\"0001-42#PAYMENT\",\"SK\":\"SCHEDULED#1800403200123456789\"}";

TEST(Cursors, OpenForTheirQuestionAlone) {
  const Cursors cursors(std::string(32, 'k'));
  const std::string cursor = cursors.seal("ListPayments\nstatus=PENDING", kPosition);
  EXPECT_EQ(cursors.open("ListPayments\nstatus=PENDING", cursor), kPosition);
  EXPECT_FALSE(cursors.open("ListPayments\nstatus=PROCESSED", cursor));
  EXPECT_FALSE(cursors.open("ListPayments", cursor));
  EXPECT_FALSE(cursors.open("", cursor));
}

TEST(Cursors, TravelInUrlsAsTheyAre) {
  const Cursors cursors(std::string(32, 'k'));
  for (size_t size = 1; size < 200; ++size) {
    const std::string position(size, static_cast<char>(size + 100));
    const std::string cursor = cursors.seal("q", position);
    EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_EQ(cursors.open("q", cursor), position);
  }
}

TEST(Cursors, NoCharacterCanBeChanged) {
  const Cursors cursors(std::string(32, 'k'));
  const std::string cursor = cursors.seal("q", kPosition);
  for (size_t at = 0; at < cursor.size(); ++at) {
    std::string changed = cursor;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(cursors.open("q", changed)) << at;
    EXPECT_FALSE(cursors.open("q", cursor.substr(0, at))) << at;
  }
  EXPECT_FALSE(cursors.open("q", cursor + "A"));
}

TEST(Cursors, OfAnotherKeyAreNone) {
  const std::string cursor = Cursors(std::string(32, 'k')).seal("q", kPosition);
  EXPECT_FALSE(Cursors(std::string(32, 'l')).open("q", cursor));
  EXPECT_TRUE(Cursors(std::string(32, 'k')).open("q", cursor)) << "the key alone matters: they survive a restart";
}

TEST(Cursors, WhatIsNoneIsRefused) {
  const Cursors cursors(std::string(32, 'k'));
  for (const std::string& text : {std::string(), std::string("="), std::string("a"), std::string("AAAA"),
                                  std::string("../../etc"), std::string(100'000, 'A'), std::string("\xff\x00\n", 3)}) {
    EXPECT_FALSE(cursors.open("q", text)) << text.substr(0, 20);
  }
}

TEST(Cursors, AQuestionDoesNotRunIntoItsPosition) {
  const Cursors cursors(std::string(32, 'k'));
  EXPECT_FALSE(cursors.open("a", cursors.seal("ab", "c")));
  EXPECT_NE(cursors.seal("ab", "c"), cursors.seal("a", "bc"));
}

}  // namespace
}  // namespace caudal::api::rest
