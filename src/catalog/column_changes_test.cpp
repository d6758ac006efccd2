// SPDX-License-Identifier: Apache-2.0
// Columns of a table go live with the publication that brings their data, and go back with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ColumnChanges : public CatalogFixture {
 protected:
  static std::vector<Column> with(const std::string& name) {
    std::vector<Column> columns = invoices().columns;
    columns.push_back({name, Type::primitive(Type::Kind::kString)});
    return columns;
  }
  static std::vector<std::string> names(const View& view) {
    std::vector<std::string> names;
    for (const Column& column : unwrap(view.table("curated", "tb_faturas")).columns) names.push_back(column.name);
    return names;
  }
  void stage(const PublicationId& id, const std::string& column) {
    unwrap(catalog_->stage_columns(id, "Curated", "TB_faturas", with(column)));
  }
  // Publishes month 01 of a run that brings a column.
  void publish_with(const PublicationId& id, const std::string& column) {
    stage(id, column);
    publish(id, {"01"});
  }
  std::vector<std::string> live() { return names(catalog_->live()); }

  const std::vector<std::string> before_ = {"id_fatura", "valor_fatura"};
};

TEST_F(ColumnChanges, ShowToTheirRunAloneUntilItPublishes) {
  stage("run-1", "canal");
  EXPECT_EQ(live(), before_);
  EXPECT_EQ(names(catalog_->with_staged("run-2")), before_);
  EXPECT_THAT(names(catalog_->with_staged("run-1")), ElementsAre("id_fatura", "valor_fatura", "canal"));
  EXPECT_EQ(unwrap(catalog_->with_staged("run-1").tables("curated")).front().columns.size(), 3u);
  EXPECT_THAT(unwrap(catalog_->live().staged_ids()), ElementsAre("run-1"));
  reopen();
  publish("run-1", {"01"});
  EXPECT_THAT(live(), ElementsAre("id_fatura", "valor_fatura", "canal"));
  EXPECT_EQ(unwrap(catalog_->live().table("curated", "tb_faturas")).version, 2u);
  EXPECT_TRUE(unwrap(catalog_->live().staged_ids()).empty());
  const auto changes = unwrap(catalog_->live().column_changes(1));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0], (ColumnChange{"curated", "tb_faturas", 1, "invoices", 1, 2}));
  EXPECT_TRUE(unwrap(catalog_->live().column_changes(2)).empty());
}

TEST_F(ColumnChanges, OfARunThatIsGivenUpAreForgotten) {
  stage("run-1", "canal");
  unwrap(catalog_->unstage_table("run-1", "curated", "tb_faturas"));
  EXPECT_EQ(names(catalog_->with_staged("run-1")).size(), 3u) << "the run goes on";
  unwrap(catalog_->unstage("run-1"));
  EXPECT_EQ(names(catalog_->with_staged("run-1")), before_);
  EXPECT_TRUE(unwrap(catalog_->live().staged_ids()).empty());
  publish("run-1", {"01"});
  EXPECT_EQ(live(), before_);
}

TEST_F(ColumnChanges, ThatAreTheTablesOwnMakeNoVersion) {
  unwrap(catalog_->stage_columns("run-1", "curated", "tb_faturas", invoices().columns));
  publish("run-1", {"01"});
  EXPECT_EQ(unwrap(catalog_->live().table("curated", "tb_faturas")).version, 1u);
  EXPECT_TRUE(unwrap(catalog_->live().column_changes(1)).empty());
}

TEST_F(ColumnChanges, GoBackWithARollbackWhichCanBeUndone) {
  publish("run-1", {"01"});
  publish_with("run-2", "canal");
  publish_with("run-3", "origem");
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_EQ(live(), before_);
  unwrap(catalog_->rollback_to("run-2", "redo"));
  EXPECT_THAT(live(), ElementsAre("id_fatura", "valor_fatura", "canal"));
  unwrap(catalog_->rollback_to("undo", "undo-again"));
  EXPECT_EQ(live(), before_);
  EXPECT_EQ(unwrap(catalog_->live().table_versions("curated", "tb_faturas")).size(), 6u);
}

TEST_F(ColumnChanges, ByHandAreNotOverwritten) {
  publish("run-1", {"01"});
  publish_with("run-2", "canal");
  stage("run-3", "origem");
  Table table = unwrap(catalog_->live().table("curated", "tb_faturas"));
  table.columns = with("por_mim");
  const uint64_t version = table.version;
  unwrap(catalog_->update_table(table, version));
  const auto published = catalog_->publish("run-3", "invoices");
  ASSERT_FALSE(published.has_value());
  EXPECT_EQ(published.error().code, Errc::version_conflict);
  EXPECT_THAT(published.error().message, HasSubstr("'curated.tb_faturas' was given other columns since 'run-3'"));
  const auto rolled = catalog_->rollback_to("run-1", "undo");
  ASSERT_FALSE(rolled.has_value());
  EXPECT_EQ(rolled.error().code, Errc::version_conflict);
  EXPECT_THAT(rolled.error().message, HasSubstr("the columns of 'curated.tb_faturas' were changed since"));
  EXPECT_THAT(live(), ElementsAre("id_fatura", "valor_fatura", "por_mim"));
}

TEST_F(ColumnChanges, OfAnotherScopeStayWhereTheyAre) {
  publish("run-1", {"01"});
  stage("other-1", "canal");
  unwrap(catalog_->publish("other-1", "other"));
  publish("run-2", {"01"});
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_THAT(live(), ElementsAre("id_fatura", "valor_fatura", "canal"));
}

TEST_F(ColumnChanges, AreCheckedWhenStaged) {
  const auto clash = catalog_->stage_columns("run-1", "curated", "tb_faturas", with("ano"));
  ASSERT_FALSE(clash.has_value());
  EXPECT_EQ(clash.error().code, Errc::invalid_table);
  publish("run-1", {"01"});
  const auto late = catalog_->stage_columns("run-1", "curated", "tb_faturas", with("canal"));
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, Errc::publication_state);
}

TEST_F(ColumnChanges, OfADroppedTableGoWithIt) {
  publish_with("run-1", "canal");
  unwrap(catalog_->drop_table("curated", "tb_faturas"));
  EXPECT_TRUE(unwrap(catalog_->live().column_changes(1)).empty());
}

}  // namespace
}  // namespace caudal::catalog
