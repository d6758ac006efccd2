// SPDX-License-Identifier: Apache-2.0
#include "transfer/importing_tables.h"

#include <gtest/gtest.h>

namespace caudal::transfer {
namespace {

TEST(ImportingTables, HoldsANameAsLongAsOneOfItsImportsRuns) {
  ImportingTables tables;
  EXPECT_FALSE(tables.contains("a"));
  tables.add("a");
  tables.add("a");  // the first was removed, and another of its name is filled before the import knows
  tables.add("b");
  tables.remove("a");
  EXPECT_TRUE(tables.contains("a"));
  tables.remove("a");
  EXPECT_FALSE(tables.contains("a"));
  EXPECT_TRUE(tables.contains("b"));
  EXPECT_FALSE(tables.contains(""));
}

}  // namespace
}  // namespace caudal::transfer
