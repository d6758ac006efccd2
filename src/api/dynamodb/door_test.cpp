// SPDX-License-Identifier: Apache-2.0
// The door with all that it stands on, asked over a socket. What the SDK makes of it is tested in tests/dynamodb.
#include "api/dynamodb/door.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "access/audit/log.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/metrics.h"
#include "api/gate/refusals.h"
#include "aws/sigv4_sign.h"
#include "base/crc.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"
#include "items/embedded_store.h"

namespace caudal::api::dynamodb {
namespace {

class DoorTest : public testing::Test {
 protected:
  http::RawResponse ask(const std::string& operation, const std::string& body,
                        std::vector<std::pair<std::string, std::string>> more = {}, bool is_signed = true) {
    std::vector<std::pair<std::string, std::string>> headers = {{"Host", "localhost"},
                                                                {"Content-Type", "application/x-amz-json-1.0"},
                                                                {"X-Amz-Target", "DynamoDB_20120810." + operation}};
    headers.insert(headers.end(), more.begin(), more.end());
    std::vector<aws::Header> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    std::string text = "POST / HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
    if (is_signed) {
      const std::string hash = to_hex(view(sha256(body)));
      const aws::SignedHead head =
          aws::sign({.method = "POST", .target = "/", .headers = views}, credentials_,
                    {.region = "us-east-1", .service = "dynamodb", .at = http::kTestStart, .payload_hash = hash});
      for (const auto& [name, value] : head.headers) text += fmt::format("{}: {}\r\n", name, value);
    }
    text += fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(text));
    auto response = client.read_response();
    EXPECT_TRUE(response) << operation;
    return response.value_or(http::RawResponse{});
  }
  void make_table() {
    const auto made = ask("CreateTable",
                          R"({"TableName":"tab","BillingMode":"PAY_PER_REQUEST",
                              "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
                              "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    ASSERT_NE(made.body.find(R"("TableStatus":"ACTIVE")"), std::string::npos) << made.body;
  }

  TemporaryDirectory dir_;
  SystemClock wall_;
  std::unique_ptr<kv::Store> kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {}));
  std::unique_ptr<items::EmbeddedStore> store_ = unwrap(items::EmbeddedStore::open(*kv_, wall_));
  std::unique_ptr<access::Identities> identities_ =
      unwrap(access::Identities::open(*kv_, wall_,
                                      {.directory = dir_.path() / "access",
                                       .root_access_key_id = "AKIAROOTROOTROOTROOT",
                                       .root_secret = access::Secret(std::string_view("root-secret-of-the-tests"))}));
  std::unique_ptr<audit::Log> log_ = unwrap(audit::Log::open(dir_.path() / "audit", wall_, {}));
  ManualClock clock_{http::kTestStart};
  DynamoDbDoor door_{*store_, *identities_, clock_, {.seed = 7}};
  AuditWitness audit_{*log_};
  Metrics metrics_;
  Probes probes_{.ready = [] { return Result<void>(); }, .metrics = [this] { return metrics_.text(); }};
  Front front_{{&door_}, {&audit_, &metrics_}, probes_, clock_};
  http::TestServer server_{front_.handler(), {.refusal = refusal}};
  aws::Credentials credentials_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
};

TEST_F(DoorTest, 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) {
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
