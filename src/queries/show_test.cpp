// SPDX-License-Identifier: Apache-2.0
// What SHOW answers, and what is no SHOW of ours.
#include "queries/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/errors.h"
#include "queries/errors.h"
#include "queries/sql_text.h"
#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Show, IsReadInAnyCaseWithCommentsAndQuotes) {
  for (const char* sql : {"SHOW DATABASES", "show schemas;", " /* x */ Show -- y\n databases ; "}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_EQ(show->what, Shown::kDatabases) << sql;
    EXPECT_EQ(show->pattern, std::nullopt);
  }
  for (const char* sql : {"SHOW TABLES", "show all tables;"}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_EQ(show->what, Shown::kTables);
    EXPECT_EQ(show->database, std::nullopt);
  }
  EXPECT_EQ(show_statement("show tables in \"Curated\"")->database, "curated");
  EXPECT_EQ(show_statement("SHOW TABLES FROM refined;")->database, "refined");
}

TEST(Show, TakesAPatternWithAndWithoutLike) {
  for (const char* sql : {"SHOW DATABASES LIKE 'cur*'", "show schemas 'cur*';", "SHOW TABLES LIKE 'cur*'",
                          "show all tables like 'cur*'", "SHOW TABLES IN curated 'cur*' ;"}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_EQ(show->pattern, "cur*") << sql;
  }
  const auto tables = show_statement("SHOW TABLES IN \"Curated\" LIKE 'it''s'");
  ASSERT_TRUE(tables);
  EXPECT_EQ(tables->database, "curated");
  EXPECT_EQ(tables->pattern, "it's");
}

TEST(Show, NamesTheTableOfColumnsAndPartitions) {
  for (const char* sql : {"SHOW COLUMNS IN curated.tb_faturas", "show columns from \"Curated\" . `TB_Faturas`;",
                          "SHOW COLUMNS FROM tb_faturas IN curated", "SHOW COLUMNS IN tb_faturas FROM curated",
                          "SHOW PARTITIONS curated.tb_faturas", "show partitions `curated`.`tb_faturas` ;"}) {
    const auto show = show_statement(sql);
    ASSERT_TRUE(show) << sql;
    EXPECT_EQ(show->what, lower(sql).find("columns") != std::string::npos ? Shown::kColumns : Shown::kPartitions);
    EXPECT_EQ(show->database, "curated") << sql;
    EXPECT_EQ(show->table, "tb_faturas") << sql;
  }
  EXPECT_EQ(show_statement("SHOW PARTITIONS tb_faturas")->database, std::nullopt);
}

TEST(Show, LeavesOtherStatementsAlone) {
  for (const char* sql : {"",
                          "SHOW",
                          "SHOW ALL",
                          "SELECT 1",
                          "SHOW curated.t",
                          "SHOW TABLES IN",
                          "SHOW TABLES IN a b",
                          "SHOW TABLES; SELECT 1",
                          "SHOW DATABASES LIKE",
                          "SHOW DATABASES LIKE x",
                          "SHOW TABLES LIKE 'x' y",
                          "SHOW ALL DATABASES",
                          "SHOW COLUMNS",
                          "SHOW COLUMNS curated.t",
                          "SHOW COLUMNS IN a.b IN c",
                          "SHOW COLUMNS IN a.b LIKE 'x'",
                          "SHOW PARTITIONS",
                          "SHOW PARTITIONS a.b.c",
                          "SHOW \"tables\"",
                          "DESCRIBE curated.t"}) {
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

TEST(Show, TellsOnlyWhatFitsThePattern) {
  Lake lake;
  for (const char* name : {"tb_pagamentos", "tb_faturas", "book"}) lake.make_table("curated", name, "id bigint", "");
  lake.make_table("refined", "book", "id bigint", "");
  EXPECT_THAT(lake.rows("SHOW TABLES IN curated '*faturas|*pag*'"),
              ElementsAre(Row{"curated", "tb_faturas"}, Row{"curated", "tb_pagamentos"}));
  EXPECT_THAT(lake.rows("SHOW TABLES LIKE 'BOOK'"), ElementsAre(Row{"curated", "book"}, Row{"refined", "book"}));
  EXPECT_THAT(lake.rows("SHOW DATABASES LIKE '*fined'"), ElementsAre(Row{"refined"}));
  EXPECT_THAT(lake.rows("SHOW DATABASES LIKE 'raw'"), testing::IsEmpty());
}

TEST(Show, TellsColumnsAsTheyStandInTheTable) {
  Lake lake;
  lake.make_table("curated", "tb_faturas", "valor bigint, id string", "ano int, mes int");
  const auto columns = ElementsAre(Row{"valor"}, Row{"id"}, Row{"ano"}, Row{"mes"});
  EXPECT_THAT(lake.rows("SHOW COLUMNS IN curated.tb_faturas"), columns);
  auto session = lake.session({.default_database = "curated"});
  EXPECT_THAT(unwrap(unwrap(session->query("SHOW COLUMNS FROM tb_faturas")).all()), columns);
  const auto nowhere = lake.session()->query("SHOW COLUMNS IN tb_faturas");
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().code, Errc::statement_refused);
  EXPECT_THAT(nowhere.error().message, HasSubstr("write SHOW COLUMNS IN database.tb_faturas"));
  const auto unknown = lake.session()->query("SHOW COLUMNS IN curated.tb_fatura");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, catalog::Errc::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'tb_faturas'"));
}

TEST(Show, TellsPartitionsAsHiveNamesThem) {
  Lake lake;
  lake.make_table("curated", "tb_faturas", "id bigint", "ano int, mes int");
  lake.make_table("curated", "clientes", "id bigint", "");
  EXPECT_THAT(lake.rows("SHOW PARTITIONS curated.tb_faturas"), testing::IsEmpty());
  for (const char* month : {"10", "02"}) lake.put_partition("curated.tb_faturas", {"2024", month}, "SELECT 1 AS id");
  EXPECT_THAT(lake.rows("SHOW PARTITIONS curated.tb_faturas"),
              ElementsAre(Row{"ano=2024/mes=02"}, Row{"ano=2024/mes=10"}));
  const auto refused = lake.session()->query("SHOW PARTITIONS curated.clientes");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::statement_refused);
  EXPECT_THAT(refused.error().message, HasSubstr("curated.clientes is not partitioned"));
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
