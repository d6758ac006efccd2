// SPDX-License-Identifier: Apache-2.0
// Many items, read by BatchGetItem.
#include <gmock/gmock.h>

#include "items/remote/testing/scripted_endpoint.h"
#include "items/testing/short_requests.h"

namespace caudal::items::remote {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kPlenty = 16 << 20;

class BatchReadsTest : public EndpointTest {
 protected:
  static Get get_of(const std::string& id, const std::string& projection = "") {
    Get get{.table = "tab", .key = item_of(R"({"id":{"S":")" + id + R"("}})")};
    if (!projection.empty()) get.expressions = expressions({.projection = projection});
    return get;
  }
  static std::string answered(const std::string& items, const std::string& rest = "") {
    return R"({"Responses":{"tab":[)" + items + "]}" + rest + "}";
  }
  static std::string item(const std::string& id) { return R"({"id":{"S":")" + id + R"("},"n":{"N":"7"}})"; }
};

TEST_F(BatchReadsTest, AnswersComeInAnyOrderAndWhatIsMissingIsNotThere) {
  will({{.body = answered(item("b") + "," + item("a"),
                          R"(,"ConsumedCapacity":[{"TableName":"tab","CapacityUnits":1.0}])")}});
  const auto got = unwrap(store_->get_each({get_of("a"), get_of("none"), get_of("b", "n"), get_of("a")}, kPlenty));
  ASSERT_EQ(got.size(), 4U);
  EXPECT_EQ(got[0].item, item_of(item("a")));
  EXPECT_TRUE(got[1].is_read);
  EXPECT_EQ(got[1].item, std::nullopt);
  EXPECT_EQ(got[2].item, item_of(R"({"n":{"N":"7"}})")) << "projected here, since the key must be known";
  EXPECT_EQ(got[3].item, item_of(item("a"))) << "asked for twice, sent once";
  EXPECT_EQ(got[0].capacity.table_halves, 2U);
  ASSERT_EQ(asked().size(), 1U);
  EXPECT_EQ(asked()[0].operation, "BatchGetItem");
  EXPECT_THAT(asked()[0].body, Not(HasSubstr("ProjectionExpression")));
}

TEST_F(BatchReadsTest, WhatIsLeftIsAskedForAgainAlone) {
  will({{.body = answered(item("a"), R"(,"UnprocessedKeys":{"tab":{"Keys":[{"id":{"S":"b"}}]}})")},
        {.body = answered("", R"(,"UnprocessedKeys":{"tab":{"Keys":[{"id":{"S":"b"}}]}})")},
        refused(400, "ProvisionedThroughputExceededException"),
        {.body = answered(item("b"))}});
  const auto got = unwrap(store_->get_each({get_of("a"), get_of("b")}, kPlenty));
  EXPECT_EQ(got[0].item, item_of(item("a")));
  EXPECT_EQ(got[1].item, item_of(item("b")));
  ASSERT_EQ(asked().size(), 4U);
  EXPECT_THAT(asked()[1].body, Not(HasSubstr(R"("a")")));
}

TEST_F(BatchReadsTest, AnEndpointThatAnswersNothingIsGivenUp) {
  std::vector<Scripted> script(9, {.body = R"({"UnprocessedKeys":{"tab":{"Keys":[{"id":{"S":"a"}}]}}})"});
  will(script);
  EXPECT_EQ(store_->get_each({get_of("a")}, kPlenty).error().code, Errc::unavailable);
}

TEST_F(BatchReadsTest, AHundredAtATimeUntilItIsEnough) {
  std::vector<Get> gets;
  std::string first;
  for (int n = 0; n < 250; ++n) gets.push_back(get_of("k" + std::to_string(n)));
  for (int n = 0; n < 100; ++n) first += (n > 0 ? "," : "") + item("k" + std::to_string(n));
  will({{.body = answered(first)}, {.body = answered(item("k100"))}});
  auto got = unwrap(store_->get_each(gets, kPlenty));
  EXPECT_EQ(asked().size(), 3U);
  EXPECT_EQ(got[99].item, item_of(item("k99")));
  EXPECT_EQ(got[100].item, item_of(item("k100")));
  EXPECT_TRUE(got[249].is_read && !got[249].item);
  will({{.body = answered(first)}});
  got = unwrap(store_->get_each(gets, 100));
  EXPECT_EQ(asked().size(), 1U);
  EXPECT_TRUE(got[99].is_read);
  EXPECT_FALSE(got[100].is_read) << "there was enough";
}

TEST_F(BatchReadsTest, WhatItCostIsToldByTable) {
  will({{.body = R"({"Responses":{"tab":[],"other":[]},"ConsumedCapacity":[{"TableName":"other","CapacityUnits":2.0},
                     {"TableName":"tab","CapacityUnits":0.5}]})"}});
  Get other = get_of("b");
  other.table = "other";
  const auto got = unwrap(store_->get_each({get_of("a"), other}, kPlenty));
  EXPECT_EQ(got[0].capacity.table_halves, 1U);
  EXPECT_EQ(got[1].capacity.table_halves, 4U);
}

TEST_F(BatchReadsTest, OneMomentStaysATransactionHoweverManyBytesAreEnough) {
  will({});
  unwrap(store_->get_all({get_of("a")}, 100));
  unwrap(store_->get_all({get_of("a")}));
  ASSERT_EQ(asked().size(), 2U);
  EXPECT_EQ(asked()[0].operation, "TransactGetItems");
  EXPECT_EQ(asked()[1].operation, "TransactGetItems");
}

}  // namespace
}  // namespace caudal::items::remote
