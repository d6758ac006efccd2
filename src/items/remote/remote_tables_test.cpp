// SPDX-License-Identifier: Apache-2.0
// Tables at endpoints that have not all of DynamoDB's operations.
#include <gmock/gmock.h>

#include "items/errors.h"
#include "items/remote/testing/scripted_endpoint.h"

namespace caudal::items::remote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RemoteTablesTest : public EndpointTest {
 protected:
  // As DynamoDB Local describes it: without an id.
  const std::string described_ = R"({"Table":{"TableName":"tab","TableStatus":"ACTIVE",
      "TableArn":"arn:aws:dynamodb:ddblocal:000000000000:table/tab",
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}})";
  std::vector<std::string> operations() {
    std::vector<std::string> all;
    for (const Asked& one : asked()) all.push_back(one.operation);
    return all;
  }
};

TEST_F(RemoteTablesTest, WhatTheEndpointHasNoOperationForATableHasNoneOf) {
  const Scripted unknown = refused(400, "UnknownOperationException", "Tagging is not currently supported");
  will({{.body = described_}, unknown, unknown});
  const TableInfo info = unwrap(store_->describe_table("tab"));
  EXPECT_TRUE(info.definition.tags.empty());
  EXPECT_TRUE(info.expiry.attribute.empty());
  EXPECT_EQ(info.id, "arn:aws:dynamodb:ddblocal:000000000000:table/tab");
  EXPECT_THAT(operations(), ElementsAre("DescribeTable", "ListTagsOfResource", "DescribeTimeToLive"));
  will({{.body = described_},
        {.body = R"({"Tags":[{"Key":"team","Value":"risk"}]})"},
        {.body = R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"until"}})"}});
  const TableInfo whole = unwrap(store_->describe_table("tab"));
  EXPECT_EQ(whole.definition.tags, (Tags{{"team", "risk"}}));
  EXPECT_EQ(whole.expiry.attribute, "until");
}

TEST_F(RemoteTablesTest, WhatIsRefusedForAnotherReasonIsAnError) {
  will({{.body = described_}, refused(400, "AccessDeniedException")});
  EXPECT_EQ(store_->describe_table("tab").error().code, Errc::not_allowed);
  will({refused(400, "ResourceNotFoundException")});
  EXPECT_EQ(store_->describe_table("tab").error().code, Errc::no_such_table);
  // Who wants tags to be kept is told that they are not.
  will({{.body = described_}, refused(400, "UnknownOperationException")});
  const auto refusal = store_->change_tags("tab", {{"team", "risk"}}, {});
  ASSERT_FALSE(refusal);
  EXPECT_THAT(refusal.error().message, HasSubstr("does not offer TagResource"));
}

}  // namespace
}  // namespace caudal::items::remote
