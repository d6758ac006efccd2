// SPDX-License-Identifier: Apache-2.0
// Reading and writing the generated structs, with DynamoDB's, which have every kind of member.
#include "aws/json/json_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/generated/athena/queries.h"
#include "aws/generated/dynamodb/items.h"
#include "aws/generated/dynamodb/tables.h"
#include "aws/generated/dynamodbstreams/streams.h"
#include "aws/json/json_writer.h"

namespace caudal::aws {
namespace {

using ::testing::ElementsAre;

template <class T>
T decoded(std::string_view body) {
  T value;
  Violations violations;
  const auto read = decode_json(body, shape_of<T>(), &value, violations);
  EXPECT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(violations.empty(), true) << violations.to_string();
  return value;
}

// The SerializationException of a body, or what it violates, or "ok".
template <class T>
std::string refusal(std::string_view body) {
  T value;
  Violations violations;
  const auto read = decode_json(body, shape_of<T>(), &value, violations);
  if (!read) return read.error().code + ": " + read.error().message;
  return violations.empty() ? "ok" : violations.to_string();
}

TEST(JsonCodec, ReadsEveryKindOfMember) {
  const auto table = decoded<dynamodb::CreateTableInput>(R"({
      "TableName": "Music", "Unknown": {"a": [1, 2.5]}, "BillingMode": null,
      "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}],
      "KeySchema": [{"KeyType": "HASH", "AttributeName": "Artist"}],
      "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
      "DeletionProtectionEnabled": true})");
  EXPECT_EQ(table.table_name, "Music");
  EXPECT_EQ(table.billing_mode, std::nullopt) << "null is absence";
  ASSERT_EQ(table.key_schema.size(), 1u);
  EXPECT_EQ(table.key_schema[0].attribute_name, "Artist");
  EXPECT_EQ(table.provisioned_throughput->write_capacity_units, 6);
  EXPECT_EQ(table.deletion_protection_enabled, true);
  EXPECT_EQ(table.global_secondary_indexes, std::nullopt);
}

TEST(JsonCodec, ReadsAttributeValues) {
  const auto put = decoded<dynamodb::PutItemInput>(R"({"TableName": "Music", "Item": {
      "s": {"S": "é"}, "n": {"N": "1e2"}, "b": {"B": "AP8="}, "t": {"BOOL": false}, "z": {"NULL": true},
      "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["1"]}, "bs": {"BS": ["AA=="]}, "empty": {}, "two": {"S": "a", "N": "1"},
      "l": {"L": [{"S": "x"}, {"L": []}]}, "m": {"M": {"in": {"M": {}}}}}})");
  const auto item = [&](std::string_view name) { return put.item.find(name)->second; };
  EXPECT_EQ(item("s"), AttributeValue(std::string("é")));
  EXPECT_EQ(item("n"), AttributeValue(Number{"1e2"}));
  EXPECT_EQ(item("b"), AttributeValue(Binary{std::string("\0\xff", 2)}));
  EXPECT_EQ(item("t"), AttributeValue(false));
  EXPECT_EQ(item("z"), AttributeValue(Null{true}));
  EXPECT_EQ(item("ss"), AttributeValue(StringSet{{"b", "a"}}));
  EXPECT_EQ(item("ns"), AttributeValue(NumberSet{{"1"}}));
  EXPECT_EQ(item("bs"), AttributeValue(BinarySet{{std::string(1, '\0')}}));
  EXPECT_EQ(item("empty"), AttributeValue());
  EXPECT_TRUE(item("two").several);
  EXPECT_EQ(item("l"),
            AttributeValue(AttributeList{AttributeValue(std::string("x")), AttributeValue(AttributeList())}));
  EXPECT_EQ(item("m"), AttributeValue(AttributeMap{{"in", AttributeValue(AttributeMap())}}));
}

TEST(JsonCodec, WritesWhatItReads) {
  const std::string_view bodies[] = {
      R"({"Item":{"b":{"B":"AP8="},"l":{"L":[{"S":"a\"\\\n\u0001é"},{"NULL":true}]},"m":{"M":{"k":{"BOOL":true}}},"n":{"N":"1.0"},"ss":{"SS":["b","a"]}},"ConsumedCapacity":{"TableName":"ttt","CapacityUnits":0.5}})",
      R"({"Item":{}})", "{}"};
  for (const std::string_view body : bodies) EXPECT_EQ(to_json(decoded<dynamodb::GetItemOutput>(body)), body);
}

TEST(JsonCodec, TimesAreSecondsSince1970) {
  const auto record = decoded<dynamodbstreams::StreamRecord>(R"({"ApproximateCreationDateTime": 1363729002.358})");
  ASSERT_TRUE(record.approximate_creation_date_time.has_value());
  EXPECT_EQ(to_json(record), R"({"ApproximateCreationDateTime":1363729002.358})");
  EXPECT_EQ(to_json(decoded<dynamodbstreams::StreamRecord>(R"({"ApproximateCreationDateTime": 1363729002})")),
            R"({"ApproximateCreationDateTime":1363729002})");
}

TEST(JsonCodec, AStructMayHoldItself) {
  const std::string_view body = R"({"StageId":1,"SubStages":[{"StageId":2,"SubStages":[{"State":"x"}]}]})";
  EXPECT_EQ(to_json(decoded<athena::QueryStage>(body)), body);
}

TEST(JsonCodec, OtherTypesAreRefusedInTheServicesWords) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"TableName": 23})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"TableName": true})", "TRUE_VALUE cannot be converted to String"},
      {R"({"TableName": {}})", "Start of structure or map found where not expected."},
      {R"({"TableName": []})", "Start of list found where not expected"},
      {R"({"Limit": "1"})", "STRING_VALUE cannot be converted to Integer"},
      {R"({"Limit": 1.5})", "NUMBER_VALUE cannot be converted to Integer"},
      {R"({"Limit": 99999999999})", "NUMBER_VALUE cannot be converted to Integer"},
      {R"({"ConsistentRead": "a"})", "STRING_VALUE cannot be converted to Boolean"},
      {R"({"AttributesToGet": "a"})", "Unexpected field type"},
      {R"({"AttributesToGet": {}})", "Start of structure or map found where not expected."},
      {R"({"ExclusiveStartKey": []})", "Start of list found where not expected"},
      {R"({"ExclusiveStartKey": {"a": "b"}})", "Unexpected value type in payload"},
      {R"({"ExclusiveStartKey": {"a": {"S": 1}}})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"ExclusiveStartKey": {"a": {"B": "?"}}})", "Invalid Base64 in a value of binary type"},
      {R"({"ExclusiveStartKey": {"a": {"SS": "x"}}})", "Unexpected field type"},
      {"[]", "Start of list found where not expected"},
      {"1", "Unexpected value type in payload"},
      {"", ""},
      {"{", ""},
      {R"({"TableName": "a"} x)", ""},
      {"{\"TableName\": \"\xff\"}", ""}};
  for (const auto& [body, message] : cases) {
    EXPECT_EQ(refusal<dynamodb::QueryInput>(body), "SerializationException: " + std::string(message)) << body;
  }
}

TEST(JsonCodec, DeepNestingIsRefusedAndWhatDynamoDbAllowsIsRead) {
  const auto nested = [](int depth) {
    std::string value = R"({"S":"x"})";
    for (int i = 0; i < depth; ++i) value = R"({"L":[)" + value + "]}";
    return R"({"TableName":"Music","Item":{"a":)" + value + "}}";
  };
  EXPECT_EQ(refusal<dynamodb::PutItemInput>(nested(32)), "ok");
  EXPECT_EQ(refusal<dynamodb::PutItemInput>(nested(10'000)), "SerializationException: ");
}

TEST(JsonCodec, RepeatedNamesTakeTheLast) {
  EXPECT_EQ(
      decoded<dynamodb::GetItemInput>(R"({"TableName":"aaa","TableName":"bbb","Key":{"k":{"S":"1"},"k":{"S":"2"}}})")
          .key,
      (AttributeMap{{"k", AttributeValue(std::string("2"))}}));
}

TEST(JsonWriter, FindsWhatIsToBeEscapedWhereverItStands) {
  for (const auto& [character, escaped] :
       {std::pair('"', "\\\""), std::pair('\\', "\\\\"), std::pair('\x1f', "\\u001f")}) {
    for (const size_t length : {1U, 31U, 32U, 33U, 64U, 100U}) {
      for (size_t at = 0; at < length; ++at) {
        std::string text(length, '\xc3');
        text[at] = character;
        std::string out;
        append_json(out, std::string_view(text));
        EXPECT_EQ(out, "\"" + text.substr(0, at) + escaped + text.substr(at + 1) + "\"");
      }
    }
  }
  std::string all;
  append_json(all, std::string_view(std::string(70, '"')));
  EXPECT_EQ(all.size(), 142U);
}

TEST(JsonWriter, EscapesAndNumbers) {
  std::string out;
  append_json(out, std::string_view("\x1f\t/\x7f"));
  append_json(out, int64_t{-5});
  append_json(out, 0.1);
  append_json(out, Timestamp(std::chrono::milliseconds(-1'500)));
  EXPECT_EQ(out, "\"\\u001f\\t/\x7f\"-50.1-1.500");
}

}  // namespace
}  // namespace caudal::aws
