// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

class Garbage : public CatalogFixture {
 protected:
  using Locations = std::vector<std::string>;
  Locations collect(size_t keep) { return unwrap(catalog_->collect_garbage(keep)); }
};

TEST_F(Garbage, IsWhatOnlyOlderPublicationsReferTo) {
  for (const char* run : {"run-1", "run-2", "run-3", "run-4"}) publish(run, {"01"});
  EXPECT_EQ(collect(4), Locations{});
  EXPECT_EQ(collect(2), (Locations{location("01", "run-1"), location("01", "run-2")}));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-4"}}));
}

TEST_F(Garbage, IsReturnedUntilItIsDeletedAlsoAfterARestart) {
  publish("run-1", {"01"});
  publish("run-2", {"01"});
  const Locations garbage = collect(1);
  EXPECT_EQ(garbage, Locations{location("01", "run-1")});
  reopen();
  EXPECT_EQ(collect(1), garbage);
  EXPECT_OK(catalog_->garbage_deleted(garbage));
  EXPECT_EQ(collect(1), Locations{});
}

TEST_F(Garbage, KeptPublicationsCanStillBeRolledBackToAndOthersNot) {
  publish("run-1", {"01", "02"});
  publish("run-2", {"02"});
  publish("run-3", {"01", "02"});
  publish("run-4", {"02"});
  EXPECT_EQ(collect(2), (Locations{location("01", "run-1"), location("02", "run-1"), location("02", "run-2")}));
  const auto gone = catalog_->rollback_to("run-2", "undo");
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, Errc::publication_state);
  EXPECT_FALSE(unwrap(catalog_->live().publication("run-2")).restorable);
  unwrap(catalog_->rollback_to("run-3", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-3"}, {"02", "run-3"}}));
}

// The state right after a kept publication includes partitions that an older one had moved.
TEST_F(Garbage, KeepsWhatAKeptPublicationFound) {
  publish("run-1", {"01", "02"});
  publish("run-2", {"02"});
  publish("run-3", {"01"});
  EXPECT_EQ(collect(2), Locations{location("02", "run-1")});
  unwrap(catalog_->rollback_to("run-2", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}, {"02", "run-2"}}));
}

TEST_F(Garbage, CountsPublicationsByScope) {
  publish("slow-1", {"01"}, "yearly");
  publish("slow-2", {"01"}, "yearly");
  for (const char* run : {"run-1", "run-2", "run-3"}) publish(run, {"02"});
  EXPECT_EQ(collect(2), Locations{location("02", "run-1")});
  unwrap(catalog_->rollback_to("slow-1", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "slow-1"}, {"02", "run-3"}}));
}

// A scope that has never moved a partition may do so later, and then be rolled back to a publication from before that:
// what the partition was at that publication has to be there still.
TEST_F(Garbage, KeepsWhatAScopeThatMovesThePartitionLaterRollsBackTo) {
  publish("slow-1", {"01"}, "yearly");
  publish("run-1", {"02"});
  publish("slow-2", {"01"}, "yearly");
  publish("slow-3", {"01"}, "yearly");
  EXPECT_EQ(collect(1), Locations{location("01", "slow-2")}) << "no publication that is kept saw slow-2";
  publish("run-2", {"01", "02"});
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "slow-1"}, {"02", "run-1"}}));
}

TEST_F(Garbage, LetsGoOfItWhenThatPublicationIsGivenUp) {
  publish("slow-1", {"01"}, "yearly");
  publish("run-1", {"02"});
  publish("slow-2", {"01"}, "yearly");
  publish("run-2", {"02"});
  // Month 02 of run-1 is kept: slow-2, which can be rolled back to, saw it.
  EXPECT_EQ(collect(1), Locations{location("01", "slow-1")});
}

TEST_F(Garbage, SparesWhatIsStaged) {
  publish("run-1", {"01"});
  const auto move = month("02", "run-2");
  unwrap(catalog_->stage("run-2", std::span(&move, 1)));
  EXPECT_EQ(collect(1), Locations{});
  EXPECT_OK(catalog_->unstage("run-2"));
  EXPECT_EQ(collect(1), Locations{location("02", "run-2")});
}

TEST_F(Garbage, HasWhatALaterStagingReplaced) {
  for (const char* run : {"first", "second"}) {
    const auto move = month("01", run);
    unwrap(catalog_->stage("run-1", std::span(&move, 1)));
  }
  unwrap(catalog_->publish("run-1", "invoices"));
  EXPECT_EQ(collect(1), Locations{location("01", "first")});
}

TEST_F(Garbage, SparesALocationThatIsUsedAgainOrByAnotherPartition) {
  publish("run-1", {"01", "02"});
  std::vector<PartitionMove> moves = {month("01", "run-2"), month("02", "run-2")};
  moves[1].target->location = location("01", "run-1");
  unwrap(catalog_->stage("run-2", moves));
  unwrap(catalog_->publish("run-2", "invoices"));
  EXPECT_EQ(collect(1), Locations{location("02", "run-1")});
  publish("run-3", {"02"});
  EXPECT_EQ(collect(1), (Locations{location("01", "run-1"), location("02", "run-1")}));
}

TEST_F(Garbage, SparesLocationsAboveAndBelowOneInUse) {
  const auto put = [&](const char* id, std::string where) {
    PartitionMove move = month("01", id);
    move.target->location = std::move(where);
    unwrap(catalog_->stage(id, std::span(&move, 1)));
    unwrap(catalog_->publish(id, "invoices"));
  };
  put("above", "s3://lake/a/");
  put("deep", "s3://lake/a/b/c/");
  put("middle", "s3://lake/a/b/");
  EXPECT_EQ(collect(1), Locations{});
  put("beside", "s3://lake/a/bb/");
  EXPECT_EQ(collect(1), (Locations{"s3://lake/a/b/", "s3://lake/a/b/c/"}));
  put("elsewhere", "s3://lake/x/");
  EXPECT_EQ(collect(1), (Locations{"s3://lake/a/", "s3://lake/a/b/", "s3://lake/a/b/c/", "s3://lake/a/bb/"}));
}

TEST_F(Garbage, SparesTheLocationOfATableReadWithoutPartitions) {
  Table table = invoices();
  table.name = "clientes";
  table.partition_keys.clear();
  table.location = location("01", "run-1");
  unwrap(catalog_->create_table(table));
  publish("run-1", {"01"});
  publish("run-2", {"01"});
  EXPECT_EQ(collect(1), Locations{});
}

TEST_F(Garbage, KeepsTheHistoryOfWhatIsKept) {
  for (const char* run : {"run-1", "run-2", "run-3"}) publish(run, {"01"});
  collect(2);
  const auto history = unwrap(catalog_->live().history("curated", "tb_faturas"));
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].publication, "run-2");
  EXPECT_EQ(unwrap(catalog_->live().publications()).size(), 3u);
}

}  // namespace
}  // namespace caudal::catalog
