// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/encoding.h"

#include <gtest/gtest.h>

namespace caudal::delivery {
namespace {

TEST(Utf8, AcceptsEveryLengthAndRefusesMalformedSequences) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain text that is longer than sixteen bytes"));
  EXPECT_TRUE(is_utf8("ação € 😀 no fim"));
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "sixteen ascii bytes then \xE9 latin"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(Utf8, EveryCodePointRoundTrips) {
  for (char32_t point = 0; point <= 0x10FFFF; point += 7) {
    std::string text;
    if (point < 0x80) {
      text = {static_cast<char>(point)};
    } else if (point < 0x800) {
      text = {static_cast<char>(0xC0 | (point >> 6)), static_cast<char>(0x80 | (point & 0x3F))};
    } else if (point < 0x10000) {
      text = {static_cast<char>(0xE0 | (point >> 12)), static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
              static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | (point >> 18)), static_cast<char>(0x80 | ((point >> 12) & 0x3F)),
              static_cast<char>(0x80 | ((point >> 6) & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
    }
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    EXPECT_EQ(utf8_sequence_size(text), surrogate ? 0 : text.size()) << static_cast<uint32_t>(point);
  }
}

TEST(Latin1, BecomesUtf8ByteByByte) {
  std::string out = ">";
  append_latin1_as_utf8("a\xE7\xE3o \xFF\x80", out);
  EXPECT_EQ(out, ">ação ÿ\xC2\x80");
}

TEST(Replacements, KeepWhatIsValid) {
  EXPECT_EQ(utf8_with_replacements("a\xE7 ção\xC3"), "a\xEF\xBF\xBD ção\xEF\xBF\xBD");
  EXPECT_EQ(utf8_with_replacements("intacto"), "intacto");
}

TEST(Ascii, SeesTheHighBitAnywhere) {
  for (size_t i = 0; i < 20; ++i) {
    std::string text(20, 'a');
    EXPECT_TRUE(is_ascii(text));
    text[i] = '\xE9';
    EXPECT_FALSE(is_ascii(text)) << i;
  }
}

}  // namespace
}  // namespace caudal::delivery
