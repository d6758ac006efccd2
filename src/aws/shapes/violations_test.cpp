// SPDX-License-Identifier: Apache-2.0
// The words in which the services refuse what their models do not allow. The expected texts are those that clients have
// reported of the services.
#include "aws/shapes/violations.h"

#include <gtest/gtest.h>

#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/operations.h"
#include "aws/generated/dynamodb/tables.h"
#include "aws/generated/glue/tables.h"
#include "aws/json/json_service.h"

namespace caudal::aws {
namespace {

template <class T>
std::string violations_of(std::string_view body) {
  const auto input = decode_input<T>(dynamodb::service(), body);
  return input ? "ok" : input.error().message;
}

TEST(Violations, OfTexts) {
  EXPECT_EQ(violations_of<dynamodb::ListTablesInput>(R"({"ExclusiveStartTableName":"ab"})"),
            "1 validation error detected: Value 'ab' at 'exclusiveStartTableName' failed to satisfy constraint: Member "
            "must have length "
            "greater than or equal to 3");
  EXPECT_EQ(violations_of<dynamodb::ListTablesInput>(R"({"ExclusiveStartTableName":"\"smart-dcb-messages\""})"),
            "1 validation error detected: Value '\"smart-dcb-messages\"' at 'exclusiveStartTableName' failed to "
            "satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_EQ(violations_of<dynamodb::ListTablesInput>(R"({"ExclusiveStartTableName":";"})"),
            "2 validation errors detected: Value ';' at 'exclusiveStartTableName' failed to satisfy constraint: Member "
            "must have length "
            "greater than or equal to 3; Value ';' at 'exclusiveStartTableName' failed to satisfy constraint: Member "
            "must satisfy "
            "regular expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_EQ(violations_of<dynamodb::ListTablesInput>(R"({"ExclusiveStartTableName":")" + std::string(256, 'a') + "\"}"),
            "1 validation error detected: Value '" + std::string(256, 'a') +
                "' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length less than or "
                "equal to 255");
}

TEST(Violations, OfMissingMembersEnumsAndNumbers) {
  EXPECT_EQ(
      violations_of<dynamodb::DescribeTableInput>("{}"),
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(
      violations_of<dynamodb::ListTablesInput>(R"({"Limit":0})"),
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater "
      "than or equal to 1");
  EXPECT_EQ(
      violations_of<dynamodb::ListTablesInput>(R"({"Limit":101})"),
      "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less "
      "than or equal to 100");
  EXPECT_EQ(
      violations_of<dynamodb::GetItemInput>(R"({"TableName":"abc","Key":{},"ReturnConsumedCapacity":"hi"})"),
      "1 validation error detected: Value 'hi' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
      "satisfy enum value set: [INDEXES, TOTAL, NONE]");
}

TEST(Violations, OfCollectionsAndWhatIsInThem) {
  const auto table = [](std::string_view keys, std::string_view more = "") {
    return violations_of<dynamodb::CreateTableInput>(
        std::string(R"({"TableName":"abc","AttributeDefinitions":[],"KeySchema":)")
            .append(keys)
            .append(more)
            .append("}"));
  };
  EXPECT_EQ(
      table("[]"),
      "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length "
      "greater than or equal to 1");
  EXPECT_EQ(
      table(R"([{"AttributeName":"a","KeyType":"HASH"},{"KeyType":"x","AttributeName":"b"}])"),
      "1 validation error detected: Value 'x' at 'keySchema.2.member.keyType' failed to satisfy constraint: Member "
      "must satisfy enum value set: [HASH, RANGE]");
  EXPECT_EQ(
      table(R"([{"KeyType":"HASH"}])"),
      "1 validation error detected: Value null at 'keySchema.1.member.attributeName' failed to satisfy constraint: "
      "Member must not be null");
  EXPECT_EQ(
      table("[null]"),
      "1 validation error detected: Value null at 'keySchema.1.member' failed to satisfy constraint: Member must not "
      "be null");
}

TEST(Violations, OfMaps) {
  EXPECT_EQ(violations_of<dynamodb::BatchGetItemInput>(R"({"RequestItems":{}})"),
            "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have "
            "length greater than or equal to 1");
  EXPECT_EQ(violations_of<dynamodb::BatchGetItemInput>(R"({"RequestItems":{"Auth":{"Keys":[]}}})"),
            "1 validation error detected: Value '[]' at 'requestItems.Auth.member.keys' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1");
  EXPECT_EQ(
      violations_of<dynamodb::BatchWriteItemInput>(R"({"RequestItems":{"abc":[]}})"),
      "1 validation error detected: Value '{abc=[]}' at 'requestItems' failed to satisfy constraint: Map value must "
      "satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or "
      "equal to 1]");
  EXPECT_EQ(
      violations_of<dynamodb::BatchGetItemInput>(R"({"RequestItems":{"":{"Keys":[{}]}}})"),
      "1 validation error detected: Value '{=KeysAndAttributes()}' at 'requestItems' failed to satisfy constraint: "
      "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length "
      "greater than or equal to 1]");
}

TEST(Violations, OfListElements) {
  EXPECT_EQ(
      violations_of<glue::BatchDeleteTableRequest>(R"({"DatabaseName":"d","TablesToDelete":["a",""]})"),
      "1 validation error detected: Value '[a, ]' at 'tablesToDelete' failed to satisfy constraint: Member must "
      "satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than "
      "or equal to 1, Member must satisfy regular expression pattern: "
      "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*]");
}

TEST(Violations, LengthsAreCountedAsJavaDoes) {
  const auto name = [](size_t notes) {
    std::string text;
    for (size_t i = 0; i < notes; ++i) text += "\xf0\x9d\x84\x9e";
    return violations_of<glue::GetDatabaseRequest>(R"({"Name":")" + text + "\"}");
  };
  EXPECT_EQ(name(127), "ok");
  EXPECT_NE(name(128), "ok") << "each of them is two characters";
}

TEST(Violations, NoMoreThanTenAreTold) {
  std::string keys;
  for (int i = 0; i < 20; ++i) keys += std::string(i == 0 ? "" : ",") + R"({"AttributeName":"a"})";
  const std::string text = violations_of<dynamodb::CreateTableInput>(
      R"({"TableName":"abc","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"AttributeDefinitions":[)" + keys +
      "]}");
  EXPECT_EQ(text.substr(0, 29), "20 validation errors detected");
  EXPECT_NE(text.find("'attributeDefinitions.10.member"), std::string::npos);
  EXPECT_EQ(text.find("'attributeDefinitions.11.member"), std::string::npos);
}

}  // namespace
}  // namespace caudal::aws
