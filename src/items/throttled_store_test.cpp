// SPDX-License-Identifier: Apache-2.0
// Provisioned tables take what they are provisioned for, and five minutes of what was not used.
#include "items/throttled_store.h"

#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "items/throughput_buckets.h"

namespace caudal::items {
namespace {

using std::chrono::seconds;

class ThrottledStoreTest : public ItemsFixture {
 protected:
  ThrottledStoreTest() { plan_.skip_syncs(true); }
  void make(const std::string& name, Throughput throughput, std::vector<IndexDefinition> indexes = {}) {
    ASSERT_OK(store_->create_table({.name = name,
                                    .key = {.partition = {{.name = "id"}}},
                                    .indexes = std::move(indexes),
                                    .billing = BillingMode::kProvisioned,
                                    .throughput = throughput}));
  }
  static Write put_of(const std::string& table, const std::string& id, const std::string& more = "") {
    return {.action = PutItem{table, item_of(R"({"id":{"S":")" + id + R"("})" + more + "}")}};
  }
  // As many as go through, one after the other.
  int writes_until_throttled(const std::string& table, const std::string& more = "") {
    for (int n = 0;; ++n) {
      const auto written = throttled_.write(put_of(table, "a", more));
      if (written) continue;
      EXPECT_EQ(written.error().code, Errc::throttled);
      return n;
    }
  }
  int reads_until_throttled(const Get& get) {
    for (int n = 0;; ++n) {
      if (!throttled_.get(get)) return n;
    }
  }
  ThrottledStore throttled_{*store_, clock_};
};

TEST_F(ThrottledStoreTest, FiveMinutesOfUnitsAreThereAtOnceAndThenWhatEachSecondBrings) {
  make("tab", {.read_units = 1, .write_units = 2});
  EXPECT_EQ(writes_until_throttled("tab"), 600);
  EXPECT_EQ(throttled_.throttled(), 1U);
  clock_.advance(seconds(3));
  EXPECT_EQ(writes_until_throttled("tab"), 6);
  clock_.advance(std::chrono::hours(5));
  EXPECT_EQ(writes_until_throttled("tab"), 600) << "no more is kept";
  EXPECT_TRUE(throttled_.get({.table = "tab", .key = item_of(R"({"id":{"S":"a"}})")})) << "reads are counted apart";
}

TEST_F(ThrottledStoreTest, ReadsCostHalfWhenTheyNeedNotBeConsistent) {
  make("tab", {.read_units = 1, .write_units = 1});
  Get get{.table = "tab", .key = item_of(R"({"id":{"S":"a"}})")};
  EXPECT_EQ(reads_until_throttled(get), 600);
  clock_.advance(seconds(10));
  get.is_consistent = true;
  EXPECT_EQ(reads_until_throttled(get), 10);
}

TEST_F(ThrottledStoreTest, WhatCostMoreThanItSeemedIsPaidOffLater) {
  make("tab", {.read_units = 1, .write_units = 1});
  const std::string large = R"(,"s":{"S":")" + std::string(100 * 1024, 'x') + "\"}";
  ASSERT_OK(store_->write(put_of("tab", "a", large)));
  clock_.advance(seconds(1));
  // Each update of an item of 100 KB costs 101.
  const auto update = [&] {
    return throttled_.write({.action = UpdateItem{"tab", item_of(R"({"id":{"S":"a"}})")},
                             .expressions = expressions({.update = "SET n = :n", .values = R"({":n":{"N":"1"}})"})});
  };
  int done = 0;
  while (update()) ++done;
  EXPECT_EQ(done, 3);
  clock_.advance(seconds(3));
  EXPECT_FALSE(update()) << "there was a debt of three";
  clock_.advance(seconds(1));
  EXPECT_TRUE(update());
}

TEST_F(ThrottledStoreTest, AnIndexHoldsUpTheWritesOfItsTableAndReadsOfItself) {
  make("tab", {.read_units = 10, .write_units = 10},
       {{.name = "by-s", .key = {.partition = {{"s"}}}, .throughput = Throughput{.read_units = 1, .write_units = 1}}});
  int done = 0;
  // Each moves the item from one key of the index to another, which costs two units there.
  while (done < 1000 && throttled_.write(put_of("tab", "a", R"(,"s":{"S":"v)" + std::to_string(done) + "\"}"))) ++done;
  EXPECT_LE(done, 152);
  EXPECT_GE(done, 150);
  const auto written = throttled_.write(put_of("tab", "b"));
  EXPECT_NE(written.error().message.find("global secondary indexes"), std::string::npos);
  const Query query{.table = "tab", .index = "by-s", .key = where("s", Value("none"))};
  done = 0;
  while (done < 1000 && throttled_.query(query)) ++done;
  EXPECT_EQ(done, 600);
  EXPECT_TRUE(throttled_.scan({.table = "tab"})) << "the table has its own";
}

TEST_F(ThrottledStoreTest, BatchesAreTakenInPart) {
  make("tab", {.read_units = 1, .write_units = 1});
  make_table("free");
  EXPECT_EQ(writes_until_throttled("tab"), 300);
  clock_.advance(seconds(2));
  const auto each = unwrap(throttled_.write_each(
      {put_of("tab", "a"), put_of("tab", "b"), put_of("tab", "c"), put_of("free", "d"), put_of("tab", "e")}));
  std::vector<bool> taken;
  for (const auto& one : each) taken.push_back(one.has_value());
  EXPECT_EQ(taken, std::vector<bool>({true, true, false, true, false}));
  EXPECT_EQ(get("tab", R"({"id":{"S":"c"}})"), std::nullopt);
  Get one{.table = "tab", .key = item_of(R"({"id":{"S":"a"}})"), .is_consistent = true};
  EXPECT_EQ(reads_until_throttled(one), 300);
  clock_.advance(seconds(1));
  const auto got = unwrap(throttled_.get_all({one, one}));
  EXPECT_TRUE(got[0].is_read && got[0].item);
  EXPECT_FALSE(got[1].is_read);
  EXPECT_EQ(throttled_.get_all({one}).error().code, Errc::throttled) << "when it is all";
}

TEST_F(ThrottledStoreTest, ATransactionIsCancelledWhole) {
  make("tab", {.read_units = 1, .write_units = 1});
  make_table("free");
  EXPECT_EQ(writes_until_throttled("tab"), 300);
  const Transacted refused = unwrap(throttled_.transact({put_of("free", "a"), put_of("tab", "b")}));
  ASSERT_EQ(refused.reasons.size(), 2U);
  EXPECT_EQ(refused.reasons[0].reason, Reason::kNone);
  EXPECT_EQ(refused.reasons[1].reason, Reason::kThrottled);
  EXPECT_EQ(get("free", R"({"id":{"S":"a"}})"), std::nullopt);
  clock_.advance(seconds(1));
  EXPECT_TRUE(unwrap(throttled_.transact({put_of("tab", "b")})).done());
  clock_.advance(seconds(1));
  EXPECT_FALSE(unwrap(throttled_.transact({put_of("tab", "b")})).done()) << "it cost twice";
}

TEST_F(ThrottledStoreTest, ATransactionThatWasDoneIsAnsweredThoughNothingIsLeft) {
  make("tab", {.read_units = 1, .write_units = 1});
  const ClientToken token{.text = "token", .digest = "one"};
  EXPECT_TRUE(unwrap(throttled_.transact({put_of("tab", "a")}, token)).done());
  EXPECT_EQ(writes_until_throttled("tab"), 298) << "it cost two";
  const Transacted again = unwrap(throttled_.transact({put_of("tab", "a")}, token));
  EXPECT_TRUE(again.done());
  EXPECT_TRUE(again.was_done_before);
  EXPECT_EQ(throttled_.transact({put_of("tab", "a")}, {.text = "token", .digest = "two"}).error().code,
            Errc::token_mismatch);
  EXPECT_FALSE(unwrap(throttled_.transact({put_of("tab", "a")}, {.text = "other", .digest = "one"})).done());
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(writes_until_throttled("tab"), 300);
  EXPECT_FALSE(unwrap(throttled_.transact({put_of("tab", "a")}, token)).done()) << "it is forgotten";
}

TEST_F(ThrottledStoreTest, ATransactionThatCostsMoreThanIsEverLeftIsDoneAndPaidOffLater) {
  make("tab", {.read_units = 1, .write_units = 1});
  EXPECT_EQ(writes_until_throttled("tab"), 300);
  const std::string large = R"(,"s":{"S":")" + std::string(40 * 1024, 'x') + "\"}";
  const auto ask = [&] {
    std::vector<Write> writes;
    for (int n = 0; n < 10; ++n) writes.push_back(put_of("tab", "k" + std::to_string(n), large));
    return unwrap(throttled_.transact(std::move(writes)));
  };
  const Transacted refused = ask();
  ASSERT_EQ(refused.reasons.size(), 10U);
  EXPECT_EQ(refused.reasons[9].reason, Reason::kThrottled);
  clock_.advance(seconds(1));
  EXPECT_TRUE(ask().done()) << "820 units, of 300 that are ever kept";
  clock_.advance(seconds(800));
  EXPECT_FALSE(throttled_.write(put_of("tab", "a"))) << "it is being paid off";
  clock_.advance(seconds(30));
  EXPECT_TRUE(throttled_.write(put_of("tab", "a")));
}

TEST_F(ThrottledStoreTest, OnlyTheBucketsThatWereNotUsedForLongestGo) {
  ThroughputBuckets buckets(clock_, 3);
  const auto table = [](const std::string& id) {
    return TableInfo{.definition = {.name = "tab",
                                    .billing = BillingMode::kProvisioned,
                                    .throughput = Throughput{.read_units = 1, .write_units = 1}},
                     .id = id};
  };
  const auto use = [&](const std::string& id, uint64_t halves) {
    return buckets.admit(table(id), {.kind = UnitKind::kWrite, .halves = halves}) == Admission::kAdmitted;
  };
  for (const char* const id : {"a", "b", "c"}) EXPECT_TRUE(use(id, 10'000));
  EXPECT_FALSE(use("a", 1));
  EXPECT_TRUE(use("d", 10'000)) << "in place of b";
  EXPECT_FALSE(use("a", 1));
  EXPECT_FALSE(use("c", 1));
  EXPECT_TRUE(use("b", 1)) << "of which nothing is known any more";
}

TEST_F(ThrottledStoreTest, ErrorsOfTheStoreAreItsOwn) {
  EXPECT_EQ(throttled_.write(put_of("none", "a")).error().code, Errc::no_such_table);
  EXPECT_EQ(throttled_.write_each({put_of("none", "a")}).error().code, Errc::no_such_table);
  EXPECT_EQ(throttled_.get({.table = "none", .key = item_of(R"({"id":{"S":"a"}})")}).error().code, Errc::no_such_table);
  EXPECT_EQ(throttled_.throttled(), 0U);
}

}  // namespace
}  // namespace caudal::items
