// SPDX-License-Identifier: Apache-2.0
// A door of the Query protocol behind a server, and what was told of its requests; requests as bytes.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access/identities.h"
#include "api/gate/front.h"
#include "aws/sigv4_sign.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"

namespace caudal::api {

// Takes what names no service, as the door of S3 does.
class NoDoor final : public Door {
 public:
  std::string_view service() const override { return "none"; }
  std::string make_request_id() override { return "none"; }
  void answer(std::unique_ptr<Visit> visit) override {
    (void)visit->exchange.response().send({.status = 418}, "not for it");
  }
};

class Noted final : public Witness {
 public:
  void note(const Visit& visit, std::chrono::microseconds) override {
    const std::lock_guard lock(mutex_);
    records_.push_back(visit.record);
  }
  std::vector<Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Record> records_;
};

// `DoorType`: made of identities, a clock and a seed.
template <class DoorType>
class QueryDoorTest : public testing::Test {
 protected:
  struct Request {
    std::string form = {};
    aws::Credentials credentials = {};
    std::string service = {};  // empty: the door's
    Timestamp at = http::kTestStart;
    std::string target = "/";
    std::string sent_instead = {};  // of the form that was signed
  };

  http::RawResponse send(Request request) {
    if (request.credentials.access_key_id.empty()) request.credentials = root_;
    if (request.service.empty()) request.service = door_.service();
    const std::vector<aws::Header> headers = {{"Host", "localhost"}};
    const aws::SignedHead head =
        aws::sign({.method = "POST", .target = request.target, .headers = headers}, request.credentials,
                  {.dialect = aws::Dialect::kJson,
                   .region = "us-east-1",
                   .service = request.service,
                   .at = request.at,
                   .payload_hash = to_hex(view(sha256(request.form)))});
    std::string text = fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n", request.target);
    for (const auto& [name, value] : head.headers) text += fmt::format("{}: {}\r\n", name, value);
    const std::string& body = request.sent_instead.empty() ? request.form : request.sent_instead;
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(text + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body)));
    return client.read_response().value_or(http::RawResponse{});
  }
  aws::Credentials user(const std::string& name) {
    unwrap(identities_->create_user(name));
    const access::NewKey key = unwrap(identities_->create_key({.user = name}));
    return {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  }

  const aws::Credentials root_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
  TemporaryDirectory dir_;
  ManualClock clock_{http::kTestStart};
  std::unique_ptr<kv::Store> kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {}));
  std::unique_ptr<access::Identities> identities_ =
      unwrap(access::Identities::open(*kv_, clock_,
                                      {.directory = dir_.path() / "access",
                                       .root_access_key_id = root_.access_key_id,
                                       .root_secret = access::Secret(std::string_view(root_.secret))}));
  NoDoor other_;
  DoorType door_{*identities_, clock_, 7};
  Noted noted_;
  Probes probes_{.ready = [] { return Result<void>(); }, .metrics = [] { return std::string(); }};
  Front front_{{&other_, &door_}, {&noted_}, probes_, clock_};
  http::TestServer server_{front_.handlers()};
};

}  // namespace caudal::api
