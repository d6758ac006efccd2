// SPDX-License-Identifier: Apache-2.0
// The door with all that it stands on, asked over a socket. What the SDK makes of it is tested in tests/dynamodb.
#include "api/dynamodb/door.h"

#include "api/dynamodb/testing/door_fixture.h"

namespace caudal::api::dynamodb {
namespace {

TEST_F(DoorTest, KeepsAnItemAndGivesItBackWithItsChecksum) {
  make_table();
  const auto put = ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1.50"}}})");
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.body, "{}");
  const auto got = ask("GetItem", R"({"TableName":"tab","Key":{"id":{"S":"a"}}})");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, R"({"Item":{"id":{"S":"a"},"n":{"N":"1.5"}}})");
  EXPECT_TRUE(got.has(fmt::format("x-amz-crc32: {}", crc32(0, got.body)))) << got.head;
  EXPECT_TRUE(got.has("Content-Type: application/x-amz-json-1.0")) << got.head;
}

TEST_F(DoorTest, ErrorsAreDynamoDbs) {
  const auto absent = ask("GetItem", R"({"TableName":"none","Key":{"id":{"S":"a"}}})");
  EXPECT_EQ(absent.status, 400);
  EXPECT_EQ(
      absent.body,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"})");
  make_table();
  const auto failed =
      ask("PutItem", R"x({"TableName":"tab","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)"})x");
  EXPECT_EQ(failed.status, 400);
  EXPECT_NE(failed.body.find("#ConditionalCheckFailedException"), std::string::npos);
  EXPECT_NE(failed.body.find("The conditional request failed"), std::string::npos);
  const auto keyless = ask("PutItem", R"({"TableName":"tab","Item":{"x":{"S":"a"}}})");
  EXPECT_NE(keyless.body.find("com.amazon.coral.validate#ValidationException"), std::string::npos) << keyless.body;
}

TEST_F(DoorTest, WhatIsNoRequestIsRefusedAndTheServerLivesOn) {
  make_table();
  for (const char* body :
       {"", "{", "[]", "null", R"({"TableName":7})", R"({"TableName":"tab","Item":{"id":{"B":"***"}}})",
        R"({"TableName":"tab","Item":{"id":{"S":"a"},"x":{"N":"1e999"}}})", "\xff\xfe"}) {
    const auto refused = ask("PutItem", body);
    EXPECT_EQ(refused.status, 400) << body << " gave " << refused.body;
  }
  const auto no_gzip = ask("PutItem", "not gzip at all", {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(no_gzip.status, 400);
  EXPECT_NE(no_gzip.body.find("SerializationException"), std::string::npos);
  EXPECT_EQ(ask("NoSuchOperation", "{}").status, 400);
  EXPECT_EQ(ask("ListTables", "{}").body, R"({"TableNames":["tab"]})");
}

TEST_F(DoorTest, WhoIsNobodyGetsNothing) {
  const auto unsigned_request = ask("ListTables", "{}", {}, false);
  EXPECT_EQ(unsigned_request.status, 400);
  credentials_.secret = "another";
  const auto wrong = ask("ListTables", "{}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("InvalidSignatureException"), std::string::npos) << wrong.body;
}

TEST_F(DoorTest, UsersMayWhatTheirPoliciesSay) {
  make_table();
  ASSERT_OK(identities_->create_user("ana"));
  const auto key = unwrap(identities_->create_key({.user = "ana"}));
  credentials_ = {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  const auto denied = ask("GetItem", R"({"TableName":"tab","Key":{"id":{"S":"ana"}}})");
  EXPECT_NE(denied.body.find("#AccessDeniedException"), std::string::npos) << denied.body;
  EXPECT_EQ(ask("GetItem", R"({"TableName":"none","Key":{"id":{"S":"a"}}})").body.find("ResourceNotFound"),
            std::string::npos)
      << "nor whether there is such a table";
  ASSERT_OK(identities_->put_policy("ana", "own", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":"arn:aws:dynamodb:*:*:table/tab",
      "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["ana"]}}}]})"));
  EXPECT_EQ(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"ana"}}})").status, 200);
  EXPECT_NE(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"bia"}}})").body.find("#AccessDeniedException"),
            std::string::npos);
  EXPECT_NE(ask("DeleteItem", R"({"TableName":"tab","Key":{"id":{"S":"ana"}}})").body.find("#AccessDeniedException"),
            std::string::npos);
}

}  // namespace
}  // namespace caudal::api::dynamodb
