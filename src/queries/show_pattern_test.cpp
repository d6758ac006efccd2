// SPDX-License-Identifier: Apache-2.0
#include "queries/show_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "queries/errors.h"

namespace caudal::queries {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  return unwrap(ShowPattern::parse(pattern)).matches(name);
}

TEST(ShowPattern, IsTheWholeName) {
  EXPECT_TRUE(matches("tb_faturas", "tb_faturas"));
  EXPECT_FALSE(matches("tb", "tb_faturas"));
  EXPECT_FALSE(matches("faturas", "tb_faturas"));
  EXPECT_FALSE(matches("", "t"));
  EXPECT_TRUE(matches("TB_Faturas", "tb_faturas"));
}

TEST(ShowPattern, HasAStarForAnyCharacters) {
  for (const char* pattern : {"*", "**", ".*", "tb*", "*faturas", "*_*", "*a*a*", "tb.*"}) {
    EXPECT_TRUE(matches(pattern, "tb_faturas")) << pattern;
  }
  EXPECT_TRUE(matches("tb_*faturas", "tb_faturas")) << "none is any";
  EXPECT_TRUE(matches("t*f*s", "tb_faturas"));
  EXPECT_FALSE(matches("t*f*x", "tb_faturas"));
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_TRUE(matches("a*ab*b", "aababab"));
  EXPECT_FALSE(matches("*a*a*a*a*", "banana"));
}

TEST(ShowPattern, HasADotForOneCharacter) {
  EXPECT_TRUE(matches("book.cliente", "book_cliente"));
  EXPECT_FALSE(matches("book.", "book"));
}

TEST(ShowPattern, HasABarBetweenAlternatives) {
  EXPECT_TRUE(matches("*faturas|*pagamentos", "tb_pagamentos"));
  EXPECT_TRUE(matches("tb_a | tb_b", "tb_b"));
  EXPECT_FALSE(matches("a|b", "a|b"));
  EXPECT_FALSE(matches("a|", "b"));
}

// It would match no name, and look as though there were none.
TEST(ShowPattern, RefusesThePercentSignOfSql) {
  const auto refused = ShowPattern::parse("tb_%");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::statement_refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("write 'tb_*'"));
}

}  // namespace
}  // namespace caudal::queries
