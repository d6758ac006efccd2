// SPDX-License-Identifier: Apache-2.0
// Batches that are taken in part, transactions that meet others.
#include <gmock/gmock.h>

#include "items/remote/testing/scripted_endpoint.h"
#include "items/testing/short_requests.h"

namespace caudal::items::remote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RemoteWritesTest : public EndpointTest {
 protected:
  static Write put_of(const std::string& id) {
    return {.action = PutItem{"tab", item_of(R"({"id":{"S":")" + id + R"("}})")}};
  }
  std::vector<std::string> operations() {
    std::vector<std::string> out;
    for (const Asked& one : asked()) out.push_back(one.operation);
    return out;
  }
  const Scripted table_{.body = R"({"Table":{"TableName":"tab","TableStatus":"ACTIVE",
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})"};
};

TEST_F(RemoteWritesTest, WhatABatchLeavesIsSentAgainAlone) {
  will({table_,
        {.body = R"({"UnprocessedItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"b"}}}}]}})"},
        refused(400, "ProvisionedThroughputExceededException"),
        {}});
  const auto answers = unwrap(store_->write_each({put_of("a"), put_of("b")}));
  for (const auto& answer : answers) EXPECT_TRUE(answer && answer->held);
  EXPECT_THAT(operations(), ElementsAre("DescribeTable", "BatchWriteItem", "BatchWriteItem", "BatchWriteItem"));
  EXPECT_THAT(asked()[1].body, HasSubstr(R"("a")"));
  EXPECT_THAT(asked()[2].body, Not(HasSubstr(R"("a")")));
  EXPECT_THAT(asked()[3].body, HasSubstr(R"("b")"));
}

TEST_F(RemoteWritesTest, AnEndpointThatTakesNoneOfItIsToldOfEach) {
  std::vector<Scripted> script = {table_};
  script.insert(script.end(), 9,
                {.body = R"({"UnprocessedItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}})"});
  will(script);
  std::vector<Write> writes;
  for (int n = 0; n < 30; ++n) writes.push_back(put_of(std::to_string(n)));
  const auto answers = unwrap(store_->write_each(std::move(writes)));
  ASSERT_EQ(answers.size(), 30U);
  for (const auto& answer : answers) EXPECT_TRUE(!answer && answer.error().code == Errc::unavailable);
  EXPECT_EQ(asked().size(), 5U) << "the second batch is not tried";
}

TEST_F(RemoteWritesTest, ATransactionThatMetAnotherIsSentAgainWithItsToken) {
  will({refused(400, "TransactionCanceledException", "cancelled",
                R"(,"CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing"}])"),
        {.is_lost = true},
        {}});
  EXPECT_TRUE(unwrap(store_->transact({put_of("a")})).done());
  ASSERT_EQ(asked().size(), 3U);
  EXPECT_THAT(asked()[0].body, HasSubstr("ClientRequestToken"));
  EXPECT_EQ(asked()[0].body, asked()[2].body) << "also when it has none of its own";
}

TEST_F(RemoteWritesTest, ATransactionThatWasNeverAnsweredMayHaveHappened) {
  std::vector<Scripted> script = {refused(500, "InternalServerError")};
  script.insert(script.end(), 9, refused(400, "ThrottlingException"));
  will(script);
  const auto unsure = store_->transact({put_of("a")});
  ASSERT_FALSE(unsure);
  EXPECT_EQ(unsure.error().code, Errc::outcome_unknown);
  EXPECT_EQ(asked().size(), 4U) << "the token lets it be sent again";
  will(std::vector<Scripted>(9, refused(400, "ThrottlingException")));
  const auto not_done = store_->transact({put_of("a")});
  ASSERT_FALSE(not_done);
  EXPECT_EQ(not_done.error().code, Errc::unavailable) << "refused each time, it was not done";
}

TEST_F(RemoteWritesTest, ReasonsOfATransactionAreToldOneByOne) {
  will({refused(400, "TransactionCanceledException", "cancelled",
                R"(,"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"no",
                   "Item":{"id":{"S":"b"}}},{"Code":"ValidationError","Message":"bad"}])")});
  const Transacted refused = unwrap(store_->transact({put_of("a"), put_of("b"), put_of("c")}));
  ASSERT_EQ(refused.reasons.size(), 3U);
  EXPECT_EQ(refused.reasons[0].reason, Reason::kNone);
  EXPECT_EQ(refused.reasons[1].item, item_of(R"({"id":{"S":"b"}})"));
  EXPECT_EQ(refused.reasons[2].reason, Reason::kInvalid);
  EXPECT_EQ(refused.reasons[2].message, "bad");
}

TEST_F(RemoteWritesTest, ATransactionThatWasCancelledWithoutReasonsIsNoSuccess) {
  will({refused(400, "TransactionCanceledException", "cancelled")});
  EXPECT_EQ(store_->transact({put_of("a")}).error().code, Errc::transaction_cancelled);
}

TEST_F(RemoteWritesTest, ACheckAloneIsNoWrite) {
  will({});
  EXPECT_FALSE(store_->write({.action = CheckItem{"tab", item_of(R"({"id":{"S":"a"}})")}}));
  EXPECT_TRUE(asked().empty());
}

}  // namespace
}  // namespace caudal::items::remote
