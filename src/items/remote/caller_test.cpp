// SPDX-License-Identifier: Apache-2.0
// What is sent again, what is not, and what callers are told.
#include <gmock/gmock.h>

#include "items/remote/testing/scripted_endpoint.h"
#include "items/testing/short_requests.h"

namespace caudal::items::remote {
namespace {

using testing::HasSubstr;

class CallerTest : public EndpointTest {
 protected:
  Result<Got> get() { return store_->get({.table = "tab", .key = item_of(R"({"id":{"S":"a"}})")}); }
  Result<Written> put(const Texts& texts = {}) {
    return store_->write({.action = PutItem{"tab", item_of(R"({"id":{"S":"a"}})")}, .expressions = expressions(texts)});
  }
  const Scripted item_{.body = R"({"Item":{"id":{"S":"a"}}})"};
  const Texts is_new_{.condition = "attribute_not_exists(id)"};
};

TEST_F(CallerTest, SignsForItsRegion) {
  will({item_});
  EXPECT_EQ(unwrap(get()).item, item_of(R"({"id":{"S":"a"}})"));
  ASSERT_EQ(asked().size(), 1U);
  EXPECT_EQ(asked()[0].operation, "GetItem");
  EXPECT_THAT(asked()[0].authorization, HasSubstr("Credential=AKIAEXAMPLE/"));
  EXPECT_THAT(asked()[0].authorization, HasSubstr("/sa-east-1/dynamodb/aws4_request"));
}

TEST_F(CallerTest, ReadsAreSentAgainWhateverHappened) {
  will({{.is_lost = true}, refused(500, "InternalServerError"), {.body = item_.body, .is_damaged = true}, item_});
  EXPECT_EQ(unwrap(get()).item, item_of(R"({"id":{"S":"a"}})"));
  EXPECT_EQ(asked().size(), 4U);
}

TEST_F(CallerTest, AndGivenUpInTheEnd) {
  will(std::vector<Scripted>(9, refused(503, "ServiceUnavailable")));
  const auto refused = get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable) << refused.error().to_string();
  EXPECT_EQ(asked().size(), 4U) << "as many attempts as the settings say";
}

TEST_F(CallerTest, WhatWasNotDoneIsSentAgainEvenIfItIsNoReadTwice) {
  for (const char* const type :
       {"ProvisionedThroughputExceededException", "ThrottlingException", "TransactionConflictException"}) {
    will({refused(400, type), {}});
    EXPECT_TRUE(unwrap(put(is_new_)).held) << type;
    EXPECT_EQ(asked().size(), 2U) << type;
  }
}

TEST_F(CallerTest, AWriteThatPerhapsHappenedIsNotMadeTwice) {
  for (const Scripted& scripted : {Scripted{.is_lost = true}, refused(500, "InternalServerError"),
                                   Scripted{.is_damaged = true}, Scripted{.body = "<html>"}}) {
    will({scripted, {}});
    const auto unknown = put(is_new_);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::outcome_unknown) << unknown.error().to_string();
    EXPECT_EQ(asked().size(), 1U);
  }
}

TEST_F(CallerTest, NorOverAConnectionThatWasUsedBefore) {
  will({item_, {.is_lost = true}, {}});
  ASSERT_OK(get());
  const auto unknown = put(is_new_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::outcome_unknown);
  EXPECT_EQ(asked().size(), 2U) << "libcurl would have sent it again by itself";
}

TEST_F(CallerTest, ButOneThatComesToTheSameIs) {
  will({{.is_lost = true}, refused(500, "InternalServerError"), {}});
  EXPECT_TRUE(unwrap(put()).held);
  EXPECT_EQ(asked().size(), 3U);
}

TEST_F(CallerTest, RefusalsSayWhatToDo) {
  will({refused(400, "UnrecognizedClientException", "The security token included in the request is invalid.")});
  const auto keys = get();
  EXPECT_EQ(keys.error().code, Errc::not_allowed);
  EXPECT_THAT(keys.error().message, HasSubstr("check its keys"));
  will({refused(400, "UnknownOperationException")});
  EXPECT_EQ(get().error().code, Errc::not_offered);
  will({refused(400, "ValidationException", "The provided key element does not match the schema")});
  EXPECT_EQ(get().error().message, "The provided key element does not match the schema");
  will({refused(400, "ResourceNotFoundException", "Requested resource not found")});
  EXPECT_EQ(get().error().code, Errc::no_such_table);
  will({{.status = 403, .body = "<html>a proxy</html>"}});
  EXPECT_THAT(get().error().message, HasSubstr("none of DynamoDB's"));
}

TEST_F(CallerTest, NobodyThereIsToldWithTheEndpoint) {
  auto store = unwrap(RemoteStore::open(
      {.endpoint = "http://127.0.0.1:1/", .retries = {.attempts = 2, .first_delay = std::chrono::milliseconds(1)}},
      clock_, 1));
  const auto refused = store->list_tables("", 10);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("http://127.0.0.1:1 does not answer ListTables"));
}

TEST_F(CallerTest, EndpointsAreSchemeHostAndPort) {
  for (const char* const wrong : {"", "127.0.0.1:8000", "ftp://host", "http://", "http://host/path", "http://u@host"}) {
    const auto refused = RemoteStore::open({.endpoint = wrong}, clock_, 1);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_THAT(refused.error().message, HasSubstr("give its scheme, host and port"));
  }
}

TEST_F(CallerTest, StreamsAreForTheEndpoint) {
  EXPECT_EQ(store_->streams().list("", {}, 10).error().code, Errc::not_offered);
  EXPECT_EQ(unwrap(store_->sweep({})).streams, 0U);
}

}  // namespace
}  // namespace caudal::items::remote
