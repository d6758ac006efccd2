// SPDX-License-Identifier: Apache-2.0
// Whether items fulfil conditions, and the errors of conditions. Most expressions with an error, and all messages, are
// those of dynalite's and Alternator's tests, which their authors ran against the service.
#include "items/expressions/condition.h"

#include <gtest/gtest.h>

#include <tuple>

#include "items/expressions/reserved_words.h"
#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items {
namespace {

using testing::item_of;
using testing::placeholders;

constexpr std::string_view kItem = R"({
  "n":{"N":"10"}, "s":{"S":"banana"}, "b":{"B":"AQID"}, "flag":{"BOOL":true}, "nothing":{"NULL":true},
  "tags":{"SS":["red","green"]}, "nums":{"NS":["1","5"]}, "bins":{"BS":["AQ=="]},
  "l":{"L":[{"S":"a"},{"N":"3"},{"NS":["1","2"]}]}, "m":{"M":{"deep":{"L":[{"M":{"v":{"N":"1"}}},{"M":{"v":{"N":"2"}}}]}}},
  "dotted.name":{"S":"yes"}})";
constexpr std::string_view kValues = R"({
  ":n9":{"N":"9"}, ":n10":{"N":"1e1"}, ":n11":{"N":"11"}, ":apple":{"S":"apple"}, ":banana":{"S":"banana"}, ":an":{"S":"an"},
  ":empty":{"S":""}, ":b1":{"B":"AQ=="}, ":b12":{"B":"AQI="}, ":true":{"BOOL":true}, ":null":{"NULL":true},
  ":red":{"S":"red"}, ":n5":{"N":"5.0"}, ":n3":{"N":"3"}, ":set12":{"NS":["2","1"]}, ":tags":{"SS":["green","red"]},
  ":S":{"S":"S"}, ":SS":{"S":"SS"}, ":NULL":{"S":"NULL"}, ":n6":{"N":"6"}, ":n2":{"N":"2"}, ":list":{"L":[]}, ":map":{"M":{}}})";

bool holds(std::string_view text, Placeholders::Names names = {}) {
  Placeholders given = placeholders(kValues, std::move(names));
  const Condition condition = unwrap(parse_condition(ExpressionKind::kCondition, text, given));
  return fulfils(item_of(kItem), condition);
}

TEST(Condition, ComparesValuesOfOneType) {
  for (const char* text : {"n = :n10", "n <> :n9", "n > :n9", "n >= :n10", "n < :n11", "n <= :n10", ":n9 < n",
                           "s > :apple", "s = :banana", "b > :b12", "b >= :b1", "flag = :true", "nothing = :null",
                           "tags = :tags", "l[2] = :set12", "m.deep[1].v = :n2", "m.deep[0].v < m.deep[1].v"}) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* text :
       {"n = :n9", "n <> :n10", "n < :n10", "n > :n10", "s < :apple", "flag <> :true", "tags <> :tags"}) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(Condition, OfOtherTypesOrOfNothingIsFalse) {
  for (const char* text : {"n = :apple",
                           "n < :apple",
                           "s > :n9",
                           "s >= :b1",
                           "gone = :n9",
                           "gone < :n9",
                           ":n9 < gone",
                           "gone = lost",
                           "gone >= lost",
                           "gone BETWEEN lost AND third",
                           "n BETWEEN :apple AND :banana",
                           "gone IN (:n9)",
                           "flag > n",
                           "l < n",
                           "m.gone = :n9",
                           "l[9] = :n9",
                           "s.x = :n9",
                           "s[0] = :n9",
                           "contains(gone, :an)",
                           "begins_with(gone, :an)",
                           "attribute_type(gone, :S)",
                           "size(gone) = :n9",
                           "size(n) = :n2",
                           "size(flag) = :n2",
                           "size(nothing) = :n2",
                           "size(s) = :apple"}) {
    EXPECT_FALSE(holds(text)) << text;
  }
  for (const char* text : {"gone <> :n9", "gone <> lost", "n <> :apple", "size(gone) <> :n9"}) {
    EXPECT_TRUE(holds(text)) << text;
  }
}

TEST(Condition, JoinsByPrecedence) {
  EXPECT_TRUE(holds("n = :n10 OR n = :n10 AND n = :n9"));
  EXPECT_FALSE(holds("(n = :n10 OR n = :n10) AND n = :n9"));
  EXPECT_TRUE(holds("NOT n = :n9 AND n = :n10"));
  EXPECT_FALSE(holds("not (n = :n10)"));
  EXPECT_TRUE(holds("NOT NOT NOT NOT n = :n10"));
  EXPECT_FALSE(holds("nOt n = :n10 Or n = :n9 aNd n = :n10"));
  EXPECT_TRUE(holds("n between :n9 and :n11 and n = :n10"));
  EXPECT_TRUE(holds("(n)between(:n9)and(:n11)"));
}

TEST(Condition, KnowsBetweenAndIn) {
  EXPECT_TRUE(holds("n BETWEEN :n10 AND :n10"));
  EXPECT_FALSE(holds("n BETWEEN :n11 AND :n11"));
  EXPECT_TRUE(holds("m.deep[0].v BETWEEN m.deep[0].v AND n"));
  EXPECT_TRUE(holds("n IN (:apple, :n10)"));
  EXPECT_FALSE(holds("n IN (:n9, gone)"));
  EXPECT_TRUE(holds(":n10 IN (s, n)"));
}

TEST(Condition, KnowsFunctions) {
  for (const char* text : {"attribute_exists(n)",
                           "attribute_exists (m.deep[1].v)",
                           "attribute_not_exists(m.deep[2])",
                           "attribute_exists(nothing)",
                           "attribute_type(s, :S)",
                           "attribute_type(tags, :SS)",
                           "attribute_type(nothing, :NULL)",
                           "begins_with(s, :empty)",
                           "begins_with(b, :b12)",
                           "begins_with(:banana, s)",
                           "contains(s, :an)",
                           "contains(b, :b1)",
                           "contains(tags, :red)",
                           "contains(nums, :n5)",
                           "contains(bins, :b1)",
                           "contains(l, :n3)",
                           "contains(l, :set12)",
                           "contains(:banana, s)",
                           "size(s) = :n6",
                           "size(b) = :n3",
                           "size(tags) = :n2",
                           "size(l) = size(b)",
                           "size(m) < size(l)",
                           "size(:banana) = :n6",
                           "(size(s)) > :n5"}) {
    EXPECT_TRUE(holds(text)) << text;
  }
  for (const char* text :
       {"attribute_exists(l[3])", "attribute_not_exists(n)", "attribute_type(s, :SS)", "begins_with(s, :an)",
        "begins_with(n, :S)", "begins_with(n, s)", "contains(n, :n10)", "contains(s, :n3)", "contains(tags, :apple)",
        "contains(nums, :red)", "contains(l, :n2)", "contains(b, :tags)"}) {
    EXPECT_FALSE(holds(text)) << text;
  }
}

TEST(Condition, ResolvesNames) {
  EXPECT_TRUE(holds("attribute_exists(#d)", {{"#d", "dotted.name"}}));
  EXPECT_FALSE(holds("attribute_exists(dotted.#n)", {{"#n", "name"}}));
  EXPECT_TRUE(holds("#and.#or[1].#v = :n2", {{"#and", "m"}, {"#or", "deep"}, {"#v", "v"}}));
}

TEST(Condition, TellsWhatItReads) {
  Placeholders given = placeholders(kValues);
  const Condition condition = unwrap(parse_condition(
      ExpressionKind::kFilter, "size(m.deep) > :n9 AND (s = :S OR NOT contains(l[0], s)) AND n IN (:n9, b)", given));
  EXPECT_EQ(attributes_of(condition), (std::vector<std::string>{"b", "l", "m", "n", "s"}));
}

// --- errors ---

std::string error_of(std::string_view text, std::string_view values = "{}", Placeholders::Names names = {},
                     ExpressionKind kind = ExpressionKind::kFilter) {
  Placeholders given = placeholders(values, std::move(names));
  const auto parsed = parse_condition(kind, text, given);
  if (parsed) return "no error";
  const std::string prefix = "Invalid " + std::string(to_string(kind)) + ": ";
  EXPECT_TRUE(parsed.error().message.starts_with(prefix)) << parsed.error().message;
  return parsed.error().message.substr(prefix.size());
}

TEST(ConditionSyntax, ErrorsNameTheTokenAndItsNeighbours) {
  EXPECT_EQ(error_of("a x b"), R"(Syntax error; token: "x", near: "a x b")");
  EXPECT_EQ(error_of("a > 4"), R"(Syntax error; token: "4", near: "> 4")");
  EXPECT_EQ(error_of("!!!"), R"(Syntax error; token: "!", near: "!!")");
  EXPECT_EQ(error_of("a ="), R"(Syntax error; token: "<EOF>", near: "=")");
  EXPECT_EQ(error_of("a"), R"(Syntax error; token: "<EOF>", near: "a")");
  EXPECT_EQ(error_of("a[].b = :v"), R"(Syntax error; token: "]", near: "[].")");
  EXPECT_EQ(error_of("ü > a"), R"(Syntax error; token: "ü", near: "ü >")");
  EXPECT_EQ(error_of("_hidden = :v"), R"(Syntax error; token: "_", near: "_hidden")");
  EXPECT_EQ(error_of("a = = :v"), R"(Syntax error; token: "=", near: "= = :v")");
  EXPECT_EQ(error_of("INVALID SYNTAX HERE"), R"(Syntax error; token: "SYNTAX", near: "INVALID SYNTAX HERE")");
}

TEST(ConditionSyntax, RefusesWhatDynamoDbRefuses) {
  for (const char* text : {"things are not gonna be ok",
                           "attribute_exists(Pictures-RearView)",
                           "attribute_exists(\"Pictures.RearView\")",
                           "attribute_exists(Pictures..RearView)",
                           "attribute_exists(Pi#ctures.RearView)",
                           "attribute_exists(asdf[a])",
                           "a in b, c",
                           "a > between",
                           "a in b",
                           "a in (b,c,)",
                           "(a)between(b.(c.d))and(c)",
                           "(a)between(b.c.d)and((c)",
                           "#$.b > a",
                           "a > :things.stuff",
                           "b[:a] > a",
                           "b[#_] > a",
                           "(a)between(b.c[4.5].#d)and(:a)",
                           "size(a).b > a",
                           "(size(a)).b > a",
                           "size(a)[0] > a",
                           "(size(a))[0] > a",
                           "a AND b = c",
                           "a = b AND c",
                           "NOT a",
                           "(a = b) = c",
                           "a = (b = c)",
                           "f(a = b)",
                           "a.:a < b.:b",
                           "(",
                           ")",
                           "()",
                           "a = b)",
                           "AND",
                           "a = b OR",
                           "a < b < c"}) {
    EXPECT_TRUE(error_of(text).starts_with("Syntax error; ")) << text << ": " << error_of(text);
  }
}

TEST(ConditionErrors, OfParentheses) {
  for (const char* text :
       {"a=a and a > ((views))", "(a)between(((b.c)).d)and(c)", "a > whatever((:things), ((a)))",
        "a=a AND ((a=a AND a=a)) AND a=a", "a=a OR ((a=a OR a=a)) OR a=a", "a=a AND ((a=a AND (a=a AND a=a)))",
        "a=a OR ((a=a OR (a=a OR a=a)))", "((attribute_not_exists(pk)))"}) {
    EXPECT_EQ(error_of(text), "The expression has redundant parentheses;") << text;
  }
  for (const char* text : {"(attribute_not_exists(pk)) AND (attribute_not_exists(sk))", "(a < b OR (c < b))",
                           "(a.b).c = d", "((a < b) AND (c < d))"}) {
    EXPECT_EQ(error_of(text), "no error") << text;
  }
  // Key conditions alone may have them.
  EXPECT_EQ(error_of("((a = b)) AND ((c = d))", "{}", {}, ExpressionKind::kKeyCondition), "no error");
}

TEST(ConditionErrors, OfFunctions) {
  EXPECT_EQ(error_of("a=a and whatever((:things)) > a"), "Invalid function name; function: whatever");
  EXPECT_EQ(error_of("attRIbute_exIsts((views), #a)"), "Invalid function name; function: attRIbute_exIsts");
  EXPECT_EQ(error_of("if_not_exists(a, b) = c"),
            "The function is not allowed in a condition expression; function: if_not_exists");
  const std::pair<const char*, const char*> kMisused[] = {
      {"a=a and attribute_exists((views), (#a)) > b", "attribute_exists"},
      {"attribute_not_exists(things) > b", "attribute_not_exists"},
      {"attribute_type(things, :a) > b", "attribute_type"},
      {"begins_with(things, a) > b", "begins_with"},
      {"contains(:things, c) > b", "contains"},
      {"size(contains(a, b)) > a", "contains"},
      {"size(things)", "size"},
      {"a = b AND size(things)", "size"},
      {"NOT size(things)", "size"},
      {"a between b and attribute_exists(things)", "attribute_exists"},
      {"a in (b, attribute_exists(things))", "attribute_exists"},
  };
  for (const auto& [text, name] : kMisused) {
    EXPECT_EQ(error_of(text),
              "The function is not allowed to be used this way in an expression; function: " + std::string(name))
        << text;
  }
}

TEST(ConditionErrors, OfReservedWords) {
  EXPECT_EQ(error_of("attribute_exists(views, #a)"), "Attribute name is a reserved keyword; reserved keyword: views");
  EXPECT_EQ(error_of(":a < abOrT"), "Attribute name is a reserved keyword; reserved keyword: abOrT");
  EXPECT_EQ(error_of("a.status = b"), "Attribute name is a reserved keyword; reserved keyword: status");
  EXPECT_TRUE(is_reserved_word("Zone"));
  EXPECT_TRUE(is_reserved_word("abort"));
  EXPECT_FALSE(is_reserved_word("amount"));
  EXPECT_FALSE(is_reserved_word(""));
  EXPECT_FALSE(is_reserved_word("deterministically_long"));
}

TEST(ConditionErrors, OfPlaceholders) {
  const std::pair<const char*, const char*> kNames[] = {
      {"attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"},
      {"begins_with(Pictures.#RearView)", "#RearView"},
      {"(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"},
      {"#4g > a", "#4g"},
      {"(a)between(b.c[45].#d)and(:a)", "#d"},
  };
  for (const auto& [text, name] : kNames) {
    EXPECT_EQ(
        error_of(text),
        "An expression attribute name used in the document path is not defined; attribute name: " + std::string(name));
  }
  const std::pair<const char*, const char*> kValueNames[] = {
      {"begins_with(:hello, #a, #b)", ":hello"}, {":a < :b", ":a"}, {":_ > a", ":_"}};
  for (const auto& [text, name] : kValueNames) {
    EXPECT_EQ(error_of(text),
              "An expression attribute value used in expression is not defined; attribute value: " + std::string(name));
  }
}

TEST(ConditionErrors, OfOperands) {
  const std::tuple<const char*, const char*, int> kCounts[] = {
      {"attribute_exists(things, a) and a=a", "attribute_exists", 2},
      {"attribute_type(things)", "attribute_type", 1},
      {"begins_with(things, size(a), b)", "begins_with", 3},
      {"contains(things)", "contains", 1},
      {"size(things, a) > b", "size", 2}};
  for (const auto& [text, name, count] : kCounts) {
    EXPECT_EQ(error_of(text), "Incorrect number of operands for operator or function; operator or function: " +
                                  std::string(name) + ", number of operands: " + std::to_string(count));
  }
  const std::tuple<const char*, const char*, const char*, const char*> kTypes[] = {
      {"attribute_type(a, size(a)) and a=a and a=:a", "attribute_type", R"({":a":{"N":"1"}})", "N"},
      {"attribute_type(a, :a)", "attribute_type", R"({":a":{"L":[]}})", "L"},
      {"attribute_type(a, b)", "attribute_type", "{}", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
      {"begins_with(a, size(a)) and a=:a", "begins_with", R"({":a":{"N":"1"}})", "N"},
      {"begins_with(:a, a)", "begins_with", R"({":a":{"SS":["1"]}})", "SS"},
      {"size(size(a)) > :a", "size", R"({":a":{"N":"1"}})", "N"},
      {"attribute_not_exists(size(:a))", "size", R"({":a":{"N":"1"}})", "N"},
      {"size(:a) > a", "size", R"({":a":{"NULL":true}})", "NULL"},
      {"a < :a", "<", R"({":a":{"BOOL":true}})", "BOOL"},
      {":a >= a", ">=", R"({":a":{"L":[{"N":"1"}]}})", "L"},
      {"a BETWEEN :a AND :a", "BETWEEN", R"({":a":{"M":{}}})", "M"}};
  for (const auto& [text, name, values, type] : kTypes) {
    EXPECT_EQ(error_of(text, values), "Incorrect operand type for operator or function; operator or function: " +
                                          std::string(name) + ", operand type: " + type)
        << text;
  }
  EXPECT_EQ(error_of("attribute_type(a, :a)", R"({":a":{"S":"1"}})"),
            "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  EXPECT_EQ(error_of("attribute_exists(:a) and a=a", R"({":a":{"S":"1"}})"),
            "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(error_of("attribute_not_exists(size(:a))", R"({":a":{"S":"1"}})"),
            "Operator or function requires a document path; operator or function: attribute_not_exists");
}

TEST(ConditionErrors, OfOperandsThatAreTheSame) {
  const std::tuple<const char*, const char*, const char*> kCases[] = {
      {"a = a AND #a = b AND :views > a", "=", "[a]"},
      {"#a <> a", "<>", "[a]"},
      {"((a=a) OR (a=a))", "=", "[a]"},
      {"contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"}};
  for (const auto& [text, name, path] : kCases) {
    EXPECT_EQ(
        error_of(text, "{}", {{"#a", "a"}}),
        "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
            std::string(name) + ", first operand: " + path);
  }
  EXPECT_EQ(error_of(":a > :a", R"({":a":{"N":"1"}})"), "no error");
}

TEST(ConditionErrors, OfBetween) {
  EXPECT_EQ(error_of("a between :b and :a", R"({":a":{"S":"a"},":b":{"N":"1"}})"),
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
            "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}");
  EXPECT_EQ(
      error_of("a between :b and :a", R"({":a":{"S":"a"},":b":{"S":"b"}})"),
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
      "AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}");
}

// --- limits ---

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ConditionLimits, OfSize) {
  const std::string name(4'096 - 3, 'a');
  EXPECT_EQ(error_of(name + "<b"), "no error") << "4,095 bytes";
  EXPECT_EQ(error_of(""), "The expression can not be empty;");
  EXPECT_EQ(error_of(" \t\r\n"), "The expression can not be empty;");
  for (const std::string& text :
       {std::string(4'097, '('), "a<b " + repeated("and (a<b ", 20'000) + repeated(")", 20'000), repeated("(", 10'000),
        repeated("not ", 250'000) + "a<b"}) {
    EXPECT_EQ(error_of(text),
              "Expression size has exceeded the maximum allowed size; expression size: " + std::to_string(text.size()));
  }
}

TEST(ConditionLimits, OfOperatorsAndNesting) {
  const auto chained = [](size_t depth) { return "a<b " + repeated("or (a<b ", depth) + repeated(")", depth); };
  EXPECT_EQ(error_of(chained(149)), "no error") << "299 operators";
  EXPECT_EQ(error_of(chained(150)), "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(error_of(chained(454)), "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(error_of(repeated("not ", 1'000) + "a<b"),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(error_of(repeated("not ", 298) + "a<b"), "no error");
  EXPECT_EQ(error_of(repeated("(", 2'046) + "a<b" + repeated(")", 2'046)), "The expression has redundant parentheses;");
  EXPECT_NE(error_of(repeated("(", 4'096)), "no error");
  EXPECT_EQ(error_of("a < " + repeated("f(", 1'355) + "b" + repeated(")", 1'355)),
            "Invalid function name; function: f");
  EXPECT_EQ(error_of("a < " + repeated("size(", 600) + "b" + repeated(")", 600)),
            "Incorrect operand type for operator or function; operator or function: size, operand type: N");
}

TEST(ConditionLimits, OfInAndPaths) {
  const auto in = [](size_t operands) {
    std::string text = "a IN (b";
    for (size_t i = 1; i < operands; ++i) text += ",b";
    return text + ")";
  };
  EXPECT_EQ(error_of(in(100)), "no error");
  EXPECT_EQ(error_of(in(101)), "The IN operator is provided with too many operands; number of operands: 101");
  EXPECT_EQ(error_of("a" + repeated(".b", 31) + " = c"), "no error");
  EXPECT_EQ(error_of("a" + repeated(".b", 32) + " = c"),
            "The document path has too many nesting levels; nesting levels: 33");
  EXPECT_EQ(error_of("a[4294967295] = b"), "List index is not within the allowable range; index: [4294967295]");
  EXPECT_EQ(error_of("a[2147483647] = b"), "no error");
}

}  // namespace
}  // namespace caudal::items
