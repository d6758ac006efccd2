// SPDX-License-Identifier: Apache-2.0
// Every code point there is, and every kind of sequence that is none.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace caudal {
namespace {

std::string encoded(uint32_t point) {
  std::string out;
  const auto push = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    push(point);
  } else if (point < 0x800) {
    push(0xC0 | point >> 6);
    push(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    push(0xE0 | point >> 12);
    push(0x80 | (point >> 6 & 0x3F));
    push(0x80 | (point & 0x3F));
  } else {
    push(0xF0 | point >> 18);
    push(0x80 | (point >> 12 & 0x3F));
    push(0x80 | (point >> 6 & 0x3F));
    push(0x80 | (point & 0x3F));
  }
  return out;
}

TEST(Utf8SequenceBytes, KnowsEveryCodePointAndNoSurrogate) {
  for (uint32_t point = 0; point < 0x120000; ++point) {
    const std::string text = encoded(point);
    const bool exists = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
    ASSERT_EQ(utf8_sequence_bytes(text + "x"), exists ? text.size() : 0) << std::hex << point;
    if (!exists) continue;
    ASSERT_EQ(utf8_sequence_bytes(text.substr(0, text.size() - 1)), 0u) << std::hex << point;
  }
}

TEST(IsUtf8, RefusesOverlongCutAndStrayBytes) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("ação €\0😀"));
  for (const char* text : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
                           "\xF8\x88\x80\x80", "\xC3", "\xC3(", "\xE2\x82", "\xE2(\xA1", "\xF0\x9F\x98", "a\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

TEST(ToValidUtf8, ReplacesBytesThatBelongNowhere) {
  EXPECT_EQ(to_valid_utf8("ação"), "ação");
  EXPECT_EQ(to_valid_utf8("a\xE7\xE3o"), "a\uFFFD\uFFFDo");
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_TRUE(is_utf8(to_valid_utf8("\xF0\x9F\x98\xC3\xA7\xFF")));
}

TEST(Utf8Prefix, NeverCutsACharacter) {
  EXPECT_EQ(utf8_prefix("ação", 100), "ação");
  EXPECT_EQ(utf8_prefix("ação", 2), "a");
  EXPECT_EQ(utf8_prefix("ação", 3), "aç");
  EXPECT_EQ(utf8_prefix("€", 2), "");
  EXPECT_EQ(utf8_prefix("x", 0), "");
}

}  // namespace
}  // namespace caudal
