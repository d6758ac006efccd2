// SPDX-License-Identifier: Apache-2.0
// What a table was, and what changed in it between two moments, read without restoring it.
#include "items/table_history.h"

#include <algorithm>
#include <map>

#include "base/random.h"
#include "items/errors.h"
#include "items/testing/items_fixture.h"
#include "items/values/item_codec.h"

namespace caudal::items {
namespace {

using std::chrono::seconds;
using Items = std::map<std::string, Item>;

std::string id_of(const Item& item) { return *item.find("id")->get_if<std::string>(); }

struct Change {
  std::optional<Item> before;
  std::optional<Item> after;
  Timestamp written;
  friend bool operator==(const Change&, const Change&) = default;
};

class TableHistoryTest : public ItemsFixture {
 protected:
  TableHistoryTest() {
    plan_.skip_syncs(true);
    make_table("tab");
    EXPECT_OK(store_->archive().set_recovery("tab", true, 35));
  }
  TableHistory& history() { return dynamic_cast<TableHistory&>(store_->archive()); }
  Items now() {
    Items items;
    for (Item& item : all("tab")) items.emplace(id_of(item), std::move(item));
    return items;
  }
  Items at(const HistoryPoint& point) {
    Items items;
    const auto image = unwrap(history().image(point));
    while (unwrap(image->next())) {
      Item item = unwrap(decode_item(image->item()));
      EXPECT_GT(image->size_bytes(), 0U);
      items.emplace(id_of(item), std::move(item));
    }
    return items;
  }
  std::map<std::string, Change> between(const HistoryPoint& from, const HistoryPoint& to) {
    std::map<std::string, Change> all;
    const auto changes = unwrap(history().changes(from, to));
    while (unwrap(changes->next())) {
      Change change{.before = {}, .after = {}, .written = changes->written()};
      if (const auto before = changes->before()) change.before = unwrap(decode_item(*before));
      if (const auto after = changes->after()) change.after = unwrap(decode_item(*after));
      const std::string id = id_of(change.before ? *change.before : *change.after);
      EXPECT_TRUE(all.emplace(id, std::move(change)).second) << "each is told once";
    }
    return all;
  }
  void put_number(const std::string& id, int n) {
    ASSERT_OK(put("tab", R"({"id":{"S":")" + id + R"("},"n":{"N":")" + std::to_string(n) + "\"}}"));
  }
  void drop(const std::string& id) { ASSERT_OK(remove("tab", R"({"id":{"S":")" + id + "\"}}")); }
};

TEST_F(TableHistoryTest, EveryPointIsReadAsItWasAndWhatChangedBetweenTwo) {
  constexpr uint64_t kSeed = 7;
  Random random(kSeed);
  const Timestamp start = clock_.now();
  std::vector<std::pair<HistoryPoint, Items>> points;
  for (int step = 0; step < 40; ++step) {
    points.emplace_back(unwrap(history().point("tab", {})), now());
    for (uint64_t n = random.below(8); n > 0; --n) {
      const std::string id = "k" + std::to_string(random.below(15));
      if (random.below(3) == 0)
        drop(id);
      else
        put_number(id, static_cast<int>(random.below(1000)));
    }
    if (step == 20) open();
    // Also back: points of when they were asked for do not ask the clock.
    clock_.set(std::max(start, clock_.now() + seconds(random.below(4) == 0 ? -1 : 2)));
  }
  for (const auto& [point, items] : points) EXPECT_EQ(at(point), items) << "seed " << kSeed;
  for (size_t from = 0; from < points.size(); from += 3) {
    for (size_t to = from; to < points.size(); to += 5) {
      Items undone = points[from].second;
      for (const auto& [id, change] : between(points[from].first, points[to].first)) {
        const auto was = undone.find(id);
        EXPECT_EQ(was != undone.end() ? std::optional(was->second) : std::nullopt, change.before);
        undone.erase(id);
        if (change.after) undone.emplace(id, *change.after);
      }
      EXPECT_EQ(undone, points[to].second) << "seed " << kSeed << ", " << from << " to " << to;
    }
  }
}

TEST_F(TableHistoryTest, ChangesTellTheirLastTimeAndNotWhatCameAndWent) {
  put_number("stays", 1);
  put_number("goes", 1);
  clock_.advance(seconds(10));
  const Timestamp from = clock_.now() - seconds(1);
  put_number("stays", 2);
  put_number("came", 1);
  clock_.advance(seconds(10));
  put_number("stays", 3);
  drop("came");
  drop("goes");
  put_number("new", 1);
  const Timestamp last = clock_.now();
  clock_.advance(seconds(10));
  const Timestamp to = clock_.now() - seconds(1);
  put_number("stays", 4);
  drop("new");
  const auto changes = between(unwrap(history().point("tab", from)), unwrap(history().point("tab", to)));
  ASSERT_EQ(changes.size(), 3U);
  const auto item = [](const std::string& id, int n) {
    return item_of(R"({"id":{"S":")" + id + R"("},"n":{"N":")" + std::to_string(n) + "\"}}");
  };
  EXPECT_EQ(changes.at("stays"), (Change{item("stays", 1), item("stays", 3), last}));
  EXPECT_EQ(changes.at("goes"), (Change{item("goes", 1), std::nullopt, last}));
  EXPECT_EQ(changes.at("new"), (Change{std::nullopt, item("new", 1), last}));
}

TEST_F(TableHistoryTest, WhatIsNotKeptIsAnError) {
  const HistoryPoint point = unwrap(history().point("tab", {}));
  EXPECT_EQ(history().point("none", {}).error().code, Errc::no_such_table);
  EXPECT_EQ(history().point("tab", clock_.now() + seconds(1)).error().code, Errc::invalid_moment);
  make_table("plain");
  EXPECT_EQ(history().point("plain", {}).error().code, Errc::no_recovery);
  ASSERT_OK(store_->archive().set_recovery("tab", false, 0));
  EXPECT_EQ(history().image(point).error().code, Errc::no_recovery);
  clock_.advance(seconds(5));
  ASSERT_OK(store_->archive().set_recovery("tab", true, 35));
  EXPECT_EQ(history().image(point).error().code, Errc::invalid_moment) << "its journal begins anew";
  ASSERT_OK(store_->delete_table("tab"));
  make_table("tab");
  EXPECT_EQ(history().image(point).error().code, Errc::no_such_table) << "another of its name";
}

}  // namespace
}  // namespace caudal::items
