// SPDX-License-Identifier: Apache-2.0
#include "catalog/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::HasSubstr;

class Views : public CatalogFixture {
 protected:
  // A table by two text keys with these partitions.
  void make_regions(const std::vector<std::vector<std::string>>& values) {
    Table table = invoices();
    table.name = "regioes";
    table.partition_keys = {{"pais", Type::primitive(Type::Kind::kString)},
                            {"cidade", Type::primitive(Type::Kind::kString)}};
    unwrap(catalog_->create_table(table));
    std::vector<PartitionMove> moves;
    for (size_t i = 0; i < values.size(); ++i) {
      moves.push_back({"curated", "regioes", values[i], Partition{.location = "s3://lake/r/" + std::to_string(i)}});
    }
    unwrap(catalog_->stage("r", moves));
    unwrap(catalog_->publish("r", "invoices"));
  }
  std::vector<std::vector<std::string>> regions(std::vector<std::string> leading) {
    std::vector<std::vector<std::string>> out;
    const auto partitions = unwrap(catalog_->live().partitions("curated", "regioes", leading));
    for (const Partition& partition : partitions) out.push_back(partition.values);
    return out;
  }
};

TEST_F(Views, KeepValuesApartThatLookAlike) {
  std::vector<std::vector<std::string>> values = {
      {"BR", "São Paulo"}, {"BR", "a=b/c"},           {"BRA", "x"}, {"B", "Rx"}, {"br", "São Paulo"},
      {"BR", "100%"},      {kNullPartitionValue, "x"}};
  make_regions(values);
  reopen();
  EXPECT_EQ(regions({"BR"}),
            (std::vector<std::vector<std::string>>{{"BR", "100%"}, {"BR", "São Paulo"}, {"BR", "a=b/c"}}));
  EXPECT_EQ(regions({"BRA"}).size(), 1u);
  EXPECT_EQ(regions({"B"}), (std::vector<std::vector<std::string>>{{"B", "Rx"}}));
  EXPECT_EQ(regions({"br", "São Paulo"}).size(), 1u) << "values, unlike names, have a case";
  EXPECT_TRUE(regions({"C"}).empty());
  std::ranges::sort(values);
  EXPECT_EQ(regions({}), values) << "in order of values";
}

TEST_F(Views, RefuseMoreValuesThanThereAreKeys) {
  make_regions({{"BR", "x"}});
  const std::vector<std::string> three = {"a", "b", "c"};
  const auto partitions = catalog_->live().partitions("curated", "regioes", three);
  ASSERT_FALSE(partitions.has_value());
  EXPECT_EQ(partitions.error().message, "table curated.regioes has 2 partition keys, 3 values were given");
}

TEST_F(Views, SayWhichTableIsNotThereWhateverIsAsked) {
  const View view = catalog_->live();
  EXPECT_EQ(view.partitions("curated", "nada").error().code, Errc::not_found);
  EXPECT_EQ(view.partition("curated", "nada", {}).error().code, Errc::not_found);
  EXPECT_EQ(view.history("curated", "nada").error().code, Errc::not_found);
  EXPECT_EQ(view.table_versions("curated", "nada").error().code, Errc::not_found);
  EXPECT_EQ(view.tables("nada").error().code, Errc::not_found);
  EXPECT_THAT(view.partitions("nada", "tb_faturas").error().message, HasSubstr("database 'nada' does not exist"));
}

TEST_F(Views, ShowStagedMovesOfTheirTableAndLeadingValuesOnly) {
  make_regions({{"BR", "x"}, {"CL", "y"}});
  const std::vector<PartitionMove> moves = {{"curated", "regioes", {"CL", "z"}, Partition{.location = "s3://lake/z/"}},
                                            {"curated", "regioes", {"BR", "x"}, std::nullopt},
                                            month("01", "run-1")};
  unwrap(catalog_->stage("run-1", moves));
  const View staged = catalog_->with_staged("run-1");
  const std::vector<std::string> chile = {"CL"};
  EXPECT_EQ(unwrap(staged.partitions("curated", "regioes", chile)).size(), 2u);
  const std::vector<std::string> brazil = {"BR"};
  EXPECT_TRUE(unwrap(staged.partitions("curated", "regioes", brazil)).empty());
  EXPECT_EQ(unwrap(staged.partitions("curated", "regioes")).size(), 2u);
  EXPECT_EQ(months(staged), (Months{{"01", "run-1"}}));
  const auto back = unwrap(staged.staged("run-1"));
  ASSERT_EQ(back.size(), 3u);
  EXPECT_FALSE(back[0].target.has_value()) << "in order of partition: (BR, x) goes";
  EXPECT_EQ(back[1].target->location, "s3://lake/z/");
  EXPECT_EQ(back[2].table, "tb_faturas");
  EXPECT_EQ(back[2].target->publication, "run-1");
}

TEST_F(Views, StayAsTheyWereWhileMovesAreStagedAndPublished) {
  publish("run-1", {"01"});
  const View live = catalog_->live();
  const View staged = catalog_->with_staged("run-2");
  publish("run-2", {"01", "02"});
  EXPECT_EQ(months(live), (Months{{"01", "run-1"}}));
  EXPECT_EQ(months(staged), (Months{{"01", "run-1"}}));
  EXPECT_EQ(unwrap(live.publications()).size(), 1u);
  EXPECT_FALSE(live.publication("run-2").has_value());
  EXPECT_EQ(unwrap(live.history("curated", "tb_faturas")).size(), 1u);
  const View copy = live;
  EXPECT_EQ(months(copy), months(live)) << "a copy is of the same moment";
}

TEST_F(Views, CanBeReadFromSeveralThreads) {
  publish("run-1", {"01", "02", "03"});
  const View view = catalog_->live();
  const Months expected = months(view);
  std::vector<std::thread> threads;
  std::vector<int> agreed(4, 0);
  for (size_t t = 0; t < agreed.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) agreed[t] += months(view) == expected ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(agreed, std::vector<int>(4, 50));
}

TEST_F(Views, ShareTheColumnsOfPartitionsThatHaveTheSame) {
  publish("run-1", {"01", "02"});
  const auto partitions = unwrap(catalog_->live().partitions("curated", "tb_faturas"));
  ASSERT_EQ(partitions.size(), 2u);
  EXPECT_EQ(&partitions[0].columns.get(), &partitions[1].columns.get());
}

TEST_F(Views, HistoryIsInOrderOfPublishingAcrossPartitions) {
  publish("run-1", {"02"});
  clock_.advance(std::chrono::hours(1));
  publish("run-2", {"01"});
  publish("run-3", {"02"});
  const auto history = unwrap(catalog_->live().history("curated", "tb_faturas"));
  ASSERT_EQ(history.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(history[i].sequence, i + 1);
  EXPECT_EQ(history[1].values[1], "01");
  EXPECT_EQ(history[1].published - history[0].published, std::chrono::hours(1));
}

}  // namespace
}  // namespace caudal::catalog
