// SPDX-License-Identifier: Apache-2.0
// Statements, and their errors, which are those that dynamodb-conformance recorded against the service.
#include "items/partiql/statement.h"

#include <gtest/gtest.h>

#include "items/expressions/testing/expression_fixture.h"

namespace caudal::items::partiql {
namespace {

using items::testing::item_of;
using items::testing::json_of;
using items::testing::value_of;

Statement read(std::string_view text, std::vector<Value> parameters = {}) {
  return unwrap(parse_statement(text, std::move(parameters)));
}

std::string error_of(std::string_view text, std::vector<Value> parameters = {}) {
  const auto parsed = parse_statement(text, std::move(parameters));
  return parsed ? "no error" : parsed.error().message;
}

constexpr std::string_view kItem =
    R"({"pk":{"S":"a"},"n":{"N":"5"},"ss":{"SS":["a","b"]},"m":{"M":{"k":{"L":[{"N":"1"}]}}},"z":{"NULL":true}})";

bool matches(std::string_view where, std::vector<Value> parameters = {}) {
  const Statement statement = read("SELECT * FROM t WHERE " + std::string(where), std::move(parameters));
  return fulfils(item_of(kItem), *statement.where);
}

TEST(Select, NamesWhatItReads) {
  const Statement statement =
      read("SELECT pk, m.k[0], \"odd name\" FROM \"Table\".\"by day\" WHERE pk = 'it''s' ORDER BY n DESC, pk");
  EXPECT_EQ(statement.kind, StatementKind::kSelect);
  EXPECT_EQ(statement.table, "Table");
  EXPECT_EQ(statement.index, "by day");
  ASSERT_EQ(statement.columns.size(), 3U);
  EXPECT_EQ(statement.columns[1].path.to_string(), "[m, k, [0]]");
  EXPECT_EQ(statement.columns[1].name, "k[0]");
  EXPECT_EQ(statement.columns[2].name, "odd name");
  EXPECT_EQ(*statement.where->operands[1].value, Value("it's"));
  ASSERT_EQ(statement.order_by.size(), 2U);
  EXPECT_FALSE(statement.order_by[0].ascending);
  EXPECT_TRUE(statement.order_by[1].ascending);
  EXPECT_TRUE(read("select * from t").columns.empty());
}

TEST(Where, DecidesAsConditionsDo) {
  for (const char* text : {"n = 5",
                           "n <> 6",
                           "n != 6",
                           "5 <= n",
                           "n BETWEEN 4 AND 5.0",
                           "n IN [1, 5]",
                           "n IN (5)",
                           "n NOT IN [1]",
                           "NOT n NOT BETWEEN 4 AND 6",
                           "m.k[0] = 1",
                           "m['k'][0] = 1",
                           "gone IS MISSING",
                           "n IS NOT MISSING",
                           "z IS NULL",
                           "n IS NOT NULL",
                           "contains(ss, 'a')",
                           "BEGINS_WITH(pk, 'a')",
                           "attribute_type(ss, 'SS')",
                           "size(ss) = 2",
                           "attribute_exists(m.k)",
                           "n = 4 OR n = 5 AND pk = 'a'",
                           "(n = 4 OR n = 5) AND NOT pk = 'b'",
                           "ss = <<'b', 'a'>>",
                           "n = .5e1",
                           "n = 500E-2",
                           "n > -1 -- all\n AND /* and */ pk = 'a'"}) {
    EXPECT_TRUE(matches(text)) << text;
  }
  for (const char* text : {"n = '5'", "gone = 1", "n IS MISSING", "n IS NULL", "n IN [4, '5']", "size(n) = 1"}) {
    EXPECT_FALSE(matches(text)) << text;
  }
  EXPECT_TRUE(matches("n = ? AND pk = ?", {Value(Number(5)), Value("a")}));
}

TEST(Insert, TakesLiteralsOfEveryType) {
  const Statement statement = read(
      "INSERT INTO \"t\" VALUE {'pk': 'a', 'n': -7.32e6, 'l': [1, 'x', TRUE, null, ?], 'm': {'k': []}, 's': <<'b', "
      "'a'>>, "
      "'ns': <<1, 2>>}",
      {Value(Binary{"b"})});
  EXPECT_EQ(statement.kind, StatementKind::kInsert);
  EXPECT_EQ(json_of(statement.item),
            R"({"l":{"L":[{"N":"1"},{"S":"x"},{"BOOL":true},{"NULL":true},{"B":"Yg=="}]},"m":{"M":{"k":{"L":[]}}},)"
            R"("n":{"N":"-7320000"},"ns":{"NS":["1","2"]},"pk":{"S":"a"},"s":{"SS":["a","b"]}})");
}

Item updated(std::string_view changes, std::vector<Value> parameters = {}) {
  const Statement statement = read("UPDATE t " + std::string(changes) + " WHERE pk = 'a'", std::move(parameters));
  return unwrap(apply(*statement.update, item_of(kItem)));
}

TEST(UpdateStatement, ChangesItems) {
  EXPECT_EQ(*updated("SET n = n + 2").find("n"), Value(Number(7)));
  EXPECT_EQ(*updated("SET n = ? - n", {Value(Number(2))}).find("n"), Value(Number(-3)));
  EXPECT_EQ(*updated("SET m.k = list_append(m.k, ['x'])").find("m"),
            value_of(R"({"M":{"k":{"L":[{"N":"1"},{"S":"x"}]}}})"));
  EXPECT_EQ(*updated("SET ss = set_add(ss, <<'c'>>)").find("ss"), value_of(R"({"SS":["a","b","c"]})"));
  EXPECT_EQ(*updated("SET ss = SET_DELETE(ss, ?)", {value_of(R"({"SS":["a","z"]})")}).find("ss"),
            value_of(R"({"SS":["b"]})"));
  EXPECT_EQ(updated("SET ss = set_delete(ss, <<'a', 'b'>>)").find("ss"), nullptr);
  const Item several = updated("SET a = 1, b = 'x' SET c = n REMOVE n, z");
  EXPECT_EQ(*several.find("c"), Value(Number(5)));
  EXPECT_FALSE(several.contains("n") || several.contains("z"));
}

TEST(UpdateStatement, MayBeginWithFrom) {
  const Statement statement = read("from \"t\" where pk = 'a' and n = 1 set c = 2 REMOVE a RETURNING ALL NEW *");
  EXPECT_EQ(statement.kind, StatementKind::kUpdate);
  EXPECT_EQ(statement.returning, Returning::kAllNew);
  EXPECT_EQ(statement.update->actions().size(), 2U);
  EXPECT_EQ(statement.where->children.size(), 2U);
}

TEST(DeleteStatement, MayReturnWhatWasThere) {
  EXPECT_EQ(read("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *").returning, Returning::kAllOld);
  EXPECT_EQ(
      error_of("DELETE FROM \"t\" WHERE pk = 'x' RETURNING MODIFIED OLD *"),
      "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
  EXPECT_EQ(error_of("DELETE FROM \"t\" WHERE pk = 'x' RETURNING ALL NEW *"),
            "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
}

TEST(Exists, WrapsASelect) {
  EXPECT_TRUE(read("EXISTS(SELECT * FROM t WHERE pk = 'a' AND n = 1)").exists);
  EXPECT_NE(error_of("EXISTS(DELETE FROM t WHERE pk = 'a')"), "no error");
}

TEST(WhereKeys, AreSplitFromTheRest) {
  const KeySchema schema{.partition = {{"pk", Type::kString}}, .sort = {{"sk", Type::kNumber}}};
  const auto split = [&](std::string_view where) {
    return split_where(read("SELECT * FROM t WHERE " + std::string(where)), schema);
  };
  const WhereKeys one = unwrap(split("n > 1 AND (sk = 3 AND pk = 'a') AND n < 9"));
  EXPECT_TRUE(one.is_one_item);
  EXPECT_EQ(one.key,
            (KeyCondition{.partition = {Value("a")}, .sort = SortCondition{SortOperator::kEqual, Value(Number(3))}}));
  EXPECT_EQ(one.rest->children.size(), 2U);
  const WhereKeys range = unwrap(split("pk = 'a' AND sk BETWEEN 1 AND 4"));
  EXPECT_FALSE(range.is_one_item);
  EXPECT_EQ(range.key->sort->op, SortOperator::kBetween);
  EXPECT_EQ(range.rest, std::nullopt);
  for (const char* text : {"sk = 3", "pk > 'a'", "pk = 'a' OR sk = 3", "NOT pk = 'a'"}) {
    const WhereKeys all = unwrap(split(text));
    EXPECT_EQ(all.key, std::nullopt) << text;
    EXPECT_TRUE(all.rest.has_value()) << text;
  }
  // A second condition on the sort key is a filter.
  EXPECT_TRUE(unwrap(split("pk = 'a' AND sk > 1 AND sk < 4")).rest.has_value());
  EXPECT_EQ(split("pk = 1").error().message,
            "One or more parameter values were invalid: Condition parameter type does not match schema type");
}

constexpr const char* kLeftover = "Statement wasn't well formed, can't be processed: Unexpected token after expression";
constexpr const char* kUnreadable = "Statement wasn't well formed, can't be processed: ";

TEST(StatementErrors, OfTokensLeftOver) {
  for (const char* text : {"SELECT * FROM \"t\" WHERE pk = 1 foo", "SELECT * FROM \"t\" WHERE pk = 1 e5",
                           "INSERT INTO \"t\" VALUE {'pk': 1} foo", "UPDATE \"t\" SET a = 9 WHERE pk = 1 foo",
                           "DELETE FROM \"t\" WHERE pk = 1 foo", "SELECT * FROM \"t\" WHERE pk = 1)",
                           "DELETE FROM \"t\" WHERE pk = 1 ORDER BY pk", "SELECT * FROM \"t\" ORDER BY pk WHERE pk = 1",
                           "INSERT INTO \"t\" x VALUE {'pk': 'x'}"}) {
    EXPECT_EQ(error_of(text), kLeftover) << text;
  }
}

TEST(StatementErrors, OfWhatCannotBeRead) {
  for (const char* text :
       {"SELECT * FROM \"t\" WHERE pk = 1e2147483648", "SELECT * FROM \"t\" WHERE pk = 1e99999999999",
        "SELECT * FROM \"t\" WHERE pk = 1.5e-2147483647", "SELECT * FROM \"t\" WHERE pk = 1 # note",
        "SELECT * FROM \"t\" WHERE pk = 1 /* note", "SELECT * FROM \"t"}) {
    EXPECT_EQ(error_of(text), kUnreadable) << text;
  }
  for (const char* text :
       {"", "SELECTT * FROMM t", "SELECT", "SELECT * FROM", "UPDATE t WHERE pk = 1", "UPDATE t SET",
        "INSERT INTO t VALUE", "INSERT INTO t VALUE {pk: 1}", "SELECT * FROM t WHERE", "SELECT * FROM t WHERE pk"}) {
    EXPECT_TRUE(error_of(text).starts_with(kUnreadable)) << text << ": " << error_of(text);
  }
}

TEST(StatementErrors, OfAttributesWithoutName) {
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'pk': 'a', '': 1}"), "Empty attribute name");
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'pk': 'a', 'm': {'': 1}}"), "Empty attribute name");
}

TEST(StatementErrors, OfTables) {
  for (const char* text : {"SELECT * FROM \"t\" x WHERE pk = 'x'", "SELECT * FROM \"t\" AS x WHERE pk = 'x'",
                           "UPDATE \"t\" x SET a = 3 WHERE pk = 'x'", "DELETE FROM \"t\" x WHERE pk = 'x'"}) {
    EXPECT_EQ(error_of(text), "Aliasing is not supported") << text;
  }
  EXPECT_EQ(error_of("SELECT * FROM \"t\".\"i\".\"extra\" WHERE pk = 'p'"),
            "A path may contain at most 2 components in the FROM clause");
  EXPECT_EQ(error_of("SELECT * FROM \"t\".\"\" WHERE pk = 'p'"), "Path component cannot be an empty string");
  EXPECT_EQ(error_of("SELECT * FROM \"\" WHERE pk = 'p'"), "Path component cannot be an empty string");
}

TEST(StatementErrors, OfNumbers) {
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const std::string underflow =
      "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  EXPECT_EQ(error_of("SELECT * FROM \"t\" WHERE pk = 1e126"), overflow + " under root");
  EXPECT_EQ(error_of("SELECT * FROM \"t\" WHERE pk = 1e-131"), underflow + " under root");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE pk = 123456789012345678901234567890123456789"),
            "Attempting to store more than 38 significant digits in a Number under root");
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'pk': 1e126}"), overflow + " under root");
  EXPECT_EQ(error_of("UPDATE t SET a = 1e-131 WHERE pk = 1"), underflow + " under root");
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'pk': 1, 'm': {'x': 1e126}}"), overflow + " under root.x");
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'pk': 1, 'l': [1, 1e126]}"), overflow + " under root[1]");
}

TEST(StatementErrors, OfFunctions) {
  EXPECT_EQ(error_of("SELECT * FROM t WHERE attribute_exists('ss')"),
            "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE attribute_exists()"),
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of "
            "operands: 0");
  EXPECT_EQ(error_of("SELECT attribute_exists(ss) FROM t"), "Unexpected path component at 1:8:16");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE EXISTS(ss)"), "Unrecognized function: exists at 1:23:6");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE set_add(ss, <<'x'>>) = ss"), "Unrecognized function: set_add at 1:23:7");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE attribute_exists(m.inner)"),
            "Statement wasn't well formed, can't be processed: Invalid path dot component");
  EXPECT_EQ(error_of("SELECT pk FROM t WHERE pk = 'x' AND val < ?", {Value(true)}),
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL");
  EXPECT_EQ(error_of("INSERT INTO t VALUE {'ss': set_add(<<'a'>>, <<'b'>>)}"),
            "Unsupported data type: set_add under key root at 1:28:7");
}

TEST(StatementErrors, OfSetFunctions) {
  const auto told = [](std::string_view set) {
    return error_of("UPDATE t SET " + std::string(set) + " WHERE pk = 'a'");
  };
  EXPECT_EQ(told("x = set_add(ss, <<'x'>>)"),
            "The first argument to SET_ADD must equal the assignment value at 1:18:7");
  EXPECT_EQ(told("ss = set_add(<<'a'>>, <<'b'>>)"),
            "The first argument to SET_ADD must equal the assignment value at 1:19:7");
  EXPECT_EQ(told("ss = set_add(ss, 'x')"), "The second argument to SET_ADD must be a value with type SET at 1:27:2");
  EXPECT_EQ(told("ss = set_add(ss)"), "SET_ADD must have exactly two arguments at 1:19:7");
  EXPECT_EQ(told("x = set_delete(ss, <<'a'>>)"),
            "The first argument to SET_DELETE must equal the assignment value at 1:18:10");
  EXPECT_EQ(told("ss = set_add(ss, <<'x', 'x'>>)"),
            "One or more parameter values were invalid: Input collection [x, x] contains duplicates.");
  EXPECT_EQ(told("ss = set_add(ss, <<>>)"), "Empty bags are not supported");
}

TEST(StatementErrors, OfParameters) {
  EXPECT_EQ(error_of("SELECT * FROM t WHERE pk = ?"), "Number of parameters in request and statement don't match.");
  EXPECT_EQ(error_of("SELECT * FROM t WHERE pk = 1", {Value(true)}),
            "Number of parameters in request and statement don't match.");
}

TEST(StatementLimits, HoldWhateverComes) {
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  for (const std::string& text :
       {"SELECT * FROM t WHERE " + repeated("(", 8'000), "SELECT * FROM t WHERE " + repeated("NOT ", 2'000) + "a = 1",
        "INSERT INTO t VALUE {'a': " + repeated("[", 8'000), "SELECT * FROM t WHERE " + repeated("size(", 1'500),
        "UPDATE t SET a = " + repeated("list_append(", 600), std::string(1'000'000, '(')}) {
    EXPECT_NE(error_of(text), "no error") << text.substr(0, 30);
  }
  EXPECT_TRUE(error_of("INSERT INTO t VALUE {'a': " + repeated("[", 32) + "1" + repeated("]", 32) + "}")
                  .starts_with("Nesting Levels have exceeded supported limits"));
  EXPECT_TRUE(error_of("UPDATE t SET a = " + repeated("[", 32) + "1" + repeated("]", 32))
                  .starts_with("Nesting Levels have exceeded supported limits"));
}

}  // namespace
}  // namespace caudal::items::partiql
