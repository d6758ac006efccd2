// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::HasSubstr;

class CatalogTables : public CatalogFixture {};

template <class T>
std::string refused(const Result<T>& result, Errc code) {
  EXPECT_FALSE(result.has_value());
  if (result) return "accepted";
  EXPECT_EQ(result.error().code, code) << result.error().to_string();
  return result.error().message;
}

TEST_F(CatalogTables, KeepsDatabasesAcrossARestart) {
  const Database made = unwrap(catalog_->create_database({.name = "Refined",
                                                          .description = "Os livros",
                                                          .location = "s3://lake/refined",
                                                          .parameters = {{"dono", "risco"}}}));
  EXPECT_EQ(made.name, "refined");
  EXPECT_EQ(made.location, "s3://lake/refined/");
  EXPECT_EQ(made.created, clock_.now());
  reopen();
  EXPECT_EQ(unwrap(catalog_->live().database("REFINED")), made);
  const auto all = unwrap(catalog_->live().databases());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "curated");
  EXPECT_EQ(all[1].name, "refined");
}

TEST_F(CatalogTables, UpdatesADatabaseButNotItsAge) {
  const Timestamp created = clock_.now();
  clock_.advance(std::chrono::hours(1));
  unwrap(catalog_->update_database({.name = "Curated", .description = "limpo"}));
  EXPECT_EQ(unwrap(catalog_->live().database("curated")).description, "limpo");
  EXPECT_EQ(unwrap(catalog_->live().database("curated")).created, created);
  refused(catalog_->update_database({.name = "curatd"}), Errc::not_found);
}

TEST_F(CatalogTables, RefusesADatabaseTwiceAndDropsOnlyAnEmptyOne) {
  EXPECT_THAT(refused(catalog_->create_database({.name = "CURATED"}), Errc::exists), HasSubstr("'curated'"));
  EXPECT_EQ(refused(catalog_->drop_database("curated"), Errc::not_empty),
            "database 'curated' still has 1 table; drop it first (`caudal catalog tables curated` lists them)");
  EXPECT_OK(catalog_->drop_table("curated", "tb_faturas"));
  EXPECT_OK(catalog_->drop_database("Curated"));
  EXPECT_TRUE(unwrap(catalog_->live().databases()).empty());
}

TEST_F(CatalogTables, NamesTheNearestWhenSomethingIsNotThere) {
  EXPECT_EQ(refused(catalog_->live().table("curated", "tb_fatura"), Errc::not_found),
            "table 'curated.tb_fatura' does not exist (did you mean 'tb_faturas'?); `caudal catalog tables curated` "
            "lists them");
  EXPECT_EQ(refused(catalog_->live().table("curatd", "tb_faturas"), Errc::not_found),
            "database 'curatd' does not exist (did you mean 'curated'?); `caudal catalog databases` lists them");
  refused(catalog_->live().tables("nada"), Errc::not_found);
  refused(catalog_->drop_table("curated", "outra"), Errc::not_found);
  EXPECT_TRUE(catalog_->drop_database("nada").error().is(ErrorClass::kNotFound));
}

TEST_F(CatalogTables, KeepsEveryPartOfATable) {
  Table table = invoices();
  table.name = "TB_Completa";
  table.description = "Faturas";
  table.columns = {{"Id", Type::primitive(Type::Kind::kBigint), "chave"},
                   {"itens", unwrap(Type::parse("array<struct<a:int,b:decimal(38,4)>>"))}};
  table.parameters = {{"classification", "parquet"}, {"vazio", ""}};
  const Table made = unwrap(catalog_->create_table(table));
  EXPECT_EQ(made.name, "tb_completa");
  EXPECT_EQ(made.columns[0].name, "id");
  EXPECT_EQ(made.columns[0].comment, "chave");
  EXPECT_EQ(made.version, 1u);
  reopen();
  EXPECT_EQ(unwrap(catalog_->live().table("curated", "tb_completa")), made);
  EXPECT_EQ(unwrap(catalog_->live().tables("curated")).size(), 2u);
}

TEST_F(CatalogTables, RefusesATableThatCannotBe) {
  const auto with = [](auto change) {
    Table table = invoices();
    table.name = "outra";
    change(table);
    return table;
  };
  const auto message = [&](auto change, Errc code) { return refused(catalog_->create_table(with(change)), code); };
  EXPECT_THAT(message([](Table& t) { t.name = "tb_faturas"; }, Errc::exists), HasSubstr("curated.tb_faturas"));
  EXPECT_THAT(message([](Table& t) { t.database = "nada"; }, Errc::not_found), HasSubstr("database 'nada'"));
  EXPECT_THAT(message([](Table& t) { t.columns.clear(); }, Errc::invalid_table), HasSubstr("has no columns"));
  EXPECT_THAT(message([](Table& t) { t.columns.push_back({"ID_FATURA", {}}); }, Errc::invalid_table),
              HasSubstr("column 'id_fatura' is there twice"));
  EXPECT_THAT(message([](Table& t) { t.columns.push_back({"ano", {}}); }, Errc::invalid_table), HasSubstr("'ano'"));
  EXPECT_THAT(
      message([](Table& t) { t.partition_keys[0].type = unwrap(Type::parse("array<int>")); }, Errc::invalid_table),
      HasSubstr("partition key 'ano' is of type array<int>"));
  EXPECT_THAT(message([](Table& t) { t.location = "/lake/x"; }, Errc::invalid_table), HasSubstr("s3://bucket/prefix/"));
  EXPECT_THAT(message([](Table& t) { t.columns[0].name = std::string(256, 'a'); }, Errc::invalid_name),
              HasSubstr("256 bytes, at most 255"));
  EXPECT_EQ(unwrap(catalog_->live().tables("curated")).size(), 1u);
}

TEST_F(CatalogTables, StoresEachVersionOfATable) {
  Table table = unwrap(catalog_->live().table("curated", "tb_faturas"));
  const Table first = table;
  clock_.advance(std::chrono::hours(1));
  table.columns.push_back({"moeda", Type::primitive(Type::Kind::kString)});
  const Table second = unwrap(catalog_->update_table(table, 1));
  EXPECT_EQ(second.version, 2u);
  EXPECT_EQ(second.created, first.created);
  EXPECT_EQ(second.updated, clock_.now());
  reopen();
  EXPECT_EQ(unwrap(catalog_->live().table_versions("curated", "tb_faturas")), (std::vector<Table>{first, second}));
}

TEST_F(CatalogTables, StoresNoVersionWhenNothingChanged) {
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(unwrap(catalog_->update_table(invoices(), 1)).version, 1u);
  EXPECT_EQ(unwrap(catalog_->live().table_versions("curated", "tb_faturas")).size(), 1u);
}

TEST_F(CatalogTables, RefusesAnUpdateOfWhatSomebodyElseChanged) {
  Table table = invoices();
  table.description = "uma";
  unwrap(catalog_->update_table(table, 1));
  table.description = "outra";
  EXPECT_THAT(refused(catalog_->update_table(table, 1), Errc::version_conflict),
              HasSubstr("is at version 2, not 1: somebody changed it"));
  EXPECT_EQ(unwrap(catalog_->live().table("curated", "tb_faturas")).description, "uma");
}

TEST_F(CatalogTables, RefusesOtherPartitionKeysButTakesAnotherCommentOnThem) {
  Table table = invoices();
  table.partition_keys[1].type = Type::primitive(Type::Kind::kString);
  EXPECT_THAT(refused(catalog_->update_table(table, 1), Errc::invalid_table),
              HasSubstr("cannot change from (ano int, mes int) to (ano int, mes string)"));
  table.partition_keys.clear();
  EXPECT_THAT(refused(catalog_->update_table(table, 1), Errc::invalid_table), HasSubstr("to (none)"));
  table = invoices();
  table.partition_keys[1].comment = "mês de emissão";
  EXPECT_EQ(unwrap(catalog_->update_table(table, 1)).version, 2u);
}

TEST_F(CatalogTables, DropsATableWithItsPartitionsVersionsAndHistory) {
  publish("run-1", {"01", "02"});
  EXPECT_OK(catalog_->drop_table("CURATED", "TB_FATURAS"));
  refused(catalog_->live().table("curated", "tb_faturas"), Errc::not_found);
  unwrap(catalog_->create_table(invoices()));
  EXPECT_TRUE(months(catalog_->live()).empty());
  EXPECT_TRUE(unwrap(catalog_->live().history("curated", "tb_faturas")).empty());
  EXPECT_EQ(unwrap(catalog_->live().table_versions("curated", "tb_faturas")).size(), 1u);
  EXPECT_EQ(unwrap(catalog_->live().publications()).size(), 1u);
}

TEST_F(CatalogTables, DropsOneTableAndNotItsNeighbours) {
  Table other = invoices();
  other.name = "tb_faturas2";
  unwrap(catalog_->create_table(other));
  unwrap(
      catalog_->stage("r", std::vector<PartitionMove>{
                               {"curated", "tb_faturas2", {"2024", "01"}, Partition{.location = "s3://lake/outra/"}}}));
  unwrap(catalog_->publish("r", "invoices"));
  EXPECT_OK(catalog_->drop_table("curated", "tb_faturas"));
  EXPECT_EQ(unwrap(catalog_->live().partitions("curated", "tb_faturas2")).size(), 1u);
}

TEST_F(CatalogTables, AViewStaysAsItWasWhenTakenWhateverIsWritten) {
  const View before = catalog_->live();
  unwrap(catalog_->create_database({.name = "refined"}));
  EXPECT_OK(catalog_->drop_table("curated", "tb_faturas"));
  EXPECT_EQ(unwrap(before.databases()).size(), 1u);
  EXPECT_OK(before.table("curated", "tb_faturas"));
  EXPECT_EQ(unwrap(catalog_->live().databases()).size(), 2u);
}

}  // namespace
}  // namespace caudal::catalog
