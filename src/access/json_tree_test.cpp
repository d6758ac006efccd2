// SPDX-License-Identifier: Apache-2.0
// The JSON reader: what it takes is what simdjson takes, and places are those that a person would point at.
#include "access/json_tree.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "access/errors.h"
#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal::access {
namespace {

using Kind = JsonValue::Kind;

TEST(JsonTree, ReadsEveryKindOfValue) {
  const JsonValue root = unwrap(parse_json(R"( {"a": [1, -2.5e3, true, null], "b": {"c": "x"}, "d": []} )"));
  ASSERT_TRUE(root.is(Kind::kObject));
  const JsonValue& list = *root.find("a");
  ASSERT_EQ(list.elements.size(), 4U);
  EXPECT_EQ(list.elements[0].text, "1");
  EXPECT_EQ(list.elements[1].text, "-2.5e3");
  EXPECT_TRUE(list.elements[2].is(Kind::kBoolean));
  EXPECT_TRUE(list.elements[3].is(Kind::kNull));
  EXPECT_EQ(root.find("b")->find("c")->text, "x");
  EXPECT_TRUE(root.find("d")->elements.empty());
  EXPECT_EQ(root.find("e"), nullptr);
}

TEST(JsonTree, UnescapesStringsInNamesToo) {
  const JsonValue root = unwrap(parse_json(R"({"\u0041\n": "\"\\\/\b\f\r\t\u00e9\u20ac\ud83d\ude00 é"})"));
  EXPECT_EQ(root.members.at(0).first, "A\n");
  EXPECT_EQ(root.members.at(0).second.text, "\"\\/\b\f\r\té€😀 é");
}

TEST(JsonTree, KeepsRepeatedMembersForWhoeverRefusesThem) {
  EXPECT_EQ(unwrap(parse_json(R"({"a": 1, "a": 2})")).members.size(), 2U);
}

struct Wrong {
  const char* text;
  const char* expected;
  const char* place;
};

TEST(JsonTree, SaysWhatWasExpectedAndWhere) {
  for (const Wrong& wrong :
       {Wrong{"{\"a\": }", "a value", "line 1, column 7"},
        Wrong{"{\n  \"a\": 1\n  \"b\": 2\n}", "',' or '}'", "line 3, column 3"},
        Wrong{"{\"a\" 1}", "':'", "line 1, column 6"},
        Wrong{"{a: 1}", "a member's name in double quotes", "line 1, column 2"},
        Wrong{"[1 2]", "',' or ']'", "line 1, column 4"}, Wrong{"[1,]", "a value", "line 1, column 4"},
        Wrong{"{\"a\": 1,}", "a member's name in double quotes", "line 1, column 9"},
        Wrong{"\"abc", "the end of the string", "line 1, column 5"}, Wrong{"\"\\x\"", "an escape", "line 1, column 3"},
        Wrong{"\"\\u12g4\"", "four hexadecimal digits", "line 1, column 6"},
        Wrong{"\"\\ud800x\"", "the second half of a surrogate pair", "line 1, column 8"},
        Wrong{"\"\\udc00\"", "the first half of a surrogate pair", "line 1, column 8"},
        Wrong{"\"a\nb\"", "an escape for a control character", "line 1, column 3"},
        Wrong{"01", "nothing after the document's end", "line 1, column 2"}, Wrong{"1.", "a digit", "line 1, column 3"},
        Wrong{"1e+", "a digit", "line 1, column 4"}, Wrong{"truth", "a value", "line 1, column 1"},
        Wrong{"{} {}", "nothing after the document's end", "line 1, column 4"},
        Wrong{"", "a value", "line 1, column 1"}}) {
    const auto parsed = parse_json(wrong.text);
    ASSERT_FALSE(parsed) << wrong.text;
    EXPECT_EQ(parsed.error().code, make_error_code(Errc::malformed_policy));
    EXPECT_NE(parsed.error().message.find(wrong.expected), std::string::npos) << parsed.error().message;
    EXPECT_NE(parsed.error().context.at(0).find(wrong.place), std::string::npos) << parsed.error().context.at(0);
  }
}

TEST(JsonTree, RefusesWhatIsNotUtf8AndWhatIsTooDeep) {
  EXPECT_FALSE(parse_json("\"caf\xe9\""));
  EXPECT_TRUE(parse_json(std::string(16, '[') + std::string(16, ']')));
  EXPECT_FALSE(parse_json(std::string(17, '[') + std::string(17, ']')));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '['))) << "and does not run out of stack";
}

TEST(JsonTree, TakesWhatSimdjsonTakes) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  const std::string_view pieces[] = {"{",       "}",           "[",    "]",  ":",    ",",    "\"a\"",
                                     "\"\\n\"", "1",           "-0.5", "0",  "true", "null", " ",
                                     "\n",      "\"\\u00e9\"", "x",    "\\", "\"",   "01",   "-"};
  simdjson::dom::parser parser;
  size_t taken = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text = round % 3 == 0 ? "{\"a\":" : "";
    for (size_t left = random.below(7); left > 0; --left) text += pieces[random.below(std::size(pieces))];
    if (round % 3 == 0) text += "}";
    simdjson::dom::element element;
    const bool theirs = parser.parse(text).get(element) == simdjson::SUCCESS;
    ASSERT_EQ(parse_json(text).has_value(), theirs) << text;
    taken += theirs ? 1 : 0;
  }
  EXPECT_GT(taken, 500U);
}

TEST(DescribePlace, CountsLinesAndColumnsFromOne) {
  EXPECT_EQ(describe_place("ab\ncd", 0), "line 1, column 1");
  EXPECT_EQ(describe_place("ab\ncd", 2), "line 1, column 3");
  EXPECT_EQ(describe_place("ab\ncd", 3), "line 2, column 1");
  EXPECT_EQ(describe_place("ab\ncd", 99), "line 2, column 3");
}

}  // namespace
}  // namespace caudal::access
