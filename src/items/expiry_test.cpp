// SPDX-License-Identifier: Apache-2.0
// Items that expire: when, which, and what is told of it.
#include <thread>

#include "base/random.h"
#include "items/due_items.h"
#include "items/errors.h"
#include "items/testing/streams_fixture.h"

namespace caudal::items {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int64_t kStart = 1'800'000'000;  // of the fixture's clock

class ExpiryTest : public StreamsFixture {
 protected:
  Result<TableInfo> set_expiry(const std::string& table, bool is_enabled, const std::string& attribute = "due") {
    return store_->change_table(
        {.table = table, .expiry = ExpirySetting{.is_enabled = is_enabled, .attribute = attribute}});
  }
  static std::string item(const std::string& id, int64_t due) {
    return R"({"id":{"S":")" + id + R"("},"due":{"N":")" + std::to_string(due) + R"("}})";
  }
  uint64_t sweep() { return unwrap(store_->sweep({})).expired; }
  bool has(const std::string& id) { return get("tab", R"({"id":{"S":")" + id + R"("}})").has_value(); }
  void until_filled() {
    while (unwrap(store_->describe_table("tab")).expiry.is_filling) std::this_thread::yield();
  }
  // Entries of when items expire, of all tables.
  size_t entries() {
    const auto families = unwrap(Families::open(*kv_));
    size_t count = 0;
    for (kv::Scan scan = kv_->scan(families.rows, kv::Range::all()); scan.valid(); scan.next()) {
      count += scan.value().empty() ? 1 : 0;
    }
    return count;
  }
};

TEST_F(ExpiryTest, ItemsGoWhenTheirTimeIsOver) {
  make_table("tab");
  ASSERT_OK(set_expiry("tab", true));
  EXPECT_EQ(unwrap(store_->describe_table("tab")).expiry, (ExpiryInfo{.attribute = "due"}));
  ASSERT_OK(put("tab", item("past", kStart - 1)));
  ASSERT_OK(put("tab", item("now", kStart)));
  ASSERT_OK(put("tab", item("later", kStart + 60)));
  ASSERT_OK(put("tab", item("mistake", kStart - seconds(kOldestExpiry).count() - 1)));
  ASSERT_OK(put("tab", R"({"id":{"S":"text"},"due":{"S":"1"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"none"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"negative"},"due":{"N":"-5"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"half"},"due":{"N":"1799999999.9"}})"));
  ASSERT_OK(put("tab", R"({"id":{"S":"huge"},"due":{"N":"1E+100"}})"));
  EXPECT_EQ(sweep(), 2U);
  EXPECT_FALSE(has("past"));
  EXPECT_FALSE(has("half"));
  EXPECT_TRUE(has("now")) << "not before the second is over";
  clock_.advance(seconds(1));
  EXPECT_EQ(sweep(), 1U);
  clock_.advance(seconds(60));
  EXPECT_EQ(sweep(), 1U);
  for (const char* id : {"mistake", "text", "none", "negative", "huge"}) EXPECT_TRUE(has(id)) << id;
  EXPECT_EQ(sweep(), 0U);
  EXPECT_EQ(unwrap(store_->describe_table("tab")).volume.items, 5);
}

TEST_F(ExpiryTest, WhatIsPutOffStaysAndWhatIsTakenBackNeverGoes) {
  make_table("tab");
  ASSERT_OK(set_expiry("tab", true));
  for (const char* id : {"off", "back", "text", "gone", "same"}) ASSERT_OK(put("tab", item(id, kStart + 10)));
  ASSERT_OK(
      update("tab", R"({"id":{"S":"off"}})", {.update = "SET due = :d", .values = R"({":d":{"N":"1800001000"}})"}));
  ASSERT_OK(update("tab", R"({"id":{"S":"back"}})", {.update = "REMOVE due"}));
  ASSERT_OK(put("tab", R"({"id":{"S":"text"},"due":{"S":"never"}})"));
  ASSERT_OK(remove("tab", R"({"id":{"S":"gone"}})"));
  ASSERT_OK(update("tab", R"({"id":{"S":"same"}})", {.update = "SET n = :n", .values = R"({":n":{"N":"1"}})"}));
  EXPECT_EQ(entries(), 2U);
  clock_.advance(seconds(100));
  EXPECT_EQ(sweep(), 1U);
  EXPECT_FALSE(has("same"));
  for (const char* id : {"off", "back", "text"}) EXPECT_TRUE(has(id)) << id;
  clock_.advance(seconds(1000));
  EXPECT_EQ(sweep(), 1U);
  EXPECT_FALSE(has("off"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(ExpiryTest, TheStreamSaysWhoRemovedAndIndexesFollow) {
  TableDefinition definition{.name = "tab",
                             .key = {.partition = {{.name = "id"}}},
                             .indexes = {{.name = "by_status", .key = {.partition = {{.name = "status"}}}}},
                             .billing = BillingMode::kPayPerRequest,
                             .stream = StreamView::kOldImage};
  const StreamName stream{"tab", unwrap(store_->create_table(definition)).stream_label};
  ASSERT_OK(set_expiry("tab", true));
  const std::string text = R"({"id":{"S":"a"},"status":{"S":"open"},"due":{"N":"1800000001"}})";
  ASSERT_OK(put("tab", text));
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"status":{"S":"open"}})"));
  ASSERT_OK(remove("tab", R"({"id":{"S":"b"}})"));
  clock_.advance(seconds(5));
  EXPECT_EQ(sweep(), 1U);
  EXPECT_TRUE(all("tab", "by_status").empty());
  const std::vector<Event> events = events_of(stream);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_FALSE(events[2].is_expiry);
  EXPECT_TRUE(events[3].is_expiry);
  EXPECT_EQ(events[3].kind, EventKind::kRemove);
  EXPECT_EQ(events[3].before, item_of(text));
}

TEST_F(ExpiryTest, ItemsThatWereThereExpireToo) {
  make_table("tab");
  for (int n = 0; n < 700; ++n) {
    store_->write({.action = PutItem{"tab", item_of(item(std::to_string(n), kStart + n % 2))}},
                  [](const Result<Written>& written) { EXPECT_OK(written); });
  }
  EXPECT_EQ(unwrap(set_expiry("tab", true)).expiry.attribute, "due");
  open();
  until_filled();
  clock_.advance(seconds(1));
  EXPECT_EQ(sweep(), 350U);
  EXPECT_EQ(all("tab").size(), 350U);
  clock_.advance(seconds(1));
  open();
  EXPECT_EQ(sweep(), 350U);
  EXPECT_EQ(entries(), 0U);
}

TEST_F(ExpiryTest, SwitchingKeepsToTheRules) {
  make_table("tab");
  const auto words = [](const Result<TableInfo>& refused) {
    EXPECT_EQ(refused.error().code, Errc::invalid_request);
    return refused.error().message;
  };
  EXPECT_EQ(words(set_expiry("tab", false)), "TimeToLive is already disabled");
  ASSERT_OK(set_expiry("tab", true));
  ASSERT_OK(put("tab", item("a", kStart + 1)));
  EXPECT_EQ(words(set_expiry("tab", true)), "TimeToLive is already enabled");
  const std::string different = "TimeToLive is active on a different AttributeName: current AttributeName is due";
  EXPECT_EQ(words(set_expiry("tab", true, "other")), different);
  EXPECT_EQ(words(set_expiry("tab", false, "other")), different);
  EXPECT_EQ(words(set_expiry("tab", false)), "Time to live has been modified multiple times within a fixed interval");
  clock_.advance(hours(1));
  ASSERT_OK(set_expiry("tab", false));
  EXPECT_EQ(unwrap(store_->describe_table("tab")).expiry, ExpiryInfo());
  EXPECT_EQ(entries(), 0U);
  EXPECT_EQ(sweep(), 0U);
  open();
  EXPECT_EQ(words(set_expiry("tab", true)), "Time to live has been modified multiple times within a fixed interval");
  clock_.advance(hours(1));
  ASSERT_OK(set_expiry("tab", true, "other"));
  until_filled();
  EXPECT_EQ(sweep(), 0U) << "by another attribute now";
  ASSERT_OK(store_->delete_table("tab"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(ExpiryTest, ManyChangesAtOnceTakeSpacesOfTheirOwn) {
  make_table("tab");
  ASSERT_OK(put("tab", item("a", kStart - 1)));
  const TableInfo changed = unwrap(
      store_->change_table({.table = "tab",
                            .stream = StreamSetting{.view = StreamView::kKeysOnly},
                            .expiry = ExpirySetting{.is_enabled = true, .attribute = "due"},
                            .new_index = IndexDefinition{
                                .name = "by_due", .key = {.partition = {{.name = "due", .type = Type::kNumber}}}}}));
  until_filled();
  while (unwrap(store_->describe_table("tab")).indexes.at(0).is_backfilling) std::this_thread::yield();
  EXPECT_EQ(all("tab", "by_due").size(), 1U);
  EXPECT_EQ(sweep(), 1U);
  EXPECT_EQ(events_of({"tab", changed.stream_label}).size(), 1U);
}

// Against a model: random puts, changes and removals, and time that passes.
TEST_F(ExpiryTest, JustThoseThatAreDueAreGone) {
  const char* const given = std::getenv("CAUDAL_SEED");
  const uint64_t seed = given != nullptr ? std::stoull(given) : secure_random_u64();
  SCOPED_TRACE("CAUDAL_SEED=" + std::to_string(seed));
  Random random(seed);
  plan_.skip_syncs(true);
  make_table("tab");
  std::map<std::string, std::optional<int64_t>> model;
  int64_t now = kStart;
  for (int step = 0; step < 1500; ++step) {
    if (step == 300) {
      ASSERT_OK(set_expiry("tab", true));
      until_filled();
    }
    const std::string id = std::to_string(random.below(20));
    const std::string key = R"({"id":{"S":")" + id + R"("}})";
    switch (random.below(4)) {
      case 0:
        ASSERT_OK(remove("tab", key));
        model.erase(id);
        break;
      case 1:
        ASSERT_OK(put("tab", key));
        model[id] = std::nullopt;
        break;
      default: model[id] = now + static_cast<int64_t>(random.below(20)); ASSERT_OK(put("tab", item(id, *model[id])));
    }
    if (!random.chance(0.1)) continue;
    clock_.advance(seconds(3));
    now += 3;
    if (step < 300) continue;
    const size_t before = model.size();
    std::erase_if(model, [&](const auto& one) { return one.second && *one.second < now; });
    ASSERT_EQ(sweep(), before - model.size()) << "step " << step;
    ASSERT_EQ(all("tab").size(), model.size()) << "step " << step;
    for (const auto& [one, due] : model) ASSERT_TRUE(has(one)) << "step " << step;
  }
}

TEST_F(ExpiryTest, AnItemThatCannotBeReadStaysAndTheOthersGo) {
  make_table("tab");
  ASSERT_OK(set_expiry("tab", true));
  for (const char* id : {"a", "b", "c"}) ASSERT_OK(put("tab", item(id, kStart - 1)));
  const auto families = unwrap(Families::open(*kv_));
  kv::Batch damage;
  for (kv::Scan scan = kv_->scan(families.rows, kv::Range::all()); scan.valid() && damage.empty(); scan.next()) {
    if (!scan.value().empty()) damage.put(families.rows, scan.key(), "\x20\xff\xff\xff\xee\xee");
  }
  ASSERT_OK(kv_->commit(std::move(damage)));
  const Swept swept = unwrap(store_->sweep({}));
  EXPECT_EQ(swept.expired, 2U);
  EXPECT_EQ(swept.unreadable, 1U);
  EXPECT_NE(swept.first_unreadable.find("table tab"), std::string::npos) << swept.first_unreadable;
}

}  // namespace
}  // namespace caudal::items
