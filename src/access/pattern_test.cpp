// SPDX-License-Identifier: Apache-2.0
// Patterns: wildcards, variables, ARNs, and the time that hostile ones take.
#include "access/pattern.h"

#include <gtest/gtest.h>

#include <map>

#include "base/check.h"
#include "base/random.h"

namespace caudal::access {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

class Variables final : public VariableSource {
 public:
  explicit Variables(Values values = {}) : values_(std::move(values)) {}
  std::optional<std::string> variable(std::string_view key) const override {
    const auto found = values_.find(key);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  Values values_;
};

Pattern compiled(std::string_view text, Pattern::Syntax syntax = {}) {
  auto pattern = Pattern::compile(text, syntax);
  CHECK(pattern.has_value(), "the pattern was expected to compile");
  return *std::move(pattern);
}

bool fits(std::string_view pattern, std::string_view text) {
  return compiled(pattern).matches(text, Variables()) == Match::kYes;
}

TEST(Pattern, WithoutWildcardsIsTheTextItself) {
  EXPECT_TRUE(fits("abc", "abc"));
  EXPECT_FALSE(fits("abc", "ab"));
  EXPECT_FALSE(fits("abc", "abcd"));
  EXPECT_FALSE(fits("abc", "ABC"));
  EXPECT_TRUE(fits("", ""));
  EXPECT_FALSE(fits("", "a"));
}

TEST(Pattern, AStarIsAnyTextAndAQuestionMarkOneByte) {
  EXPECT_TRUE(fits("*", ""));
  EXPECT_TRUE(fits("*", "anything/at:all"));
  EXPECT_TRUE(fits("a*", "a"));
  EXPECT_TRUE(fits("a*c", "abbbc"));
  EXPECT_TRUE(fits("a*b*c", "a-b-b-c-c"));
  EXPECT_FALSE(fits("a*c", "abbbcd"));
  EXPECT_TRUE(fits("a?c", "abc"));
  EXPECT_FALSE(fits("a?c", "ac"));
  EXPECT_FALSE(fits("a?", "a"));
  EXPECT_TRUE(fits("?*?", "ab"));
  EXPECT_FALSE(fits("?*?", "a"));
  EXPECT_TRUE(fits("**", ""));
  EXPECT_TRUE(fits("*.csv", "a.csv.csv"));
}

TEST(Pattern, ReachesOverSlashesAsS3sResourcesDo) {
  EXPECT_TRUE(fits("arn:aws:s3:::lake/raw/*.csv", "arn:aws:s3:::lake/raw/2024/01/a.csv"));
  EXPECT_TRUE(fits("arn:aws:s3:::*", "arn:aws:s3:::lake/raw"));
}

TEST(Pattern, VariablesTakeTheirValueAndItsStarsAreStars) {
  const Variables ana(Values{{"aws:username", "ana"}, {"s3:prefix", "a*"}});
  const Pattern home = compiled("arn:aws:s3:::lake/home/${aws:username}/*");
  EXPECT_EQ(home.matches("arn:aws:s3:::lake/home/ana/x", ana), Match::kYes);
  EXPECT_EQ(home.matches("arn:aws:s3:::lake/home/bob/x", ana), Match::kNo);
  EXPECT_EQ(compiled("${AWS:UserName}").matches("ana", ana), Match::kYes) << "names in any case";
  EXPECT_EQ(compiled("${s3:prefix}").matches("abc", ana), Match::kNo) << "a value is no pattern";
  EXPECT_EQ(compiled("${s3:prefix}").matches("a*", ana), Match::kYes);
}

TEST(Pattern, AVariableWithoutValueEqualsNothingUnlessItHasADefault) {
  const Variables none;
  EXPECT_EQ(compiled("${aws:username}").matches("", none), Match::kUnresolved);
  EXPECT_EQ(compiled("home/${aws:username}/*").matches("home//x", none), Match::kUnresolved);
  EXPECT_EQ(compiled("${aws:username, 'guest'}").matches("guest", none), Match::kYes);
  EXPECT_EQ(compiled("${aws:username,'guest'}").matches("guest", Variables(Values{{"aws:username", "ana"}})),
            Match::kNo);
}

TEST(Pattern, EscapedSignsAreThemselves) {
  const Variables none;
  EXPECT_EQ(compiled("a${*}b").matches("a*b", none), Match::kYes);
  EXPECT_EQ(compiled("a${*}b").matches("axb", none), Match::kNo);
  EXPECT_EQ(compiled("${?}${$}{x}").matches("?${x}", none), Match::kYes);
}

TEST(Pattern, RefusesVariablesThatDoNotEndOrHaveNoName) {
  for (const char* text : {"${", "${aws:username", "a${}", "${ }", "${a, b}", "${a,'b}", "${, 'b'}"}) {
    EXPECT_FALSE(Pattern::compile(text, {})) << text;
  }
  EXPECT_TRUE(Pattern::compile("${", {.variables = false})) << "text before 2012-10-17";
  EXPECT_EQ(compiled("${a}", {.variables = false}).matches("${a}", Variables()), Match::kYes);
  EXPECT_TRUE(fits("$a{b}", "$a{b}"));
}

TEST(Pattern, MayDisregardCaseOnItsSideAndOfValues) {
  const Pattern pattern = compiled("S3:Get*-${k}", {.ignore_case = true});
  EXPECT_EQ(pattern.matches("s3:getobject-abc", Variables(Values{{"k", "ABC"}})), Match::kYes);
}

TEST(Pattern, WithoutWildcardsInItsSyntaxStarsAreText) {
  const Pattern pattern = compiled("a*?", {.wildcards = false});
  EXPECT_EQ(pattern.matches("a*?", Variables()), Match::kYes);
  EXPECT_EQ(pattern.matches("abc", Variables()), Match::kNo);
}

TEST(Pattern, ArnsAreComparedFieldByField) {
  const auto arn = [](std::string_view pattern, std::string_view text) {
    return compiled(pattern).matches_arn(text, Variables()) == Match::kYes;
  };
  EXPECT_TRUE(arn("arn:aws:iam::*:user/ana", "arn:aws:iam::000000000000:user/ana"));
  EXPECT_FALSE(arn("arn:aws:iam::*", "arn:aws:iam::000000000000:user/ana")) << "a star stays in its field";
  EXPECT_FALSE(arn("arn:*:user/ana", "arn:aws:iam::000000000000:user/ana"));
  EXPECT_TRUE(arn("arn:aws:*:*:*:user/*", "arn:aws:iam::000000000000:user/a:b")) << "the last field has what is left";
  EXPECT_TRUE(arn("*", "arn:aws:iam::000000000000:user/ana"));
  EXPECT_FALSE(arn("arn:aws:s3:::lake", "arn:aws:s3:::lake/a"));
}

TEST(Pattern, MentionsTheKeysOfItsVariables) {
  EXPECT_TRUE(compiled("a/${s3:ExistingObjectTag/team}").mentions("s3:existingobjecttag/"));
  EXPECT_FALSE(compiled("a/s3:existingobjecttag/").mentions("s3:existingobjecttag/"));
}

// The definition of matching, which takes exponential time in bad cases.
bool naive_match(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return naive_match(pattern.substr(1), text) || (!text.empty() && naive_match(pattern, text.substr(1)));
  }
  if (text.empty() || (pattern.front() != '?' && pattern.front() != text.front())) return false;
  return naive_match(pattern.substr(1), text.substr(1));
}

TEST(Pattern, AgreesWithTheDefinitionOnRandomTexts) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  const auto draw = [&](std::string_view letters, size_t most) {
    std::string text;
    for (size_t left = random.below(most + 1); left > 0; --left) text += letters[random.below(letters.size())];
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string pattern = draw("ab*?", 8);
    const std::string text = draw("ab", 8);
    ASSERT_EQ(fits(pattern, text), naive_match(pattern, text)) << pattern << " against " << text;
  }
}

TEST(Pattern, ManyStarsCostNoMoreThanPatternTimesText) {
  std::string stars;
  for (int index = 0; index < 5000; ++index) stars += "a*";
  const Pattern pattern = compiled(stars + "b");
  EXPECT_EQ(pattern.matches(std::string(1024, 'a'), Variables()), Match::kNo);
  EXPECT_EQ(compiled("*" + std::string(500, 'a') + "b").matches(std::string(1024, 'a'), Variables()), Match::kNo);
}

}  // namespace
}  // namespace caudal::access
