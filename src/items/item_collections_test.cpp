// SPDX-License-Identifier: Apache-2.0
#include "items/item_collections.h"

#include "items/testing/items_fixture.h"
#include "items/values/checks.h"

namespace caudal::items {
namespace {

class ItemCollections : public ItemsFixture {
 protected:
  ItemCollections() {
    plan_.skip_syncs(true);
    make_table("tab", true,
               {{.name = "by-s",
                 .is_local = true,
                 .key = {.partition = {{"id"}}, .sort = {{"s"}}},
                 .projection = {.kind = ProjectionKind::kKeysOnly}}});
  }
  uint64_t bytes(const std::string& id) {
    return unwrap(store_->item_collection("tab", item_of(R"({"id":{"S":")" + id + "\"}}")))->bytes;
  }
};

TEST_F(ItemCollections, AreMeasuredWithTheirLocalIndexes) {
  const std::string item = R"({"id":{"S":"a"},"at":{"N":"1"},"s":{"S":"x"},"more":{"S":"yz"}})";
  ASSERT_OK(put("tab", item));
  ASSERT_OK(put("tab", R"({"id":{"S":"b"},"at":{"N":"1"}})"));
  const size_t entry = size_bytes(item_of(R"({"id":{"S":"a"},"at":{"N":"1"},"s":{"S":"x"}})"));
  EXPECT_EQ(bytes("a"), size_bytes(item_of(item)) + entry);
  EXPECT_EQ(bytes("none"), 0U);
}

TEST_F(ItemCollections, AreNotGoneThroughWhenTheyAreLarge) {
  const std::string large(390 * 1024, 'x');
  for (int n = 0; n < 200; ++n) {
    Item item = item_of(R"({"id":{"S":"a"},"at":{"N":")" + std::to_string(n) + "\"}}");
    item.set("more", Value(large));
    ASSERT_OK(store_->write({.action = PutItem{"tab", std::move(item)}}));
  }
  EXPECT_GE(bytes("a"), kMostMeasuredBytes);
  EXPECT_LT(bytes("a"), kMostMeasuredBytes + (1U << 20)) << "all are 76 MB";
}

}  // namespace
}  // namespace caudal::items
