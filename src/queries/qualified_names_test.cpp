// SPDX-License-Identifier: Apache-2.0
// Pairs of identifiers in SQL text.
#include "queries/qualified_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caudal::queries {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(QualifiedNames, ArePairsJoinedByADot) {
  EXPECT_THAT(qualified_names("CREATE TABLE e AS SELECT a.x FROM Curated.tb_faturas a SEMI JOIN s USING (id);"
                              "INSERT INTO e SELECT * FROM \"quarantine\" . \"tb \"\"q\"\"\""),
              ElementsAre(Pair("a", "x"), Pair("curated", "tb_faturas"), Pair("quarantine", "tb \"q\"")));
}

TEST(QualifiedNames, AreNotInStringsCommentsOrNumbers) {
  EXPECT_THAT(qualified_names("SELECT 'a.b', 'it''s c.d', 1.5e3, 2.x /* e.f /* g.h */ i.j */ -- k.l\n, 'm.n"),
              IsEmpty());
}

TEST(QualifiedNames, OfThreePartsAreTwoPairs) {
  EXPECT_THAT(qualified_names("SELECT curated.tb.valor"), ElementsAre(Pair("curated", "tb"), Pair("tb", "valor")));
}

TEST(QualifiedNames, KeepAccentedLettersWhole) {
  EXPECT_THAT(qualified_names("FROM café.ação"), ElementsAre(Pair("café", "ação")));
}

TEST(QualifiedNames, EndWithTheText) {
  EXPECT_THAT(qualified_names("a."), IsEmpty());
  EXPECT_THAT(qualified_names("a.\"b"), ElementsAre(Pair("a", "b")));
  EXPECT_THAT(qualified_names("\""), IsEmpty());
  EXPECT_THAT(qualified_names("/*"), IsEmpty());
}

}  // namespace
}  // namespace caudal::queries
