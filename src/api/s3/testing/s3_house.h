// SPDX-License-Identifier: Apache-2.0
// The S3 door with all that it stands on, on a folder and a port of its own, for tests; and a client that signs.
#pragma once

#include <fmt/format.h>

#include <mutex>
#include <vector>

#include "access/audit/log.h"
#include "access/identities.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/metrics.h"
#include "api/gate/refusals.h"
#include "api/s3/door.h"
#include "aws/sigv4_sign.h"
#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"

namespace caudal::api::s3 {

// What the audit log is told, at hand.
class KeptRecords final : public Witness {
 public:
  void note(const Visit& visit, std::chrono::microseconds duration) override {
    const std::lock_guard lock(mutex_);
    records_.push_back(audit_record(visit, duration));
    for (const Touched& one : visit.record.touched) records_.push_back(audit_record(visit, duration, one));
  }
  std::vector<audit::Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<audit::Record> records_;
};

// The least size of parts but the last, so that tests of uploads are quick.
inline constexpr uint64_t kTestPartBytes = 64;

struct S3House {
  TemporaryDirectory dir;
  SystemClock wall;  // of rooms that do not ask for the time of requests
  std::unique_ptr<kv::Store> kv =
      unwrap(kv::Store::open(dir.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  std::unique_ptr<objects::Store> store =
      unwrap(objects::Store::open(*kv, dir.path() / "objects", wall, {.min_part_size_bytes = kTestPartBytes}));
  std::unique_ptr<access::Identities> identities =
      unwrap(access::Identities::open(*kv, wall,
                                      {.directory = dir.path() / "access",
                                       .root_access_key_id = "AKIAROOTROOTROOTROOT",
                                       .root_secret = access::Secret(std::string_view("root-secret-of-the-tests"))}));
  std::unique_ptr<audit::Log> log = unwrap(audit::Log::open(dir.path() / "audit", wall, {}));
  ManualClock clock{http::kTestStart};
  S3Door door{*store, *identities, clock, {.destinations = {"orders"}, .seed = 7}};
  AuditWitness audit{*log};
  Metrics metrics;
  KeptRecords kept;
  Probes probes{.ready = [] { return Result<void>(); }, .metrics = [this] { return metrics.text(); }};
  Front front{{&door}, {&audit, &metrics, &kept}, probes, clock};
  // Last: its threads use the rest. Its clock stands still at the same time.
  http::TestServer server{front.handlers(), {.refusal = refusal}};

  aws::Credentials root{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};

  struct Request {
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::optional<std::string> payload_hash = {};  // nothing: of the body
    std::optional<aws::Credentials> credentials = {};
    bool anonymous = false;
    Timestamp at = http::kTestStart;
    std::string host = "localhost";
  };

  http::RawResponse send(const Request& request) {
    http::RawClient client = server.client();
    EXPECT_TRUE(client.send(text_of(request)));
    auto response = client.read_response(request.method == "HEAD");
    EXPECT_TRUE(response) << request.method << " " << request.target;
    return response.value_or(http::RawResponse{});
  }
  http::RawResponse send(std::string method, std::string target, std::string body = {}) {
    return send({.method = std::move(method), .target = std::move(target), .body = std::move(body)});
  }

  std::string text_of(const Request& request) const {
    const std::string hash = request.payload_hash.value_or(request.body.empty() ? std::string(aws::kEmptySha256)
                                                                                : to_hex(view(sha256(request.body))));
    std::vector<aws::Header> views = {{"Host", request.host}};
    for (const auto& [name, value] : request.headers) views.push_back({name, value});
    std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
    for (const aws::Header& header : views) out += fmt::format("{}: {}\r\n", header.name, header.value);
    if (!request.anonymous) {
      const aws::SignedHead head = aws::sign(
          {.method = request.method, .target = request.target, .headers = views}, request.credentials.value_or(root),
          {.region = "us-east-1", .service = "s3", .at = request.at, .payload_hash = hash});
      for (const auto& [name, value] : head.headers) out += fmt::format("{}: {}\r\n", name, value);
    }
    const bool with_body = request.method == "PUT" || request.method == "POST";
    if (with_body) out += fmt::format("Content-Length: {}\r\n", request.body.size());
    return out + "\r\n" + request.body;
  }
};

// "NoSuchKey" of an error document.
inline std::string code_of(const http::RawResponse& response) {
  const size_t from = response.body.find("<Code>");
  if (from == std::string::npos) return {};
  return response.body.substr(from + 6, response.body.find("</Code>") - from - 6);
}

}  // namespace caudal::api::s3
