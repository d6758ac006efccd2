// SPDX-License-Identifier: Apache-2.0
// Types there and back.
#include "queries/type_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "queries/errors.h"
#include "sql/database.h"

namespace caudal::queries {
namespace {

using testing::HasSubstr;

// The type that DuckDB gives to NULL cast to `spelled`.
sql::Type duckdb_type(const std::string& spelled) {
  const auto database = unwrap(sql::Database::open());
  const auto connection = unwrap(database->connect());
  return unwrap(connection->query("SELECT CAST(NULL AS " + spelled + ") AS x")).columns()[0].type;
}

TEST(TypeMap, EveryCatalogTypeIsADuckDbTypeAndBack) {
  for (const char* text :
       {"boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(18,2)", "decimal(38,38)",
        "string", "binary", "date", "timestamp", "array<int>", "map<string,decimal(9,2)>",
        "struct<a:int,select:array<date>>", "array<struct<a:map<int,string>>>"}) {
    const catalog::Type type = unwrap(catalog::Type::parse(text));
    const sql::Type theirs = duckdb_type(to_duckdb_type(type));
    EXPECT_EQ(unwrap(to_catalog_type(theirs, "x")).to_string(), text);
  }
}

TEST(TypeMap, TextsOfLimitedLengthAreText) {
  EXPECT_EQ(to_duckdb_type(unwrap(catalog::Type::parse("varchar(10)"))), "VARCHAR");
  EXPECT_EQ(to_duckdb_type(unwrap(catalog::Type::parse("char(5)"))), "VARCHAR");
}

TEST(TypeMap, UnsignedAndHugeIntegersWiden) {
  const auto widened = [](const std::string& spelled) {
    return unwrap(to_catalog_type(duckdb_type(spelled), "x")).to_string();
  };
  EXPECT_EQ(widened("UTINYINT"), "smallint");
  EXPECT_EQ(widened("UINTEGER"), "bigint");
  EXPECT_EQ(widened("UBIGINT"), "decimal(20,0)");
  EXPECT_EQ(widened("HUGEINT"), "decimal(38,0)");
  EXPECT_EQ(widened("TIMESTAMP_MS"), "timestamp");
}

TEST(TypeMap, WhatNoTableCanHoldIsToldWithTheCastThatHelps) {
  const Result<catalog::Type> interval = to_catalog_type(duckdb_type("INTERVAL"), "prazo");
  ASSERT_FALSE(interval.has_value());
  EXPECT_EQ(interval.error().code, Errc::unsupported_type);
  EXPECT_THAT(interval.error().message, HasSubstr("CAST(prazo AS VARCHAR)"));
  const Result<catalog::Type> zoned = to_catalog_type(duckdb_type("TIMESTAMPTZ"), "quando");
  EXPECT_THAT(zoned.error().message, HasSubstr("CAST(quando AS TIMESTAMP)"));
}

TEST(TypeMap, ColumnNamesAreLowerCased) {
  const auto columns = unwrap(to_catalog_columns({{"Valor_Total", sql::Type::decimal(18, 2)}}));
  EXPECT_EQ(columns.at(0).name, "valor_total");
}

}  // namespace
}  // namespace caudal::queries
