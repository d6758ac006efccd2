// SPDX-License-Identifier: Apache-2.0
// What SHOW answers, and what is no SHOW of ours.
#include "queries/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/errors.h"
#include "queries/errors.h"
#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Show, IsReadInAnyCaseWithCommentsAndQuotes) {
  for (const char* sql : {"SHOW DATABASES", "show schemas;", " /* x */ Show -- y\n databases ; "}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_TRUE(show->databases) << sql;
  }
  for (const char* sql : {"SHOW TABLES", "show all tables;"}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_FALSE(show->databases);
    EXPECT_EQ(show->database, std::nullopt);
  }
  EXPECT_EQ(show_statement("show tables in \"Curated\"")->database, "curated");
  EXPECT_EQ(show_statement("SHOW TABLES FROM refined;")->database, "refined");
}

TEST(Show, LeavesOtherStatementsAlone) {
  for (const char* sql : {"", "SHOW", "SHOW ALL", "SELECT 1", "SHOW curated.t", "SHOW TABLES IN", "SHOW TABLES IN a b",
                          "SHOW TABLES; SELECT 1", "SHOW DATABASES LIKE 'x'", "DESCRIBE curated.t"}) {
    EXPECT_FALSE(show_statement(sql)) << sql;
  }
}

TEST(Show, TellsWhatTheCatalogHas) {
  Lake lake;
  lake.make_table("curated", "tb_pagamentos", "id bigint", "");
  lake.make_table("curated", "tb_faturas", "id bigint", "");
  lake.make_table("refined", "book", "id bigint", "");
  EXPECT_THAT(lake.rows("SHOW DATABASES"), ElementsAre(Row{"curated"}, Row{"refined"}));
  EXPECT_THAT(lake.rows("SHOW TABLES"),
              ElementsAre(Row{"curated", "tb_faturas"}, Row{"curated", "tb_pagamentos"}, Row{"refined", "book"}));
  EXPECT_THAT(lake.rows("show tables in refined;"), ElementsAre(Row{"refined", "book"}));
  const auto unknown = lake.session()->query("SHOW TABLES IN refned");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, catalog::Errc::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'refined'"));
}

TEST(Show, OfAnEmptyCatalogIsEmpty) {
  Lake lake;
  EXPECT_THAT(lake.rows("SHOW TABLES"), testing::IsEmpty());
  EXPECT_THAT(lake.rows("SHOW DATABASES"), testing::IsEmpty());
}

TEST(Show, DictionariesOfDuckDbAreRefusedWithWhatToTypeInstead) {
  Lake lake;
  for (const char* sql : {"SELECT * FROM information_schema.tables", "select 1 from PG_CATALOG.pg_class"}) {
    const auto refused = lake.session()->query(sql);
    ASSERT_FALSE(refused.has_value()) << sql;
    EXPECT_EQ(refused.error().code, Errc::invalid_name) << sql;
    EXPECT_THAT(refused.error().message, HasSubstr("SHOW TABLES IN")) << sql;
  }
}

}  // namespace
}  // namespace caudal::queries
