// SPDX-License-Identifier: Apache-2.0
// What a table that is being imported answers: that it is not to be used yet, in DynamoDB's words for each operation.
#include <gmock/gmock.h>

#include <map>

#include "api/dynamodb/testing/door_fixture.h"

namespace caudal::api::dynamodb {
namespace {

using testing::HasSubstr;

class Importing : public DoorTest {
 protected:
  // So much that it is still under way when all has been asked; the end of the test cuts it short.
  Importing() {
    EXPECT_OK(objects_->create_bucket("lake"));
    std::string lines = "id,n\n";
    for (int n = 0; n < 300'000; ++n) lines += fmt::format("k{},{}\n", n, n);
    objects::TextSource source(lines);
    EXPECT_OK(objects_->put({"lake", "in/a.csv"}, source));
    const auto begun = ask("ImportTable",
                           R"({"S3BucketSource":{"S3Bucket":"lake","S3KeyPrefix":"in/"},"InputFormat":"CSV",
                               "TableCreationParameters":{"TableName":"tab","BillingMode":"PAY_PER_REQUEST",
                                 "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                                 "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}})");
    EXPECT_EQ(begun.status, 200) << begun.body;
  }
  void expect_refused(const std::string& operation, const std::string& more, const std::string& as,
                      const std::string& words) {
    const auto answer = ask(operation, R"({"TableName":"tab")" + more + "}");
    EXPECT_EQ(answer.status, 400) << operation;
    EXPECT_THAT(answer.body, HasSubstr("#" + as + "\"")) << operation;
    EXPECT_THAT(answer.body, HasSubstr(words)) << operation;
  }
  void expect_creating() {
    EXPECT_THAT(ask("DescribeTable", R"({"TableName":"tab"})").body, HasSubstr(R"("TableStatus":"CREATING")"));
  }
};

TEST_F(Importing, ATableIsNotToBeUsedYet) {
  expect_creating();
  const std::string none = "Requested resource not found";
  const std::string key = R"(,"Key":{"id":{"S":"k1"}})";
  expect_refused("PutItem", R"(,"Item":{"id":{"S":"k1"}})", "ResourceNotFoundException", none);
  for (const char* operation : {"GetItem", "UpdateItem", "DeleteItem"}) {
    expect_refused(operation, key, "ResourceNotFoundException", none);
  }
  expect_refused("Scan", "", "ResourceNotFoundException", none);
  expect_refused("Query", R"(,"KeyConditionExpression":"id = :k","ExpressionAttributeValues":{":k":{"S":"k1"}})",
                 "ResourceNotFoundException", none);
  for (const auto& [operation, body] : std::multimap<std::string, std::string>{
           {"BatchWriteItem", R"({"RequestItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"k1"}}}}]}})"},
           {"BatchGetItem", R"({"RequestItems":{"tab":{"Keys":[{"id":{"S":"k1"}}]}}})"},
           {"TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"tab","Item":{"id":{"S":"k1"}}}}]})"},
           {"ExecuteStatement", R"({"Statement":"SELECT * FROM tab WHERE id = 'k1'"})"},
           {"ExecuteStatement", R"({"Statement":"DELETE FROM tab WHERE id = 'k1'"})"}}) {
    EXPECT_THAT(ask(operation, body).body, HasSubstr("ResourceNotFoundException")) << operation;
  }
  expect_creating();
}

TEST_F(Importing, ATableIsNotToBeChangedYet) {
  expect_creating();
  const std::string in_use = "Attempt to change a resource which is still in use: Table is being created: tab";
  expect_refused("DeleteTable", "", "ResourceInUseException", in_use);
  expect_refused("UpdateTable", R"(,"DeletionProtectionEnabled":true)", "ResourceInUseException", in_use);
  expect_refused("UpdateTimeToLive", R"(,"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"t"})",
                 "ResourceInUseException", in_use);
  expect_refused("CreateTable",
                 R"(,"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                     "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}])",
                 "ResourceInUseException", "Table already exists: tab");
  const auto exported = ask("ExportTableToPointInTime",
                            R"({"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/tab","S3Bucket":"lake"})");
  EXPECT_THAT(exported.body, HasSubstr("#ContinuousBackupsUnavailableException\""));
  EXPECT_THAT(exported.body, HasSubstr("Backups are being enabled for the table: tab. Please retry later"));
  EXPECT_EQ(ask("DescribeTimeToLive", R"({"TableName":"tab"})").status, 200);
  expect_creating();
}

}  // namespace
}  // namespace caudal::api::dynamodb
