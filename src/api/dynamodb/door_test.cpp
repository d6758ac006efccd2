// SPDX-License-Identifier: Apache-2.0
// The door with all that it stands on, asked over a socket. What the SDK makes of it is tested in tests/dynamodb.
#include "api/dynamodb/door.h"

#include "access/audit/segment.h"
#include "api/dynamodb/body.h"
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

// Whether on the network's threads or the pool's, an answer is the same.
TEST_F(DoorTest, WhatIsNotInMemoryIsReadAllTheSame) {
  make_table();
  ASSERT_EQ(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"}}})").status, 200);
  ASSERT_EQ(ask("PutItem",
                R"({"TableName":"tab","Item":{"id":{"S":"large"},"x":{"S":")" + std::string(100'000, 'x') + R"("}}})")
                .status,
            200);
  const auto query = [&](const std::string& id) {
    return ask("Query",
               R"({"TableName":"tab","KeyConditionExpression":"id = :a","ExpressionAttributeValues":{":a":{"S":")" +
                   id + R"("}}})")
        .body;
  };
  for (const bool is_on_disk : {false, true}) {
    if (is_on_disk) ASSERT_OK(kv_->compact(unwrap(kv_->family("items.rows"))));
    EXPECT_EQ(ask("GetItem", R"({"TableName":"tab","Key":{"id":{"S":"a"}}})").body, R"({"Item":{"id":{"S":"a"}}})");
    EXPECT_EQ(query("a"), R"({"Items":[{"id":{"S":"a"}}],"Count":1,"ScannedCount":1})");
    EXPECT_GT(query("large").size(), 100'000U);
  }
  server_.server->stop();
  ASSERT_OK(log_->flush());
  EXPECT_EQ(log_->metrics().records, 9U) << "each once, however often it was tried";
}

TEST_F(DoorTest, TakesPromptlyWhatIsShort) {
  const auto takes = [&](std::string_view operation, std::vector<http::Header> more = {}, uint64_t bytes = 100) {
    const std::string target = fmt::format("DynamoDB_20120810.{}", operation);
    http::Request request;
    request.headers.add({"X-Amz-Target", target});
    for (const http::Header& header : more) request.headers.add(header);
    request.content_length = bytes;
    return door_.takes_promptly(request).has_value();
  };
  for (const char* operation : {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"}) {
    EXPECT_TRUE(takes(operation)) << operation;
    EXPECT_TRUE(takes(operation, {{"Accept-Encoding", "identity"}})) << operation;
    EXPECT_FALSE(takes(operation, {}, 20'000)) << operation;
    EXPECT_FALSE(takes(operation, {{"Accept-Encoding", "gzip"}})) << operation;
    EXPECT_FALSE(takes(operation, {{"Content-Encoding", "gzip"}})) << operation;
  }
  for (const char* operation : {"Scan", "BatchGetItem", "BatchWriteItem", "CreateTable", "ListTables", "NoneGetItem"}) {
    EXPECT_FALSE(takes(operation)) << operation;
  }
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

TEST_F(DoorTest, PoliciesMayAskWhatIsAskedFor) {
  make_table();
  ASSERT_OK(identities_->create_user("ana"));
  ASSERT_EQ(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1"},"secret":{"S":"x"}}})").status,
            200);
  const auto key = unwrap(identities_->create_key({.user = "ana"}));
  credentials_ = {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  ASSERT_OK(identities_->put_policy("ana", "some", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["dynamodb:GetItem","dynamodb:Query","dynamodb:UpdateItem"],"Resource":"*",
      "Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["id","n"]},
                   "StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES",
                                           "dynamodb:ReturnValues":["NONE","UPDATED_NEW"]}}},
      {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*",
       "Condition":{"StringEquals":{"dynamodb:EnclosingOperation":"TransactWriteItems"}}}]})"));
  const auto is_denied = [&](const std::string& operation, const std::string& body) {
    const auto answer = ask(operation, body);
    EXPECT_TRUE(answer.status == 200 || answer.body.find("#AccessDeniedException") != std::string::npos) << answer.body;
    return answer.status != 200;
  };
  const std::string get = R"({"TableName":"tab","Key":{"id":{"S":"a"}})";
  EXPECT_FALSE(is_denied("GetItem", get + R"(,"ProjectionExpression":"id, n"})"));
  EXPECT_TRUE(is_denied("GetItem", get + R"(,"ProjectionExpression":"id, secret"})"));
  EXPECT_TRUE(is_denied("GetItem", get + "}")) << "all of it";
  const std::string query =
      R"({"TableName":"tab","KeyConditionExpression":"id = :a","ExpressionAttributeValues":{":a":{"S":"a"}})";
  EXPECT_TRUE(is_denied("Query", query + "}"));
  EXPECT_FALSE(is_denied("Query", query + R"(,"ProjectionExpression":"n"})"));
  const std::string update =
      R"({"TableName":"tab","Key":{"id":{"S":"a"}},"ExpressionAttributeValues":{":x":{"N":"2"}},"UpdateExpression":)";
  EXPECT_FALSE(is_denied("UpdateItem", update + R"("SET n = :x","ReturnValues":"UPDATED_NEW"})"));
  EXPECT_TRUE(is_denied("UpdateItem", update + R"("SET n = :x","ReturnValues":"ALL_OLD"})"));
  EXPECT_TRUE(is_denied("UpdateItem", update + R"("SET secret = :x"})"));
  EXPECT_TRUE(is_denied("UpdateItem", update + R"x("SET n = :x","ConditionExpression":"attribute_not_exists(id)",
                                               "ReturnValuesOnConditionCheckFailure":"ALL_OLD"})x"))
      << "which would tell all of it";
  const std::string item = R"({"TableName":"tab","Item":{"id":{"S":"b"}}})";
  EXPECT_TRUE(is_denied("PutItem", item));
  EXPECT_FALSE(is_denied("TransactWriteItems", R"({"TransactItems":[{"Put":)" + item + "}]}"));
}

TEST_F(DoorTest, TablesOfOtherAccountsAreNobodysHere) {
  make_table();
  const auto get = [&](const std::string& table) {
    return ask("GetItem", R"({"TableName":")" + table + R"(","Key":{"id":{"S":"a"}}})");
  };
  EXPECT_EQ(get("arn:aws:dynamodb:us-east-1:000000000000:table/tab").status, 200);
  const auto foreign = get("arn:aws:dynamodb:us-east-1:123456789012:table/tab");
  EXPECT_NE(foreign.body.find("#AccessDeniedException"), std::string::npos) << foreign.body;
  EXPECT_NE(foreign.body.find("no resource-based policy allows the dynamodb:GetItem action"), std::string::npos);
  EXPECT_NE(get("arn:aws:s3:::tab").body.find("ValidationException"), std::string::npos);
  EXPECT_NE(get("arn:aws:dynamodb:us-east-1:000000000000:table/tab/index/by").body.find("ValidationException"),
            std::string::npos);
  // What is neither a name nor an ARN.
  EXPECT_NE(get("no!name").body.find("satisfy regular expression pattern: [a-zA-Z0-9_.-]+"), std::string::npos);
  EXPECT_NE(get("ab").body.find("Value 'ab' at 'tableName' failed"), std::string::npos);
  EXPECT_NE(get(std::string(256, 'a')).body.find("less than or equal to 255"), std::string::npos);
}

TEST_F(DoorTest, AKeyIsInABatchOnceHoweverItsTableIsNamed) {
  make_table();
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";
  const std::string put = R"([{"PutRequest":{"Item":{"id":{"S":"a"}}}}])";
  const std::string keys = R"({"Keys":[{"id":{"S":"a"}}]})";
  for (const auto& [operation, entry] : {std::pair("BatchWriteItem", put), std::pair("BatchGetItem", keys)}) {
    const auto refused = ask(operation, fmt::format(R"({{"RequestItems":{{"tab":{},"{}":{}}}}})", entry, arn, entry));
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("Provided list of item keys contains duplicates"), std::string::npos) << refused.body;
  }
}

TEST_F(DoorTest, EachTableOfATransactionIsRecorded) {
  make_table();
  ASSERT_EQ(ask("CreateTable",
                R"({"TableName":"other","BillingMode":"PAY_PER_REQUEST",
                    "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})")
                .status,
            200);
  const std::string put = R"({"Put":{"TableName":"tab","Item":{"id":{"S":"a"}}}},)";
  const std::string removal = R"({"Delete":{"TableName":"other","Key":{"id":{"S":"a"}}}},)";
  const std::string again = R"({"Delete":{"TableName":"other","Key":{"id":{"S":"b"}}}})";
  ASSERT_EQ(ask("TransactWriteItems", R"({"TransactItems":[)" + put + removal + again + "]}").status, 200);
  server_.server->stop();
  ASSERT_OK(log_->flush());
  std::vector<std::string> recorded;
  for (const audit::SegmentFile& segment : unwrap(audit::list_segments(dir_.path() / "audit"))) {
    auto reader = unwrap(audit::SegmentReader::open(segment.path));
    while (const auto frame = unwrap(reader.next())) {
      std::string_view payload = frame->payload();
      while (!payload.empty()) {
        const audit::Record record = unwrap(audit::take_record(payload));
        if (record.operation == "TransactWriteItems") recorded.push_back(record.resource);
      }
    }
  }
  EXPECT_EQ(recorded, (std::vector<std::string>{"arn:aws:dynamodb:us-east-1:000000000000:table/tab",
                                                "arn:aws:dynamodb:us-east-1:000000000000:table/other"}));
}

TEST_F(DoorTest, TransactionsTellNoMoreThanTheyMayHold) {
  make_table();
  std::string gets;
  std::string checks;
  for (int n = 0; n < 11; ++n) {
    const std::string key = fmt::format(R"({{"id":{{"S":"{}"}}}})", n);
    ASSERT_EQ(ask("PutItem", fmt::format(R"({{"TableName":"tab","Item":{{"id":{{"S":"{}"}},"x":{{"S":"{}"}}}}}})", n,
                                         std::string(400'000, 'x')))
                  .status,
              200);
    gets += fmt::format(R"({}{{"Get":{{"TableName":"tab","Key":{}}}}})", n == 0 ? "" : ",", key);
    checks += fmt::format(R"x({}{{"ConditionCheck":{{"TableName":"tab","Key":{},
                                "ConditionExpression":"attribute_not_exists(id)",
                                "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}}})x",
                          n == 0 ? "" : ",", key);
  }
  for (const auto& [operation, all] : {std::pair("TransactGetItems", gets), std::pair("TransactWriteItems", checks)}) {
    const auto refused = ask(operation, R"({"TransactItems":[)" + all + "]}");
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("Collective size of items in the transaction cannot exceed 4 MB"), std::string::npos)
        << refused.body.substr(0, 300);
  }
}

TEST_F(DoorTest, TransactionsTellWhichKeyIsNone) {
  make_table();
  const std::string right = R"({"TableName":"tab","Key":{"id":{"S":"a"}}})";
  const std::string wrong = R"({"TableName":"tab","Key":{"id":{"N":"1"}}})";
  for (const auto& [operation, kind] :
       {std::pair("TransactGetItems", "Get"), std::pair("TransactWriteItems", "Delete")}) {
    const auto refused =
        ask(operation, fmt::format(R"({{"TransactItems":[{{"{}":{}}},{{"{}":{}}},{{"{}":{}}}]}})", kind, right, kind,
                                   wrong, kind, R"({"TableName":"tab","Key":{"x":{"N":"1"}}})"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("#TransactionCanceledException"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("specific reasons [None, ValidationError, None]"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find(R"("Message":"The provided key element does not match the schema")"), std::string::npos)
        << refused.body;
    const auto empty = ask(operation, fmt::format(R"({{"TransactItems":[{{"{}":{}}}]}})", kind,
                                                  R"({"TableName":"tab","Key":{"id":{"S":""}}})"));
    EXPECT_NE(empty.body.find("#ValidationException"), std::string::npos) << empty.body;
  }
}

TEST_F(DoorTest, WhatIsAskedForAtOnceMustGoTogether) {
  make_table();
  const auto told = [](const http::RawResponse& refused, const std::string& message) {
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find("\"message\":\"" + message + "\""), std::string::npos) << refused.body;
  };
  told(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_NEW"})"),
       "ReturnValues can only be ALL_OLD or NONE");
  told(ask("DeleteItem", R"({"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnValues":"UPDATED_OLD"})"),
       "ReturnValues can only be ALL_OLD or NONE");
  const std::string count = R"({"TableName":"tab","Select":"COUNT",)";
  const std::string query =
      count + R"("KeyConditionExpression":"id = :a","ExpressionAttributeValues":{":a":{"S":"a"}},)";
  told(ask("Scan", count + R"("ProjectionExpression":"n"})"),
       "Cannot specify the ProjectionExpression when choosing to get only the Count");
  told(ask("Scan", count + R"("AttributesToGet":["n"]})"),
       "Cannot specify the AttributesToGet when choosing to get only the Count");
  told(ask("Query", query + R"("ProjectionExpression":"n"})"),
       "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count");
}

TEST_F(DoorTest, LegacyFiltersAreNamedAsTheyAre) {
  make_table();
  const std::string refused =
      ask("Query",
          R"({"TableName":"tab","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},
                       "QueryFilter":{"id":{"ComparisonOperator":"NOT_NULL"}}})")
          .body;
  EXPECT_NE(refused.find("\"QueryFilter can only contain non-primary key attributes: Primary key attribute: id\""),
            std::string::npos)
      << refused;
}

TEST_F(DoorTest, LongValuesAreNotToldWhole) {
  make_table();
  const auto refused =
      ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":")" + std::string(100'000, 'x') + R"("}}})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_LT(refused.body.size(), 3'000u);
  EXPECT_NE(refused.body.find(R"(..."})"), std::string::npos);
}

TEST_F(DoorTest, TransactionsTellWhatTheirUnitsAreOf) {
  make_table();
  const std::string write =
      R"({"ClientRequestToken":"t","ReturnConsumedCapacity":"TOTAL","TransactItems":[{"Put":{"TableName":"tab","Item":{"id":{"S":"a"}}}}]})";
  EXPECT_EQ(ask("TransactWriteItems", write).body,
            R"({"ConsumedCapacity":[{"TableName":"tab","CapacityUnits":2,"WriteCapacityUnits":2}]})");
  EXPECT_EQ(ask("TransactWriteItems", write).body,
            R"({"ConsumedCapacity":[{"TableName":"tab","CapacityUnits":2,"ReadCapacityUnits":2}]})");
}

TEST_F(DoorTest, CollectionsAreMeasuredWhereTheyAreAskedFor) {
  ASSERT_EQ(ask("CreateTable",
                R"({"TableName":"local","BillingMode":"PAY_PER_REQUEST",
                    "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
                    "LocalSecondaryIndexes":[{"IndexName":"by_kind","Projection":{"ProjectionType":"ALL"},
                      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"by","KeyType":"RANGE"}]}],
                    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                      {"AttributeName":"at","AttributeType":"S"},{"AttributeName":"by","AttributeType":"S"}]})")
                .status,
            200);
  const std::string put = R"({"TableName":"local","Item":{"id":{"S":"a"},"at":{"S":"b"}})";
  EXPECT_EQ(ask("PutItem", put + "}").body, "{}");
  EXPECT_EQ(ask("PutItem", put + R"(,"ReturnItemCollectionMetrics":"SIZE"})").body,
            R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"id":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}})");
  make_table();
  EXPECT_EQ(ask("PutItem", R"({"TableName":"tab","Item":{"id":{"S":"a"}},"ReturnItemCollectionMetrics":"SIZE"})").body,
            "{}");
}

TEST(AcceptEncoding, AWeightOfZeroIsARefusal) {
  for (const char* taken : {"gzip", "deflate, gzip", "gzip;q=0.5", "identity, *", "gzip;q=1.0, *;q=0"}) {
    EXPECT_TRUE(accepts_gzip(taken)) << taken;
  }
  for (const char* refused : {"", "identity", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "x-gzip-like"}) {
    EXPECT_FALSE(accepts_gzip(refused)) << refused;
  }
}

}  // namespace
}  // namespace caudal::api::dynamodb
