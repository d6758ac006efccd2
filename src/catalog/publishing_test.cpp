// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::HasSubstr;

class Publishing : public CatalogFixture {
 protected:
  std::string refused_stage(const PartitionMove& move, Errc code) {
    const auto staged = catalog_->stage("bad", std::span(&move, 1));
    EXPECT_FALSE(staged.has_value());
    if (staged) return "accepted";
    EXPECT_EQ(staged.error().code, code) << staged.error().to_string();
    return staged.error().message;
  }
  void stage(const PublicationId& id, const std::vector<PartitionMove>& moves) { unwrap(catalog_->stage(id, moves)); }
};

TEST_F(Publishing, WhatIsStagedIsSeenByItsOwnViewAlone) {
  publish("run-1", {"01", "02"});
  stage("run-2", {month("02", "run-2"), month("03", "run-2"), month("01", "")});
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}, {"02", "run-1"}}));
  EXPECT_EQ(months(catalog_->with_staged("run-2")), (Months{{"02", "run-2"}, {"03", "run-2"}}));
  EXPECT_EQ(months(catalog_->with_staged("run-9")), months(catalog_->live()));
  EXPECT_EQ(catalog_->with_staged("run-2").shows_staged(), "run-2");
}

TEST_F(Publishing, StagingSurvivesARestartAndALaterMoveWins) {
  stage("run-1", {month("01", "first"), month("02", "first")});
  stage("run-1", {month("02", "second")});
  reopen();
  EXPECT_EQ(months(catalog_->with_staged("run-1")), (Months{{"01", "first"}, {"02", "second"}}));
  EXPECT_EQ(unwrap(catalog_->live().staged("run-1")).size(), 2u);
  EXPECT_EQ(unwrap(catalog_->live().staged_ids()), std::vector<PublicationId>{"run-1"});
}

TEST_F(Publishing, MovesAllPartitionsAtOnceAndKeepsTheHistory) {
  publish("run-1", {"01", "02"});
  clock_.advance(std::chrono::hours(1));
  stage("run-2", {month("02", "run-2"), month("03", "run-2"), month("01", "")});
  const Publication second = unwrap(catalog_->publish("run-2", "invoices"));
  EXPECT_EQ(second.sequence, 2u);
  EXPECT_EQ(second.published, clock_.now());
  EXPECT_EQ(second.moved, (std::vector<PartitionName>{{"curated", "tb_faturas", {"2024", "01"}},
                                                      {"curated", "tb_faturas", {"2024", "02"}},
                                                      {"curated", "tb_faturas", {"2024", "03"}}}));
  reopen();
  EXPECT_EQ(months(catalog_->live()), (Months{{"02", "run-2"}, {"03", "run-2"}}));
  const auto history = unwrap(catalog_->live().history("curated", "tb_faturas"));
  ASSERT_EQ(history.size(), 5u);
  EXPECT_EQ(history[0].publication, "run-1");
  EXPECT_EQ(history[2].publication, "run-2");
  EXPECT_EQ(history[2].values, (std::vector<std::string>{"2024", "01"}));
  EXPECT_FALSE(history[2].partition.has_value());
  EXPECT_EQ(history[3].partition->location, location("02", "run-2"));
  EXPECT_TRUE(unwrap(catalog_->live().staged_ids()).empty());
}

TEST_F(Publishing, TwiceIsOnce) {
  const Publication once = publish("run-1", {"01"});
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(unwrap(catalog_->publish("run-1", "invoices")), once);
  reopen();
  EXPECT_EQ(unwrap(catalog_->publish("run-1", "invoices")), once);
  EXPECT_EQ(unwrap(catalog_->live().publication("run-1")), once);
  EXPECT_EQ(unwrap(catalog_->live().publications()), std::vector<Publication>{once});
}

TEST_F(Publishing, UnderAPublishedIdNothingMoreIsStaged) {
  publish("run-1", {"01"});
  const auto move = month("02", "x");
  const auto staged = catalog_->stage("run-1", std::span(&move, 1));
  ASSERT_FALSE(staged.has_value());
  EXPECT_EQ(staged.error().code, Errc::publication_state);
  EXPECT_THAT(staged.error().message, HasSubstr("'run-1' was published at 2024-02-01T00:00:00"));
}

TEST_F(Publishing, NothingStagedIsAnEmptyPublicationAndRemovingWhatIsNotThereIsNoMove) {
  stage("run-1", {month("07", "")});
  EXPECT_TRUE(unwrap(catalog_->publish("run-1", "invoices")).moved.empty());
  EXPECT_TRUE(unwrap(catalog_->publish("run-2", "invoices")).moved.empty());
  EXPECT_TRUE(unwrap(catalog_->live().history("curated", "tb_faturas")).empty());
}

TEST_F(Publishing, UnstageForgetsEverythingOfTheId) {
  stage("run-1", {month("01", "run-1")});
  stage("run-10", {month("01", "run-10")});
  EXPECT_OK(catalog_->unstage("run-1"));
  EXPECT_OK(catalog_->unstage("run-1"));
  EXPECT_TRUE(months(catalog_->with_staged("run-1")).empty());
  EXPECT_EQ(months(catalog_->with_staged("run-10")), (Months{{"01", "run-10"}})) << "a longer id is another id";
}

TEST_F(Publishing, UnstageTableForgetsThatTableAlone) {
  stage("run-1", {month("01", "run-1")});
  EXPECT_OK(catalog_->unstage_table("run-1", "curated", "tb_pagamentos"));
  EXPECT_EQ(months(catalog_->with_staged("run-1")), (Months{{"01", "run-1"}}));
  EXPECT_OK(catalog_->unstage_table("run-1", "CURATED", "tb_faturas"));
  EXPECT_TRUE(months(catalog_->with_staged("run-1")).empty());
}

TEST_F(Publishing, RefusesToOverwriteWhatAnotherPublicationMovedSinceStaging) {
  publish("run-1", {"01"});
  stage("run-2", {month("01", "run-2"), month("02", "run-2")});
  publish("run-3", {"01"});
  stage("run-2", {month("01", "run-2b")});  // staging again does not hide that the basis moved
  const auto published = catalog_->publish("run-2", "invoices");
  ASSERT_FALSE(published.has_value());
  EXPECT_EQ(published.error().code, Errc::partition_conflict);
  EXPECT_EQ(published.error().message,
            "partition curated.tb_faturas (2024, 01) was put there by 'run-1' when 'run-2' staged its own, and now by "
            "'run-3': nothing was published; run again from the start");
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-3"}}));
  EXPECT_EQ(months(catalog_->with_staged("run-2")), (Months{{"01", "run-2b"}, {"02", "run-2"}}));
}

TEST_F(Publishing, RefusesWhenTheTableIsGone) {
  stage("run-1", {month("01", "run-1")});
  EXPECT_OK(catalog_->drop_table("curated", "tb_faturas"));
  const auto published = catalog_->publish("run-1", "invoices");
  ASSERT_FALSE(published.has_value());
  EXPECT_EQ(published.error().code, Errc::not_found);
}

TEST_F(Publishing, ChecksTheMovesBeforeStagingAnyOfThem) {
  PartitionMove move = month("01", "x");
  move.values.pop_back();
  EXPECT_THAT(refused_stage(move, Errc::invalid_table), HasSubstr("has 2 partition keys, a move gives 1 values"));
  move = month("janeiro", "x");
  EXPECT_THAT(refused_stage(move, Errc::invalid_table), HasSubstr("'mes' of curated.tb_faturas is of type int"));
  move = month("01", "x");
  move.table = "tb_fatura";
  EXPECT_THAT(refused_stage(move, Errc::not_found), HasSubstr("did you mean 'tb_faturas'"));
  move = month("01", "x");
  move.target->location.clear();
  EXPECT_THAT(refused_stage(move, Errc::invalid_table), HasSubstr("is given no location"));
  move.target->location = "hdfs://x/";
  refused_stage(move, Errc::invalid_table);
  move = month("01", "x");
  move.target->values = {"2024", "02"};
  EXPECT_THAT(refused_stage(move, Errc::invalid_table), HasSubstr("other values"));
  const std::vector<PartitionMove> half = {month("01", "x"), month("xx", "x")};
  EXPECT_FALSE(catalog_->stage("half", half).has_value());
  EXPECT_TRUE(unwrap(catalog_->live().staged("half")).empty());
  EXPECT_FALSE(catalog_->stage("", {}).has_value());
}

TEST_F(Publishing, PartitionsKeepTheirOwnColumnsAndParameters) {
  PartitionMove old = month("01", "run-1");
  old.target->columns = std::vector<Column>{{"ID_Fatura", Type::primitive(Type::Kind::kString)}};
  old.target->parameters = {{"rows", "10000"}};
  stage("run-1", {old, month("02", "run-1")});
  unwrap(catalog_->publish("run-1", "invoices"));
  Table table = invoices();
  table.columns.push_back({"moeda", Type::primitive(Type::Kind::kString)});
  unwrap(catalog_->update_table(table, 1));
  publish("run-2", {"03"});
  reopen();
  const auto partitions = unwrap(catalog_->live().partitions("curated", "tb_faturas"));
  ASSERT_EQ(partitions.size(), 3u);
  ASSERT_EQ(partitions[0].columns.size(), 1u);
  EXPECT_EQ(partitions[0].columns[0].name, "id_fatura");
  EXPECT_EQ(partitions[0].parameters.at("rows"), "10000");
  EXPECT_EQ(partitions[0].publication, "run-1");
  EXPECT_EQ(partitions[1].columns, ColumnList(invoices().columns));
  EXPECT_EQ(partitions[2].columns, ColumnList(table.columns));
}

TEST_F(Publishing, FindsPartitionsByTheirFirstValues) {
  std::vector<PartitionMove> moves = {month("01", "r"), month("02", "r")};
  moves.push_back({"curated", "tb_faturas", {"2023", "12"}, Partition{.location = "s3://lake/old/"}});
  moves.push_back({"curated", "tb_faturas", {"2024", kNullPartitionValue}, Partition{.location = "s3://lake/null/"}});
  stage("r", moves);
  for (const View& view : {catalog_->with_staged("r"), (unwrap(catalog_->publish("r", "s")), catalog_->live())}) {
    const std::vector<std::string> year = {"2024"};
    EXPECT_EQ(unwrap(view.partitions("curated", "TB_FATURAS", year)).size(), 3u);
    const std::vector<std::string> december = {"2023", "12"};
    EXPECT_EQ(unwrap(view.partition("curated", "tb_faturas", december))->location, "s3://lake/old/");
    const std::vector<std::string> absent = {"2023", "1"};
    EXPECT_FALSE(unwrap(view.partition("curated", "tb_faturas", absent)).has_value());
    EXPECT_FALSE(view.partition("curated", "tb_faturas", year).has_value());
  }
}

TEST_F(Publishing, ATableWithoutKeysHasOnePartition) {
  Table table = invoices();
  table.name = "clientes";
  table.partition_keys.clear();
  unwrap(catalog_->create_table(table));
  const auto put = [&](const char* id) {
    const PartitionMove move{"curated", "clientes", {}, Partition{.location = std::string("s3://lake/clientes/") + id}};
    unwrap(catalog_->stage(id, std::span(&move, 1)));
    unwrap(catalog_->publish(id, "clientes"));
  };
  put("a");
  put("b");
  const auto partitions = unwrap(catalog_->live().partitions("curated", "clientes"));
  ASSERT_EQ(partitions.size(), 1u);
  EXPECT_EQ(partitions[0].location, "s3://lake/clientes/b/");
  EXPECT_EQ(unwrap(catalog_->live().history("curated", "clientes")).size(), 2u);
}

TEST_F(Publishing, ListsPublicationsNewestFirstByScope) {
  publish("a", {"01"}, "invoices");
  publish("b", {"02"}, "purchases");
  publish("c", {"03"}, "invoices");
  const auto ids = [&](std::string_view scope, size_t limit) {
    std::vector<std::string> out;
    const auto all = unwrap(catalog_->live().publications(scope, limit));
    for (const Publication& each : all) out.push_back(each.id);
    return out;
  };
  EXPECT_EQ(ids("", SIZE_MAX), (std::vector<std::string>{"c", "b", "a"}));
  EXPECT_EQ(ids("invoices", SIZE_MAX), (std::vector<std::string>{"c", "a"}));
  EXPECT_EQ(ids("", 2), (std::vector<std::string>{"c", "b"}));
  EXPECT_TRUE(ids("", 0).empty());
  EXPECT_EQ(catalog_->live().publication("nada").error().code, Errc::not_found);
}

// Every publication moves all twelve months together, so a reader must never see two runs in one view.
TEST_F(Publishing, ReadersNeverSeeHalfAPublication) {
  const std::vector<std::string> all = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"};
  publish("run-0", all);
  std::atomic<bool> done = false;
  std::atomic<int> views = 0;
  const auto read = [&] {
    while (!done) {
      const View view = catalog_->live();
      const Months seen = months(view);
      ASSERT_EQ(seen.size(), 12u);
      for (const auto& [month, run] : seen) ASSERT_EQ(run, seen.at("01"));
      ASSERT_EQ(months(view), seen) << "a view does not move";
      ++views;
    }
  };
  std::thread one(read);
  std::thread other(read);
  for (int i = 1; i <= 40; ++i) publish("run-" + std::to_string(i), all);
  while (views < 4) std::this_thread::yield();
  done = true;
  one.join();
  other.join();
  EXPECT_EQ(months(catalog_->live()).at("12"), "run-40");
}

TEST_F(Publishing, ConcurrentPublicationsAllHappenEachWithItsOwnNumber) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 10; ++i)
        publish("run-" + std::to_string(t) + "-" + std::to_string(i), {"0" + std::to_string(t + 1)});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto all = unwrap(catalog_->live().publications());
  ASSERT_EQ(all.size(), 40u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].sequence, 40 - i);
  EXPECT_EQ(months(catalog_->live()),
            (Months{{"01", "run-0-9"}, {"02", "run-1-9"}, {"03", "run-2-9"}, {"04", "run-3-9"}}));
}

}  // namespace
}  // namespace caudal::catalog
