// SPDX-License-Identifier: Apache-2.0
// Operations by their names, and handlers that a door fills.
#include "aws/json/json_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/generated/athena/operations.h"
#include "aws/generated/athena/queries.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/operations.h"
#include "aws/generated/dynamodb/tables.h"
#include "aws/generated/dynamodbstreams/operations.h"
#include "aws/generated/glue/operations.h"
#include "aws/shapes/pattern.h"

namespace caudal::aws {
namespace {

using ::testing::HasSubstr;

struct Call {
  std::string caller;
};

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() {
    dispatcher_.on(dynamodb::operations::kGetItem,
                   [](Call& call, dynamodb::GetItemInput input) -> Outcome<dynamodb::GetItemOutput> {
                     if (input.key.empty()) return dynamodb::errors::resource_not_found_exception("no such table");
                     dynamodb::GetItemOutput output;
                     output.item.emplace()["by"] = AttributeValue(call.caller);
                     return output;
                   });
    dispatcher_.on(dynamodb::operations::kTagResource,
                   [](Call&, const dynamodb::TagResourceInput&) -> Outcome<NoOutput> { return NoOutput(); });
  }
  Outcome<std::string> call(std::string_view operation, std::string_view body) {
    Call call{"me"};
    return dispatcher_.call(operation, body, call);
  }
  JsonDispatcher<Call> dispatcher_{dynamodb::service()};
};

TEST_F(DispatcherTest, CallsTheHandler) {
  EXPECT_EQ(call("GetItem", R"({"TableName":"abc","Key":{"a":{"S":"b"}}})"),
            std::string(R"({"Item":{"by":{"S":"me"}}})"));
  const auto refused = call("GetItem", R"({"TableName":"abc","Key":{}})");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "ResourceNotFoundException");
  EXPECT_EQ(refused.error().status, 400);
}

TEST_F(DispatcherTest, AnOperationWithoutOutputAnswersAnEmptyBody) {
  EXPECT_EQ(call("TagResource", R"({"ResourceArn":"arn","Tags":[]})"), std::string());
}

TEST_F(DispatcherTest, AnswersLaterWhereTheHandlerDoes) {
  using Item = dynamodb::PutItemOutput;
  std::vector<JsonDispatcher<Call>::Answer<Item>> kept;
  dispatcher_.on_later(dynamodb::operations::kPutItem,
                       [&](Call&, const dynamodb::PutItemInput&, JsonDispatcher<Call>::Answer<Item> answer) {
                         kept.push_back(std::move(answer));
                       });
  Call call{"me"};
  std::vector<Outcome<std::string>> answers;
  const auto ask = [&](std::string_view operation, std::string_view body) {
    dispatcher_.call_later(operation, body, call,
                           [&](Outcome<std::string> answer) { answers.push_back(std::move(answer)); });
  };
  ask("PutItem", R"({"TableName":"abc","Item":{"a":{"S":"b"}}})");
  ask("PutItem", R"({"TableName":"abc","Item":{"a":{"S":"c"}}})");
  EXPECT_TRUE(answers.empty());
  ASSERT_EQ(kept.size(), 2U);
  kept[1](dynamodb::errors::resource_not_found_exception("no such table"));
  kept[0](Item());
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].error().code, "ResourceNotFoundException");
  EXPECT_EQ(answers[1], std::string("{}"));
  // What the model refuses, what has an ordinary handler, and what is no operation is answered at once.
  ask("PutItem", "{}");
  ask("GetItem", R"({"TableName":"abc","Key":{"a":{"S":"b"}}})");
  ask("NoSuch", "{}");
  ASSERT_EQ(answers.size(), 5U);
  EXPECT_EQ(answers[2].error().code, "ValidationException");
  EXPECT_EQ(answers[3], std::string(R"({"Item":{"by":{"S":"me"}}})"));
  EXPECT_EQ(answers[4].error().code, "UnknownOperationException");
}

TEST_F(DispatcherTest, WhatTheModelRefusesReachesNoHandler) {
  EXPECT_EQ(call("GetItem", "{}").error().code, "ValidationException");
  EXPECT_EQ(call("GetItem", "[]").error().code, "SerializationException");
}

TEST_F(DispatcherTest, OperationsWithoutHandlerAreNotOffered) {
  for (const std::string_view operation : {"PutItem", "CreateGlobalTable"}) {
    const auto refused = call(operation, "{}");
    EXPECT_EQ(refused.error().code, "UnknownOperationException");
    EXPECT_EQ(refused.error().message, "The operation " + std::string(operation) + " is not offered here");
  }
  EXPECT_THAT(call("Nonsense", "{}").error().message, HasSubstr("There is no operation DynamoDB_20120810.Nonsense"));
}

TEST(JsonService, ReadsTheTarget) {
  const JsonService& service = dynamodb::service();
  EXPECT_EQ(service.operation_of_target("DynamoDB_20120810.GetItem"), std::string_view("GetItem"));
  for (const std::string_view target : {"", "GetItem", "DynamoDB_20120810", "DynamoDB_20120810.", "AWSGlue.GetItem"}) {
    EXPECT_EQ(service.operation_of_target(target).error().code, "UnknownOperationException") << target;
  }
}

TEST(JsonService, TheTablesAreSortedAndApart) {
  for (const JsonService* service :
       {&dynamodb::service(), &dynamodbstreams::service(), &glue::service(), &athena::service()}) {
    EXPECT_TRUE(std::ranges::is_sorted(service->offered));
    EXPECT_TRUE(std::ranges::is_sorted(service->not_offered));
    for (const std::string_view name : service->offered) {
      EXPECT_FALSE(std::ranges::binary_search(service->not_offered, name)) << name;
    }
  }
  EXPECT_EQ(dynamodb::service().offered.size(), 42u);
  EXPECT_EQ(dynamodbstreams::service().offered.size(), 4u);
  EXPECT_EQ(glue::service().offered.size(), 77u);
  EXPECT_EQ(athena::service().offered.size(), 37u);
  EXPECT_TRUE(dynamodbstreams::service().not_offered.empty());
}

TEST(JsonService, EachHasItsOwnWordForWhatTheModelRefuses) {
  const auto refused = decode_input<athena::StartQueryExecutionInput>(athena::service(), "{}");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "InvalidRequestException");
  EXPECT_THAT(refused.error().message, HasSubstr("1 validation error detected: Value null at 'queryString'"));
  EXPECT_EQ(refused.error().json_members, "\"AthenaErrorCode\":\"INVALID_INPUT\"");
}

// Every pattern of the models is one that our matcher reads.
void check_patterns(const Shape& shape, std::vector<const Shape*>& seen) {
  if (std::ranges::find(seen, &shape) != seen.end()) return;
  seen.push_back(&shape);
  if (shape.limits != nullptr && !shape.limits->pattern.empty()) {
    EXPECT_TRUE(is_known_pattern(shape.limits->pattern)) << shape.name << ": " << shape.limits->pattern;
  }
  if (shape.element != nullptr) check_patterns(*shape.element, seen);
  if (shape.key != nullptr) check_patterns(*shape.key, seen);
  for (const Member& member : shape.members) check_patterns(*member.shape, seen);
}

TEST(JsonService, ItsPatternsAreKnown) {
  std::vector<const Shape*> seen;
  check_patterns(shape_of<dynamodb::CreateTableInput>(), seen);
  check_patterns(shape_of<athena::StartQueryExecutionInput>(), seen);
  EXPECT_GT(seen.size(), 30u);
}

}  // namespace
}  // namespace caudal::aws
