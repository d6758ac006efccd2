// SPDX-License-Identifier: Apache-2.0
#include "flows/definition/column_type.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::flows {
namespace {

TEST(ColumnType, EveryNameReadsBack) {
  for (const char* name : {"string", "int", "bigint", "date", "double", "boolean", "timestamp", "decimal(18,2)",
                           "decimal(38,0)", "decimal(38,38)", "decimal(1,0)"}) {
    EXPECT_EQ(unwrap(parse_column_type(name)).to_string(), name);
  }
}

TEST(ColumnType, LetterCaseAndSpacesDoNotMatter) {
  EXPECT_EQ(unwrap(parse_column_type("DECIMAL( 18 , 2 )")), ColumnType::decimal(18, 2));
  EXPECT_EQ(unwrap(parse_column_type("Decimal(9)")), ColumnType::decimal(9, 0));
  EXPECT_EQ(unwrap(parse_column_type("BigInt")).kind, TypeKind::kBigint);
}

TEST(ColumnType, RefusesWhatIsNoTypeAndSaysWhatIs) {
  for (const char* text :
       {"", "money", "decimal", "decimal(", "decimal()", "decimal(0,0)", "decimal(39,2)", "decimal(5,6)",
        "decimal(5,-1)", "decimal(5,2", "decimal(5,2))", "decimal(5,2)x", "decimal(99999999999,2)", "int(4)"}) {
    const Result<ColumnType> type = parse_column_type(text);
    ASSERT_FALSE(type) << text;
    EXPECT_TRUE(type.error().is(ErrorClass::kUsage));
    EXPECT_NE(type.error().message.find("decimal(p,s)"), std::string::npos) << type.error().message;
  }
}

TEST(ColumnType, SqlNamesAreThoseOfACast) {
  EXPECT_EQ(ColumnType{TypeKind::kString}.sql_name(), "varchar");
  EXPECT_EQ(ColumnType{TypeKind::kInt}.sql_name(), "integer");
  EXPECT_EQ(ColumnType::decimal(18, 2).sql_name(), "decimal(18,2)");
}

TEST(ColumnType, KnowsWhichAreNumbers) {
  EXPECT_TRUE(ColumnType::decimal(18, 2).is_number());
  EXPECT_TRUE(ColumnType{TypeKind::kInt}.is_number());
  EXPECT_FALSE(ColumnType{TypeKind::kDate}.is_number());
  EXPECT_FALSE(ColumnType{TypeKind::kString}.is_number());
}

}  // namespace
}  // namespace caudal::flows
