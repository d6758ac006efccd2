// SPDX-License-Identifier: Apache-2.0
#include "aws/error_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "aws/generated/athena/operations.h"
#include "aws/generated/dynamodb/common.h"
#include "aws/generated/dynamodb/operations.h"
#include "aws/generated/glue/operations.h"
#include "aws/request_ids.h"
#include "base/crc.h"

namespace caudal::aws {
namespace {

using ::testing::Contains;
using ::testing::Pair;

TEST(ErrorReply, OfS3) {
  const ServiceError error{
      .code = "NoSuchKey", .status = 404, .message = "The specified key does not exist.", .members = {{"Key", "a<b"}}};
  const RestReply reply = s3_error_reply(error, "/bucket/a<b", "4442587FB7D0A2F9");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(
      reply.body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not "
      "exist.</Message><Key>a&lt;b</Key><Resource>/bucket/a&lt;b</Resource><RequestId>4442587FB7D0A2F9</RequestId>"
      "<HostId>" +
          host_id_of("4442587FB7D0A2F9") + "</HostId></Error>");
  EXPECT_THAT(reply.headers, Contains(Pair("x-amz-request-id", "4442587FB7D0A2F9")));
  EXPECT_THAT(reply.headers, Contains(Pair("x-amz-id-2", host_id_of("4442587FB7D0A2F9"))));
  EXPECT_THAT(reply.headers, Contains(Pair("Content-Type", "application/xml")));
}

TEST(ErrorReply, OfDynamoDbHasItsPrefixes) {
  const std::pair<std::string_view, std::string_view> types[] = {
      {"ResourceNotFoundException", "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"},
      {"ValidationException", "com.amazon.coral.validate#ValidationException"},
      {"SerializationException", "com.amazon.coral.service#SerializationException"},
      {"UnknownOperationException", "com.amazon.coral.service#UnknownOperationException"},
      {"UnrecognizedClientException", "com.amazon.coral.service#UnrecognizedClientException"}};
  for (const auto& [code, type] : types) {
    const JsonReply reply =
        json_error_reply(dynamodb::service(), {.code = std::string(code), .message = "say \"why\""}, "ID");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body, "{\"__type\":\"" + std::string(type) + "\",\"message\":\"say \\\"why\\\"\"}");
    EXPECT_THAT(reply.headers, Contains(Pair("x-amzn-RequestId", "ID")));
    EXPECT_THAT(reply.headers, Contains(Pair("Content-Type", "application/x-amz-json-1.0")));
    EXPECT_THAT(reply.headers, Contains(Pair("x-amz-crc32", std::to_string(crc32(0, reply.body)))));
  }
}

TEST(ErrorReply, MembersOfModelledErrorsComeAlong) {
  dynamodb::TransactionCanceledException members;
  members.cancellation_reasons.emplace().push_back({.code = "None"});
  const ServiceError error =
      with_members(dynamodb::errors::transaction_canceled_exception("Transaction cancelled"), members);
  EXPECT_EQ(
      json_error_reply(dynamodb::service(), error, "ID").body,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{"Code":"None"}],"message":"Transaction cancelled"})");
}

TEST(ErrorReply, OfGlueAndAthenaHasNone) {
  const ServiceError error = glue::errors::entity_not_found_exception("Database x not found.");
  EXPECT_EQ(json_error_reply(glue::service(), error, "ID").body,
            R"({"__type":"EntityNotFoundException","Message":"Database x not found."})");
  const JsonReply athena = json_error_reply(athena::service(), athena::errors::internal_server_exception("x"), "ID");
  EXPECT_EQ(athena.status, 500);
  EXPECT_THAT(athena.headers, Contains(Pair("Content-Type", "application/x-amz-json-1.1")));
}

TEST(RequestIds, HaveTheServicesFormsAndDiffer) {
  RequestIds ids(7);
  std::set<std::string> seen;
  for (int i = 0; i < 300; ++i) {
    const std::string s3 = ids.for_s3();
    EXPECT_THAT(s3, ::testing::MatchesRegex("[0-9A-F]{16}"));
    const std::string dynamodb = ids.for_dynamodb();
    EXPECT_THAT(dynamodb, ::testing::MatchesRegex("[0-9A-Z]{52}"));
    const std::string json = ids.for_json();
    EXPECT_THAT(json, ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    seen.insert({s3, dynamodb, json});
  }
  EXPECT_EQ(seen.size(), 900u);
  EXPECT_EQ(host_id_of("4442587FB7D0A2F9").size(), 76u);
}

}  // namespace
}  // namespace caudal::aws
