// SPDX-License-Identifier: Apache-2.0
// How streams are named to clients, and what clients may send back. What the SDK makes of them is tested in
// tests/dynamodb.
#include <gtest/gtest.h>

#include "api/dynamodb/stream_names.h"

namespace caudal::api::dynamodb {
namespace {

TEST(StreamNames, SequenceNumbersSortAsTextAndComeBack) {
  const items::Sequence now = items::Sequence{1'800'000'000'000} << 20;
  std::string last;
  for (const items::Sequence sequence : {now, now + 1, now + 2, now + (items::Sequence{1} << 20), now * 4}) {
    const std::string text = to_text(sequence);
    EXPECT_GE(text.size(), 21U);
    EXPECT_LE(text.size(), 40U);
    if (sequence != now * 4) {
      EXPECT_GT(text, last);
    }
    last = text;
    EXPECT_EQ(sequence_of(text), sequence);
  }
  for (const char* text : {"", "00000", "x00000", "100000000000000000000001", "99999999999999999999999900000",
                           "-180000000000000000000000", "1800000000000000000 00000"}) {
    EXPECT_FALSE(sequence_of(text)) << text;
  }
}

}  // namespace
}  // namespace caudal::api::dynamodb
