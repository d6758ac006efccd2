// SPDX-License-Identifier: Apache-2.0
// A table that is staged comes to be with the publication that brings its rows, and never without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NewTables : public CatalogFixture {
 protected:
  static Table book() {
    Table table = invoices();
    table.database = "Refined";
    table.name = "Book";
    table.location = "s3://lake/refined/book/";
    return table;
  }
  Result<Table> stage(const PublicationId& id, Table table = book()) {
    return catalog_->stage_table(id, std::move(table), "s3://lake/refined/");
  }
  static PartitionMove january(const PublicationId& id) {
    return {"refined", "book", {"2024", "01"}, Partition{.location = "s3://lake/refined/book/01/" + id}};
  }
  // database.table of all that the view shows.
  static std::vector<std::string> names(const View& view) {
    std::vector<std::string> names;
    for (const Database& database : unwrap(view.databases())) {
      for (const Table& table : unwrap(view.tables(database.name))) names.push_back(database.name + "." + table.name);
    }
    return names;
  }
  size_t databases() { return unwrap(catalog_->live().databases()).size(); }
};

TEST_F(NewTables, ShowToTheirRunAloneUntilItPublishes) {
  EXPECT_EQ(unwrap(stage("run-1")).version, 0u);
  reopen();
  EXPECT_THAT(names(catalog_->live()), ElementsAre("curated.tb_faturas"));
  EXPECT_THAT(names(catalog_->with_staged("run-2")), ElementsAre("curated.tb_faturas"));
  EXPECT_EQ(databases(), 1u);
  EXPECT_EQ(catalog_->live().table("refined", "book").error().code, Errc::not_found);
  {
    const View own = catalog_->with_staged("run-1");
    EXPECT_THAT(names(own), ElementsAre("curated.tb_faturas", "refined.book"));
    EXPECT_EQ(unwrap(own.database("REFINED")).location, "s3://lake/refined/");
    EXPECT_EQ(unwrap(own.table("refined", "BOOK")).columns, invoices().columns);
    EXPECT_THAT(unwrap(own.partitions("refined", "book")), IsEmpty());
    EXPECT_THAT(unwrap(own.history("refined", "book")), IsEmpty());
  }
  EXPECT_THAT(unwrap(catalog_->live().staged_ids()), ElementsAre("run-1"));

  const PartitionMove move = january("run-1");
  unwrap(catalog_->stage("run-1", std::span(&move, 1)));
  EXPECT_EQ(unwrap(catalog_->with_staged("run-1").partitions("refined", "book")).size(), 1u);
  EXPECT_EQ(catalog_->stage("run-2", std::span(&move, 1)).error().code, Errc::not_found) << "it is run-1's alone";
  clock_.advance(std::chrono::hours(1));
  unwrap(catalog_->publish("run-1", "flow"));
  reopen();
  EXPECT_THAT(names(catalog_->live()), ElementsAre("curated.tb_faturas", "refined.book"));
  EXPECT_EQ(unwrap(catalog_->live().partitions("refined", "book")).size(), 1u);
  const Table made = unwrap(catalog_->live().table("refined", "book"));
  EXPECT_EQ(made.version, 1u);
  EXPECT_EQ(made.created, clock_.now());
  EXPECT_EQ(unwrap(catalog_->live().database("refined")).created, clock_.now());
  EXPECT_EQ(unwrap(catalog_->live().table_versions("refined", "book")).size(), 1u);
  EXPECT_THAT(unwrap(catalog_->live().column_changes(1)), IsEmpty());
  EXPECT_THAT(unwrap(catalog_->live().staged_ids()), IsEmpty());
  EXPECT_EQ(unwrap(catalog_->publish("run-1", "flow")).sequence, 1u) << "once more is the same";
}

TEST_F(NewTables, OfARunThatIsGivenUpAreForgotten) {
  unwrap(stage("run-1"));
  const PartitionMove move = january("run-1");
  unwrap(catalog_->stage("run-1", std::span(&move, 1)));
  unwrap(catalog_->unstage_table("run-1", "refined", "book"));
  EXPECT_EQ(names(catalog_->with_staged("run-1")).size(), 2u) << "the run goes on";
  unwrap(catalog_->unstage("run-1"));
  EXPECT_EQ(names(catalog_->with_staged("run-1")).size(), 1u);
  EXPECT_THAT(unwrap(catalog_->live().staged_ids()), IsEmpty());
  unwrap(catalog_->publish("run-1", "flow"));
  EXPECT_EQ(databases(), 1u);
}

TEST_F(NewTables, TakeOtherColumnsBeforeTheyAreThere) {
  unwrap(stage("run-1"));
  std::vector<Column> columns = book().columns;
  columns.push_back({"canal", Type::primitive(Type::Kind::kString)});
  EXPECT_EQ(unwrap(catalog_->stage_columns("run-1", "refined", "book", columns)).version, 0u);
  EXPECT_EQ(unwrap(catalog_->with_staged("run-1").table("refined", "book")).columns, columns);
  unwrap(catalog_->publish("run-1", "flow"));
  const Table made = unwrap(catalog_->live().table("refined", "book"));
  EXPECT_EQ(made.columns, columns);
  EXPECT_EQ(made.version, 1u);
}

TEST_F(NewTables, ThatAnotherPublicationMadeTheSameAreAsGood) {
  unwrap(stage("run-1"));
  unwrap(stage("run-2"));
  const PartitionMove move = january("run-2");
  unwrap(catalog_->stage("run-2", std::span(&move, 1)));
  unwrap(catalog_->publish("run-1", "flow"));
  EXPECT_EQ(stage("run-3").error().code, Errc::exists);
  unwrap(catalog_->publish("run-2", "other"));
  EXPECT_EQ(unwrap(catalog_->live().table("refined", "book")).version, 1u);
  EXPECT_EQ(unwrap(catalog_->live().partitions("refined", "book")).size(), 1u);
}

TEST_F(NewTables, MadeOtherwiseMeanwhileAreNotOverwritten) {
  unwrap(stage("run-1"));
  unwrap(catalog_->create_database({.name = "refined"}));
  Table other = book();
  other.columns.pop_back();
  unwrap(catalog_->create_table(other));
  const auto refused = catalog_->publish("run-1", "flow");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::version_conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("'refined.book' was made by somebody else"));
  EXPECT_EQ(unwrap(catalog_->live().table("refined", "book")).columns.size(), 1u);
}

TEST_F(NewTables, NeedTheirDatabaseWhereItWasThere) {
  unwrap(catalog_->create_database({.name = "refined"}));
  unwrap(stage("run-1"));
  unwrap(catalog_->drop_database("refined"));
  EXPECT_EQ(catalog_->publish("run-1", "flow").error().code, Errc::not_found);
  unwrap(stage("run-1"));  // as a run does that is resumed
  unwrap(catalog_->publish("run-1", "flow"));
  EXPECT_EQ(names(catalog_->live()).size(), 2u);
}

TEST_F(NewTables, AreCheckedWhenStaged) {
  Table none = book();
  none.columns.clear();
  EXPECT_EQ(stage("run-1", none).error().code, Errc::invalid_table);
  EXPECT_EQ(stage("", book()).error().code, Errc::invalid_name);
  unwrap(catalog_->publish("run-1", "flow"));
  EXPECT_EQ(stage("run-1").error().code, Errc::publication_state);
}

}  // namespace
}  // namespace caudal::catalog
