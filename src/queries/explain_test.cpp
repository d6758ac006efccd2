// SPDX-License-Identifier: Apache-2.0
// What stands behind an EXPLAIN.
#include "queries/explain.h"

#include <gtest/gtest.h>

namespace caudal::queries {
namespace {

TEST(ExplainedStatement, IsWhatFollowsTheWordsOfExplain) {
  EXPECT_EQ(explained_statement("EXPLAIN SELECT 1"), "SELECT 1");
  EXPECT_EQ(explained_statement("explain analyze\n select 1"), "select 1");
  EXPECT_EQ(explained_statement("/* a /* b */ c */ -- d\nExplain /**/ ANALYZE--x\nCOPY t TO 'x'"), "COPY t TO 'x'");
  EXPECT_EQ(explained_statement("EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1"), "SELECT 1");
  EXPECT_EQ(explained_statement("EXPLAIN ( FORMAT json )COPY t TO 'x'"), "COPY t TO 'x'");
  EXPECT_EQ(explained_statement("EXPLAIN (SELECT 1)"), "(SELECT 1)");
}

TEST(ExplainedStatement, IsNothingForOtherStatements) {
  EXPECT_EQ(explained_statement("SELECT 1"), std::nullopt);
  EXPECT_EQ(explained_statement("explainer SELECT 1"), std::nullopt);
  EXPECT_EQ(explained_statement("SELECT 'EXPLAIN'"), std::nullopt);
  EXPECT_EQ(explained_statement(""), std::nullopt);
  EXPECT_EQ(explained_statement("/* never closed"), std::nullopt);
}

// Nothing that begins a statement is taken for a word of EXPLAIN.
TEST(ExplainedStatement, DoesNotSwallowTheStatement) {
  EXPECT_EQ(explained_statement("EXPLAIN analyzer"), "analyzer");
  EXPECT_EQ(explained_statement("EXPLAIN EXPLAIN SELECT 1"), "EXPLAIN SELECT 1");
  EXPECT_EQ(explained_statement("EXPLAIN"), "");
  EXPECT_EQ(explained_statement("EXPLAIN (ANALYZE"), "(ANALYZE");
}

}  // namespace
}  // namespace caudal::queries
