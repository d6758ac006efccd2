// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/schema.h"

#include <gtest/gtest.h>

#include "flows/delivery/testing/contracts.h"

namespace caudal::delivery {
namespace {

TEST(SchemaOf, ResolvesTheNamesOfAContract) {
  const Schema schema = schema_of(faturas_contract());
  EXPECT_EQ(schema.table, "tb_faturas");
  ASSERT_EQ(schema.columns.size(), 6u);
  EXPECT_EQ(schema.month_column, 2u);
  EXPECT_TRUE(schema.columns[4].is_amount);
  EXPECT_TRUE(schema.columns[5].is_amount);
  EXPECT_FALSE(schema.columns[1].is_amount);
}

TEST(SchemaOf, ColumnsOfTheKeyAreRequiredAnyway) {
  const Schema schema = schema_of(faturas_contract());
  EXPECT_FALSE(faturas_contract().columns[0].required);
  EXPECT_TRUE(schema.columns[0].required);
  EXPECT_FALSE(schema.columns[3].required);
}

TEST(SchemaOf, WithoutAMonthColumnCountsNoMonths) {
  flows::Contract contract = faturas_contract();
  contract.month_column.clear();
  EXPECT_EQ(schema_of(contract).month_column, std::nullopt);
  ReadDelivery read(std::string(kFaturasHeader) + "1,1,2024-01-01,,1,\n", contract);
  EXPECT_TRUE(read.totals().months.empty());
  EXPECT_EQ(read.totals().rows_without_month, 0u);
}

}  // namespace
}  // namespace caudal::delivery
