// SPDX-License-Identifier: Apache-2.0
// What updates make of items, and their errors. Most expressions with an error, and all messages, are those of
// dynalite's tests, which their authors ran against the service.
#include "items/expressions/update.h"

#include <gtest/gtest.h>

#include <tuple>

#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items {
namespace {

using testing::item_of;
using testing::json_of;
using testing::placeholders;

constexpr std::string_view kItem =
    R"({"id":{"S":"p"},"n":{"N":"10"},"s":{"S":"x"},"tags":{"SS":["a","b"]},)"
    R"("l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]},"m":{"M":{"c":{"N":"1"},"t":{"NS":["1","2"]}}}})";
constexpr std::string_view kValues =
    R"({":n1":{"N":"1"},":n5":{"N":"5"},":x":{"S":"x"},":y":{"S":"y"},":l":{"L":[{"S":"e"}]},
  ":empty":{"L":[]},":ss":{"SS":["b","c"]},":ab":{"SS":["a","b"]},":ns":{"NS":["2","3"]},":m":{"M":{"k":{"S":"v"}}},
  ":big":{"N":"9e125"},":bs":{"BS":["AQ=="]}})";

Result<Item> after(std::string_view text, std::string_view item = kItem, Placeholders::Names names = {}) {
  Placeholders given = placeholders(kValues, std::move(names));
  return apply(unwrap(parse_update(text, given)), item_of(item));
}

// What an attribute is afterwards, as JSON.
std::string attribute_after(std::string_view text, std::string_view attribute, std::string_view item = kItem) {
  const Item result = unwrap(after(text, item));
  const Value* const value = result.find(attribute);
  if (value == nullptr) return "nothing";
  std::string out;
  append_typed_json(out, *value);
  return out;
}

std::string error_after(std::string_view text, std::string_view item = kItem, Placeholders::Names names = {}) {
  const auto result = after(text, item, std::move(names));
  return result ? "no error: " + json_of(*result) : result.error().message;
}

TEST(UpdateSet, PutsValuesAndReadsTheItemAsItWas) {
  EXPECT_EQ(attribute_after("SET s = :y", "s"), R"({"S":"y"})");
  EXPECT_EQ(attribute_after("SET fresh = s", "fresh"), R"({"S":"x"})");
  EXPECT_EQ(attribute_after("SET n = s, s = n", "n"), R"({"S":"x"})");
  EXPECT_EQ(attribute_after("SET n = s, s = n", "s"), R"({"N":"10"})");
}

TEST(UpdateSet, AddsAndSubtractsExactly) {
  EXPECT_EQ(attribute_after("SET n = n + :n5", "n"), R"({"N":"15"})");
  EXPECT_EQ(attribute_after("SET n = :n5 - n", "n"), R"({"N":"-5"})");
  EXPECT_EQ(attribute_after("SET m.c = m.c + l[3]", "m"), R"({"M":{"c":{"N":"4"},"t":{"NS":["1","2"]}}})");
  EXPECT_EQ(attribute_after("SET n = (n + (:n5))", "n"), R"({"N":"15"})");
  EXPECT_EQ(attribute_after("SET n = if_not_exists(gone, :n1) + :n5", "n"), R"({"N":"6"})");
  EXPECT_EQ(error_after("SET n = :big + :big"),
            "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

TEST(UpdateSet, KnowsItsFunctions) {
  EXPECT_EQ(attribute_after("SET n = if_not_exists(n, :n5)", "n"), R"({"N":"10"})");
  EXPECT_EQ(attribute_after("SET q = if_not_exists(q, :n5)", "q"), R"({"N":"5"})");
  EXPECT_EQ(attribute_after("SET l = list_append(:l, :l)", "l"), R"({"L":[{"S":"e"},{"S":"e"}]})");
  EXPECT_EQ(attribute_after("SET q = list_append(if_not_exists(q, :empty), :l)", "q"), R"({"L":[{"S":"e"}]})");
  EXPECT_EQ(attribute_after("SET q = if_not_exists(q, if_not_exists(r, s))", "q"), R"({"S":"x"})");
}

TEST(UpdateSet, PutsElementsOfListsInTheirPlaces) {
  EXPECT_EQ(attribute_after("SET l[1] = :y", "l"), R"({"L":[{"N":"0"},{"S":"y"},{"N":"2"},{"N":"3"}]})");
  // Beyond the end they follow it, in the order of their indexes.
  EXPECT_EQ(attribute_after("SET l[9] = :y, l[7] = :x", "l"),
            R"({"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"},{"S":"x"},{"S":"y"}]})");
  EXPECT_EQ(attribute_after("SET l[0] = :x", "l", R"({"l":{"L":[]}})"), R"({"L":[{"S":"x"}]})");
}

TEST(UpdateRemove, TakesAwayWhatIsThere) {
  EXPECT_EQ(attribute_after("REMOVE s", "s"), "nothing");
  EXPECT_EQ(attribute_after("REMOVE gone, m.c", "m"), R"({"M":{"t":{"NS":["1","2"]}}})");
  EXPECT_EQ(attribute_after("REMOVE m.gone", "m"), R"({"M":{"c":{"N":"1"},"t":{"NS":["1","2"]}}})");
  // All indexes mean the list as it was.
  EXPECT_EQ(attribute_after("REMOVE l[0], l[2], l[17]", "l"), R"({"L":[{"N":"1"},{"N":"3"}]})");
  EXPECT_EQ(attribute_after("REMOVE l[0] SET l[1] = :x, l[8] = :y", "l"),
            R"({"L":[{"S":"x"},{"N":"2"},{"N":"3"},{"S":"y"}]})");
}

TEST(UpdateAddAndDelete, WorkOnNumbersAndSets) {
  EXPECT_EQ(attribute_after("ADD n :n5", "n"), R"({"N":"15"})");
  EXPECT_EQ(attribute_after("ADD q :n5", "q"), R"({"N":"5"})");
  EXPECT_EQ(attribute_after("ADD tags :ss", "tags"), R"({"SS":["a","b","c"]})");
  EXPECT_EQ(attribute_after("ADD q :ss", "q"), R"({"SS":["b","c"]})");
  EXPECT_EQ(attribute_after("ADD m.t :ns, l[1] :n5", "m"), R"({"M":{"c":{"N":"1"},"t":{"NS":["1","2","3"]}}})");
  EXPECT_EQ(attribute_after("DELETE tags :ss", "tags"), R"({"SS":["a"]})");
  EXPECT_EQ(attribute_after("DELETE tags :ab", "tags"), "nothing") << "there are no empty sets";
  EXPECT_EQ(attribute_after("DELETE q :ab", "q"), "nothing");
  EXPECT_EQ(attribute_after("delete m.t :ns set m.c = :n5", "m"), R"({"M":{"c":{"N":"5"},"t":{"NS":["1"]}}})");
}

TEST(UpdateErrors, OfMissingAttributes) {
  for (const char* text :
       {"set c = b", "set e = list_append(b, l)", "set e = b + :n1", "set e = if_not_exists(b, c)"}) {
    EXPECT_EQ(error_after(text), "The provided expression refers to an attribute that does not exist in the item")
        << text;
  }
}

TEST(UpdateErrors, OfTypesInTheItem) {
  for (const char* text :
       {"delete tags :ns", "delete m :ns", "delete m.t :ss", "delete n :ns", "add m :ns", "add tags :n1", "add s :n1",
        "set e = s + :n1", "set e = m - :n1", "set e = list_append(tags, if_not_exists(f, :l))", "add l :n1"}) {
    EXPECT_EQ(error_after(text), "An operand in the update expression has an incorrect data type") << text;
  }
}

TEST(UpdateErrors, OfPathsThatLeadNowhere) {
  constexpr std::string_view kFrom =
      R"({"a":{"S":"k"},"b":{"S":"k"},"c":{"M":{"1":{"S":"a"}}},"d":{"L":[{"S":"a"},{"S":"b"}]}})";
  for (const char* text : {"set b.a = :ss, #1 = :ss",
                           "set b[1] = :ss, #1 = :ss",
                           "set y.a = :ss, #1 = :ss",
                           "set y[1] = :ss, #1 = :ss",
                           "set c[1] = :ss, #1 = :ss",
                           "set d.#1 = :ss",
                           "remove b.a set #1 = :ss",
                           "remove b[1] set #1 = :ss",
                           "remove y.a set #1 = :ss",
                           "remove y[1] set #1 = :ss",
                           "remove c[1] set #1 = :ss",
                           "remove d.#1 set #1 = :ss",
                           "delete b.a :ss set #1 = :ss",
                           "delete y[1] :ss set #1 = :ss",
                           "delete c[1] :ss set #1 = :ss",
                           "delete d.#1 :ss",
                           "add b.a :ss set #1 = :ss",
                           "add b[1] :ss set #1 = :ss",
                           "add y.a :ss set #1 = :ss",
                           "add c[1] :ss set #1 = :ss",
                           "add d.#1 :ss",
                           "set d[2].a = :ss, #1 = :ss"}) {
    EXPECT_EQ(error_after(text, kFrom, {{"#1", "1"}}),
              "The document path provided in the update expression is invalid for update")
        << text;
  }
}

TEST(UpdateErrors, OfNesting) {
  std::string deep = R"({"N":"1"})";
  for (int i = 0; i < 31; ++i) deep = R"({"L":[)" + deep + "]}";
  EXPECT_TRUE(error_after("SET m.d = x", R"({"id":{"S":"p"},"m":{"M":{}},"x":)" + deep + "}")
                  .starts_with("Nesting Levels have exceeded supported limits"));
}

TEST(UpdateKeys, CannotBeUpdated) {
  const KeySchema schema{.partition = {{"id", Type::kString}}, .sort = {{"n", Type::kNumber}}};
  for (const char* text :
       {"add id.b :n1", "delete id :ns", "remove d set b = :n1, id = :n1", "delete b :ns remove id"}) {
    Placeholders given = placeholders(kValues);
    EXPECT_EQ(
        check_keys(unwrap(parse_update(text, given)), schema).error().message,
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key");
  }
  Placeholders given = placeholders(kValues);
  EXPECT_OK(check_keys(unwrap(parse_update("SET s = id + n", given)), schema));
}

TEST(UpdateTouched, IsWhatReturnValuesShow) {
  Placeholders given = placeholders(kValues);
  const Update update = unwrap(parse_update("SET m.c = :n5, l[1] = :x REMOVE s ADD q :n1", given));
  const Item before = item_of(kItem);
  const Item now = unwrap(apply(update, before));
  EXPECT_EQ(json_of(update.touched().of(before)), R"({"l":{"L":[{"N":"1"}]},"m":{"M":{"c":{"N":"1"}}},"s":{"S":"x"}})");
  EXPECT_EQ(json_of(update.touched().of(now)), R"({"l":{"L":[{"S":"x"}]},"m":{"M":{"c":{"N":"5"}}},"q":{"N":"1"}})");
}

// --- errors of expressions ---

std::string error_of(std::string_view text, std::string_view values = "{}", Placeholders::Names names = {}) {
  Placeholders given = placeholders(values, std::move(names));
  const auto parsed = parse_update(text, given);
  if (parsed) return "no error";
  constexpr std::string_view kPrefix = "Invalid UpdateExpression: ";
  EXPECT_TRUE(parsed.error().message.starts_with(kPrefix)) << parsed.error().message;
  return parsed.error().message.substr(kPrefix.size());
}

TEST(UpdateSyntax, RefusesWhatDynamoDbRefuses) {
  for (const char* text : {"whatever",
                           "set a",
                           "add a",
                           "delete a",
                           "set a=set",
                           "remove a = b",
                           "add a = b",
                           "delete a = b",
                           "delete a b",
                           "delete a if_not_exist(b)",
                           "add abort b",
                           "add a if_not_exist(b)",
                           "remove a b",
                           "set a b",
                           "set :a = b",
                           "add :a b",
                           "delete :a b",
                           "remove :a",
                           "set a = b / c",
                           "set a = b * c",
                           "set a[1] = \"eight\"",
                           "set a[1] = 1",
                           "SET a = if_not_exist(a, 100)",
                           "SET if_not_exist(a, b) = a",
                           "set (a = (b + c))",
                           "set a = (b.c).d + e",
                           "set a = (b.c)[0] + e",
                           "set a = b + c + d",
                           "set a = b + (c + d)",
                           "set a = (b + c) + d",
                           "set a = b,",
                           "set a = f(b + c)",
                           "set a = b remove",
                           "set a = ()"}) {
    EXPECT_TRUE(error_of(text).starts_with("Syntax error; ")) << text << ": " << error_of(text);
  }
  EXPECT_EQ(error_of("INVALID SYNTAX HERE"), R"(Syntax error; token: "INVALID", near: "INVALID SYNTAX")");
  EXPECT_EQ(error_of(""), "The expression can not be empty;");
  for (const char* text : {"set a = (b + c)", "set a = ((b.c.d)+(e))", "set a = (b) - (c)", "SET a=b REMOVE c ADD d :n",
                           "set a = b remove c"}) {
    EXPECT_FALSE(error_of(text, R"({":n":{"N":"1"}})").starts_with("Syntax error")) << text;
  }
}

TEST(UpdateExpressionErrors, AreToldInTheirOrder) {
  constexpr std::string_view kTwo = R"({":a":{"S":"a"},":b":{"S":"a"}})";
  const Placeholders::Names names = {{"#a", "a"}, {"#b", "b"}};
  EXPECT_EQ(error_of(" set #c = :c set abOrt = true ", kTwo, names),
            "Attribute name is a reserved keyword; reserved keyword: abOrt");
  EXPECT_EQ(error_of("set #c = if_not_exist(:c) set c = d", kTwo, names),
            "Invalid function name; function: if_not_exist");
  EXPECT_EQ(error_of("set a = size(b)", kTwo, names),
            "The function is not allowed in an update expression; function: size");
  const std::pair<const char*, const char*> kSections[] = {{"set a = #c set c = :d", "SET"},
                                                           {"remove #d set a = b remove e", "REMOVE"},
                                                           {"add #d :e set a = b add e :f", "ADD"},
                                                           {"delete #d :e set a = b delete #e :f", "DELETE"}};
  for (const auto& [text, section] : kSections) {
    EXPECT_EQ(error_of(text, kTwo, names),
              "The \"" + std::string(section) + "\" section can only be used once in an update expression;");
  }
  EXPECT_EQ(error_of("SET #c = if_not_exists(:c)", kTwo, names),
            "An expression attribute name used in the document path is not defined; attribute name: #c");
  EXPECT_EQ(error_of("SET #a = if_not_exists(:c)", kTwo, names),
            "An expression attribute value used in expression is not defined; attribute value: :c");
}

TEST(UpdateExpressionErrors, OfPathsThatMeet) {
  const Placeholders::Names names = {{"#c", "c"}, {"#d", "[3]"}};
  const auto told = [](std::string_view how, std::string_view one, std::string_view two) {
    return "Two document paths " + std::string(how) +
           " with each other; must remove or rewrite one of these paths; path one: " + std::string(one) +
           ", path two: " + std::string(two);
  };
  EXPECT_EQ(error_of("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "{}", names),
            told("overlap", "[c, [1], a]", "[c]"));
  EXPECT_EQ(error_of("set #c[3].#d = a, #c[3] = a", "{}", names), told("overlap", "[c, [3], [3]]", "[c, [3]]"));
  EXPECT_EQ(error_of("set a = b, a.b = c"), told("overlap", "[a]", "[a, b]"));
  EXPECT_EQ(error_of("set a = b remove a"), told("overlap", "[a]", "[a]"));
  EXPECT_EQ(error_of("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "{}", names),
            told("conflict", "[c, [3], [3]]", "[c, [3], [3]]"));
  EXPECT_EQ(error_of("remove a.#c set a[1] = #d", "{}", names), told("conflict", "[a, c]", "[a, [1]]"));
}

TEST(UpdateExpressionErrors, OfConstants) {
  const std::tuple<const char*, const char*, const char*, const char*> kTargets[] = {
      {"set b = list_append(:a, a), c = if_not_exists(a) add a.b :a", R"({"S":"a"})", "ADD", "STRING"},
      {"delete a.b :a", R"({"S":"a"})", "DELETE", "STRING"},
      {"add a.b :a", R"({"NULL":true})", "ADD", "NULL"},
      {"delete a.b :a", R"({"BOOL":false})", "DELETE", "BOOLEAN"},
      {"add a.b :a", R"({"B":"YQ=="})", "ADD", "BINARY"},
      {"delete a.b :a", R"({"M":{}})", "DELETE", "MAP"},
      {"add a.b :a", R"({"L":[{"N":"1"}]})", "ADD", "LIST"},
      {"delete a.b :a", R"({"N":"1"})", "DELETE", "NUMBER"}};
  for (const auto& [text, value, op, type] : kTargets) {
    EXPECT_EQ(
        error_of(text, R"({":a":)" + std::string(value) + "}"),
        "Incorrect operand type for operator or function; operator: " + std::string(op) + ", operand type: " + type);
  }
  const std::tuple<const char*, const char*, const char*> kFunctions[] = {
      {"set a = list_append(:a, a)", R"({"S":"a"})", "list_append"},
      {"set a = list_append(a, :a)", R"({"SS":["a"]})", "list_append"},
      {"set a = a + :a", R"({"S":"a"})", "+"},
      {"set a = :a - a", R"({"L":[]})", "-"}};
  for (const auto& [text, value, name] : kFunctions) {
    const std::string type(to_string(testing::value_of(value).type()));
    EXPECT_EQ(error_of(text, R"({":a":)" + std::string(value) + "}"),
              "Incorrect operand type for operator or function; operator or function: " + std::string(name) +
                  ", operand type: " + type);
  }
  EXPECT_EQ(error_of("set a = if_not_exists(c)"),
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of "
            "operands: 1");
  EXPECT_EQ(error_of("set a = if_not_exists(if_not_exists(a, b), c)"),
            "Operator or function requires a document path; operator or function: if_not_exists");
}

TEST(UpdateLimits, OfNestingAndSize) {
  std::string nested = "b";
  for (int i = 0; i < 700; ++i) nested = "(" + nested + ")";
  EXPECT_NE(error_of("set a = " + nested), "no error");
  std::string functions = "b";
  for (int i = 0; i < 600; ++i) functions = "f(" + functions + ")";
  EXPECT_EQ(error_of("set a = " + functions), "Invalid function name; function: f");
  EXPECT_EQ(error_of("set a = " + std::string(1'000'000, '(')),
            "Expression size has exceeded the maximum allowed size; expression size: 1000008");
}

// One expression can name a large list many times: what it makes is bounded before it is made.
TEST(Update, HoldsNoMoreThanAnItemCan) {
  std::string list = R"({"id":{"S":"p"},"l":{"L":[)";
  for (int n = 0; n < 60; ++n) list.append(n > 0 ? "," : "").append(R"({"S":")" + std::string(5'000, 'x') + R"("})");
  list.append("]}}");
  constexpr std::string_view kTooLarge = "Item size to update has exceeded the maximum allowed size";
  EXPECT_EQ(error_after("SET a = list_append(l, l)", list), kTooLarge);
  EXPECT_EQ(error_after("SET a = l, b = l", list), kTooLarge);
  EXPECT_EQ(unwrap(after("SET l = list_append(l, :l)", list)).find("l")->get_if<List>()->size(), 61u);
}

}  // namespace
}  // namespace caudal::items
