// SPDX-License-Identifier: Apache-2.0
// The door with all that it stands on, asked over a socket.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "access/audit/log.h"
#include "api/dynamodb/door.h"
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
#include "objects/store.h"
#include "transfer/guarded_store.h"
#include "transfer/importing_tables.h"
#include "transfer/jobs.h"

namespace caudal::api::dynamodb {

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
  std::unique_ptr<objects::Store> objects_ = unwrap(objects::Store::open(*kv_, dir_.path() / "blobs", wall_));
  std::unique_ptr<transfer::ImportingTables> importing_ = unwrap(transfer::ImportingTables::open(*kv_));
  std::unique_ptr<transfer::Jobs> jobs_ = unwrap(transfer::Jobs::open({.kv = *kv_,
                                                                       .store = *store_,
                                                                       .archive = store_->archive(),
                                                                       .objects = *objects_,
                                                                       .clock = wall_,
                                                                       .importing = *importing_}));
  transfer::GuardedStore guarded_{*store_, *importing_};
  DynamoDbDoor door_{
      guarded_,
      *identities_,
      clock_,
      {.seed = 7, .beside = {.policies = &store_->policies(), .jobs = jobs_.get(), .objects = objects_.get()}}};
  AuditWitness audit_{*log_};
  Metrics metrics_;
  Probes probes_{.ready = [] { return Result<void>(); }, .metrics = [this] { return metrics_.text(); }};
  Front front_{{&door_}, {&audit_, &metrics_}, probes_, clock_};
  http::TestServer server_{front_.handlers(), {.refusal = refusal}};
  aws::Credentials credentials_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
};

}  // namespace caudal::api::dynamodb
