// SPDX-License-Identifier: Apache-2.0
// Parts of items, and the errors of projections.
#include "items/expressions/projection.h"

#include <gtest/gtest.h>

#include "items/expressions/testing/expression_fixture.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

using testing::item_of;
using testing::json_of;
using testing::placeholders;

constexpr std::string_view kItem =
    R"({"id":{"S":"p"},"a":{"M":{"b":{"N":"1"},"c":{"N":"2"},"d":{"M":{"e":{"L":[{"S":"x"},{"S":"y"}]}}}}},)"
    R"("l":{"L":[{"S":"l0"},{"M":{"k":{"N":"1"},"j":{"N":"2"}}},{"S":"l2"}]},"o.o":{"S":"dot"}})";

std::string part(std::string_view text, Placeholders::Names names = {}) {
  Placeholders given = placeholders("{}", std::move(names));
  const Projection projection = unwrap(parse_projection(text, given));
  const Item item = item_of(kItem);
  const Item some = projection.of(item);
  EXPECT_EQ(unwrap(projection.of_stored(encode(item))), some);
  return json_of(some);
}

TEST(Projection, KeepsWhatIsAskedForWhereItWas) {
  EXPECT_EQ(part("id"), R"({"id":{"S":"p"}})");
  EXPECT_EQ(part("a.c, id"), R"({"a":{"M":{"c":{"N":"2"}}},"id":{"S":"p"}})");
  EXPECT_EQ(part("a.d.e[1], a.b"), R"({"a":{"M":{"b":{"N":"1"},"d":{"M":{"e":{"L":[{"S":"y"}]}}}}}})");
  EXPECT_EQ(part("#o", {{"#o", "o.o"}}), R"({"o.o":{"S":"dot"}})");
}

TEST(Projection, MovesElementsOfListsUpInTheirOrder) {
  EXPECT_EQ(part("l[2], l[0]"), R"({"l":{"L":[{"S":"l0"},{"S":"l2"}]}})");
  EXPECT_EQ(part("l[1].k, l[2], l[99]"), R"({"l":{"L":[{"M":{"k":{"N":"1"}}},{"S":"l2"}]}})");
}

TEST(Projection, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(part("gone, a.gone, a.b.c, l[7], id[0]"), "{}");
  EXPECT_EQ(part("zz, id"), R"({"id":{"S":"p"}})");
}

std::string error_of(std::string_view text, Placeholders::Names names = {}) {
  Placeholders given = placeholders("{}", std::move(names));
  const auto parsed = parse_projection(text, given);
  return parsed ? "no error" : parsed.error().message;
}

TEST(ProjectionErrors, AreInDynamoDbsWords) {
  EXPECT_EQ(error_of(""), "Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(error_of("!!!"), R"(Invalid ProjectionExpression: Syntax error; token: "!", near: "!!")");
  EXPECT_EQ(error_of("id age"), R"(Invalid ProjectionExpression: Syntax error; token: "age", near: "id age")");
  EXPECT_EQ(error_of("a,"), R"(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ",")");
  EXPECT_EQ(error_of("a, set"),
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: set");
  EXPECT_EQ(error_of("#nope"),
            "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; "
            "attribute name: #nope");
  EXPECT_EQ(error_of("#a, #a.#b", {{"#a", "a"}, {"#b", "b"}}),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of "
            "these paths; path one: [a], path two: [a, b]");
  EXPECT_EQ(error_of("l[0], l.x"),
            "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one of "
            "these paths; path one: [l, [0]], path two: [l, x]");
  for (const char* text : {"a[]", "a[x]", "a.", ".a", "a.[0]", "a = b", ":v", "a(b)"}) {
    EXPECT_TRUE(error_of(text).starts_with("Invalid ProjectionExpression: Syntax error;")) << text;
  }
}

TEST(AttributesToGet, AreNamesWhateverTheyAreMadeOf) {
  EXPECT_EQ(json_of(unwrap(projection_of_attributes({"o.o", "id"})).of(item_of(kItem))),
            R"({"id":{"S":"p"},"o.o":{"S":"dot"}})");
  EXPECT_EQ(projection_of_attributes({"a", "a"}).error().message,
            "One or more parameter values were invalid: Duplicate value in attribute name: a");
}

TEST(Projection, OfDamagedBytesIsAnError) {
  Placeholders given = placeholders();
  const Projection projection = unwrap(parse_projection("id, l[0]", given));
  EXPECT_FALSE(projection.of_stored("\x01\x01").has_value());
}

}  // namespace
}  // namespace caudal::items
