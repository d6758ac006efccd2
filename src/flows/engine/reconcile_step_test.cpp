// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/reconcile_step.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"

namespace caudal::flows::engine {
namespace {

Tally tally_of(uint64_t rows, const char* amount) { return {rows, {unwrap(Decimal::parse(amount))}}; }

FileAccount balanced_file() {
  return {.uri = "s3://lake/raw/a.csv",
          .name = "a.csv",
          .read = tally_of(10, "100.00"),
          .curated = tally_of(7, "70.00"),
          .quarantined = tally_of(2, "20.50"),
          .duplicated = tally_of(1, "9.50"),
          .months = {}};
}

Contract contract() {
  Contract made;
  made.table = "tb_faturas";
  made.amounts = {"valor_fatura"};
  return made;
}

TEST(ReconcileFile, BalancesRowsAndAmounts) {
  const auto records = reconcile_file(contract(), balanced_file());
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(records[0].balanced);
  EXPECT_EQ(records[0].amount_column, "valor_fatura");
  EXPECT_EQ(records[0].amount_curated.to_string(), "70.00");
}

TEST(ReconcileFile, SeesOneMissingRow) {
  FileAccount file = balanced_file();
  file.curated.rows -= 1;
  EXPECT_FALSE(reconcile_file(contract(), file)[0].balanced);
}

TEST(ReconcileFile, SeesOneMissingCent) {
  FileAccount file = balanced_file();
  file.curated = tally_of(7, "69.99");
  EXPECT_FALSE(reconcile_file(contract(), file)[0].balanced);
}

TEST(ReconcileFile, BalancesRowsAloneWithoutAmounts) {
  Contract no_amounts = contract();
  no_amounts.amounts.clear();
  const auto records = reconcile_file(no_amounts, balanced_file());
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(records[0].balanced);
  EXPECT_TRUE(records[0].amount_column.empty());
}

}  // namespace
}  // namespace caudal::flows::engine
