// SPDX-License-Identifier: Apache-2.0
#include "aws/shapes/pattern.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace caudal::aws {
namespace {

struct Case {
  std::string_view pattern, text;
  bool matches;
};

// The forms that occur in the models.
TEST(Pattern, MatchesTheWholeTextAsJavaDoes) {
  const Case cases[] = {
      {"[a-zA-Z0-9_.-]+", "Music.2-x_", true},
      {"[a-zA-Z0-9_.-]+", "Mu sic", false},
      {"[a-zA-Z0-9_.-]+", "", false},
      {"[0-9]{12}", "123456789012", true},
      {"[0-9]{12}", "1234567890123", false},
      {"([0-9a-f]{16})+", "0123456789abcdef0123456789abcdef", true},
      {"([0-9a-f]{16})+", "0123456789abcdef0", false},
      {"[,;:|\\t ]", "\t", true},
      {"[,;:|\\t ]", ",,", false},
      {"^[^\\$]+$", "token", true},
      {"^[^\\$]+$", "to$ken", false},
      {"^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$", "my-bucket.x_1", true},
      {"^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$", "my-bucket-", false},
      {"[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*", "a b!", true},
      {"[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*", "a,b", false},
      {"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*", "a\tb\xc3\xa9\xf0\x9d\x84\x9e", true},
      {"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*", "a\nb", false},
      {"^\\w+\\.\\w+$", "a.b", true},
      {"^\\w+\\.\\w+$", "a.b.c", false},
      {"^([2-3]|3[.]9)$", "3.9", true},
      {"^([2-3]|3[.]9)$", "39", false},
      {"[^:*]*", "", true},
      {"[^:*]*", "a:b", false},
      {"arn:(aws|aws-us-gov|aws-cn):glue:.*", "arn:aws-cn:glue:x:y", true},
      {"arn:(aws|aws-us-gov|aws-cn):glue:.*", "arn:aws-iso:glue:x", false},
      {"\\S+", "abc", true},
      {"\\S+", "a c", false},
      {"[a-zA-Z0-9._-]{1,128}", "primary", true},
      {"\\/.+\\/.+", "/a/b", true},
      {"[\\p{L}\\p{N}\\p{P}]*", "Gr\xc3\xbc\xc3\x9f\x65_1.", true},
      {"[\\p{L}\\p{N}\\p{P}]*", "a b", false},
      {"^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+$", "arn:aws:iam::123456789012:role/x", true},
      {"a|b$|^c", "b", true},
      {"(ab?)*c", "abaabc", true},
      {"(ab?)*c", "abbc", false}};
  for (const Case& c : cases) {
    EXPECT_TRUE(is_known_pattern(c.pattern)) << c.pattern;
    EXPECT_EQ(matches_pattern(c.pattern, c.text), c.matches) << c.pattern << " against " << c.text;
  }
}

TEST(Pattern, TellsWhatItCannotRead) {
  for (const std::string_view pattern : {"(a", "a)", "[\\q]", "\\p{Greek}", "a{", "a{2", "*a", "\\xzz", "\\ud800a"}) {
    EXPECT_FALSE(is_known_pattern(pattern)) << pattern;
  }
}

TEST(Pattern, HopelessBacktrackingEnds) {
  EXPECT_FALSE(matches_pattern("(a*)*b", std::string(5'000, 'a')));
  EXPECT_FALSE(matches_pattern("(a|aa)+$b", std::string(60, 'a')));
}

}  // namespace
}  // namespace caudal::aws
