// SPDX-License-Identifier: Apache-2.0
#include "catalog/type.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

std::string canonical(std::string_view text) { return unwrap(Type::parse(text)).to_string(); }

std::string refusal(std::string_view text) {
  const auto type = Type::parse(text);
  if (type) return "accepted as " + type->to_string();
  EXPECT_EQ(type.error().code, Errc::invalid_type);
  return type.error().message;
}

TEST(TypeParse, PrintsEveryPrimitiveAsHiveDoes) {
  for (const char* text : {"boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "string", "binary",
                           "date", "timestamp", "decimal(38,38)", "varchar(65535)", "char(255)"}) {
    EXPECT_EQ(canonical(text), text);
  }
}

TEST(TypeParse, IgnoresCaseAndSpacesAndTakesAthenasOtherWords) {
  EXPECT_EQ(canonical("  INTEGER "), "int");
  EXPECT_EQ(canonical("Real"), "float");
  EXPECT_EQ(canonical("timestamp ( 3 )"), "timestamp");
  EXPECT_EQ(canonical("Decimal"), "decimal(10,0)");
  EXPECT_EQ(canonical("DECIMAL( 18 )"), "decimal(18,0)");
  EXPECT_EQ(canonical("decimal (18 , 2)"), "decimal(18,2)");
}

TEST(TypeParse, ReadsNestedTypes) {
  const Type type =
      unwrap(Type::parse("STRUCT< Id : INT, notas: array<decimal(18,2)>, m: map<string, struct<x:date>>>"));
  EXPECT_EQ(type.kind, Type::Kind::kStruct);
  EXPECT_EQ(type.field_names, (std::vector<std::string>{"id", "notas", "m"}));
  EXPECT_EQ(type.children[1].children[0], Type::decimal(18, 2));
  EXPECT_EQ(type.children[2].children[0], Type::primitive(Type::Kind::kString));
  EXPECT_EQ(type.to_string(), "struct<id:int,notas:array<decimal(18,2)>,m:map<string,struct<x:date>>>");
}

TEST(TypeParse, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(refusal("decimal(18,2"), "type 'decimal(18,2', position 13: expected ')', found the end");
  EXPECT_EQ(refusal("decimal(39,2)"),
            "type 'decimal(39,2)', position 9: expected a precision from 1 to 38, found '39,2)'");
  EXPECT_EQ(refusal("decimal(5,6)"), "type 'decimal(5,6)', position 11: expected a scale from 0 to 5, found '6)'");
  EXPECT_EQ(refusal("int int"), "type 'int int', position 5: expected the end of the type, found 'int'");
  EXPECT_NE(refusal("number").find("expected a type such as string"), std::string::npos);
  EXPECT_NE(refusal("varchar").find("expected '('"), std::string::npos);
  EXPECT_NE(refusal("char(256)").find("a length from 1 to 255"), std::string::npos);
  EXPECT_NE(refusal("timestamp(6)").find("a precision from 3 to 3"), std::string::npos);
}

TEST(TypeParse, RefusesMalformedNesting) {
  EXPECT_NE(refusal("array").find("expected '<'"), std::string::npos);
  EXPECT_NE(refusal("array<>").find("expected a type"), std::string::npos);
  EXPECT_NE(refusal("map<string>").find("expected ','"), std::string::npos);
  EXPECT_NE(refusal("map<array<int>,int>").find("a primitive type as the map's key"), std::string::npos);
  EXPECT_NE(refusal("struct<>").find("a field name"), std::string::npos);
  EXPECT_NE(refusal("struct<a:int,A:int>").find("a field name that is not used yet"), std::string::npos);
  EXPECT_NE(refusal("struct<a int>").find("expected ':'"), std::string::npos);
  EXPECT_NE(refusal(std::string_view("struct<a\0:int>", 14)).find("control characters"), std::string::npos);
}

TEST(TypeParse, BoundsDepthAndLength) {
  const auto nested = [](int levels) {
    std::string text;
    for (int i = 1; i < levels; ++i) text += "array<";
    return text + "int" + std::string(static_cast<size_t>(levels - 1), '>');
  };
  EXPECT_EQ(canonical(nested(Type::kMaxDepth)), nested(Type::kMaxDepth));
  EXPECT_NE(refusal(nested(Type::kMaxDepth + 1)).find("at most 64 levels"), std::string::npos);
  EXPECT_NE(refusal(std::string(200'000, '<')).find("at most 131072"), std::string::npos);
}

TEST(TypeEquality, ComparesParametersAndChildren) {
  EXPECT_NE(Type::decimal(18, 2), Type::decimal(18, 3));
  EXPECT_NE(unwrap(Type::parse("array<int>")), unwrap(Type::parse("array<bigint>")));
  EXPECT_NE(unwrap(Type::parse("struct<a:int>")), unwrap(Type::parse("struct<b:int>")));
  EXPECT_TRUE(Type::decimal(5, 1).is_numeric());
  EXPECT_FALSE(Type::primitive(Type::Kind::kDate).is_numeric());
}

}  // namespace
}  // namespace caudal::catalog
