// SPDX-License-Identifier: Apache-2.0
// Loads any S3 server on this machine with signed requests, made before the clock runs, and prints what came of it as
// one line of JSON. Its keys are those of many_objects.cpp.
//
// usage: s3_load PORT ACCESS_KEY SECRET BUCKET WHAT CONNECTIONS REQUESTS OBJECTS BYTES
//   WHAT: make-bucket (once, whatever REQUESTS says), put, get (objects that put made), get-many (objects of
//   many_objects), list, list-folders
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "http/testing/load.h"
#include "objects/testing/many_objects.h"
#include "words.h"

namespace caudal {
namespace {

struct Wanted {
  uint16_t port = 0;
  std::string access_key_id, secret, bucket, what;
  size_t connections = 0, requests = 0, objects = 0, bytes = 0;
};

class Signer {
 public:
  explicit Signer(const Wanted& wanted) : wanted_(wanted) {}
  std::string request(std::string_view method, const std::string& target, std::string_view body = {}) const {
    const std::string hash = body.empty() ? std::string(aws::kEmptySha256) : to_hex(view(sha256(body)));
    const std::string host = fmt::format("127.0.0.1:{}", wanted_.port);
    const std::vector<aws::Header> own = {{"Host", host}};
    const aws::SignedHead head =
        aws::sign({.method = method, .target = target, .headers = own},
                  {.access_key_id = wanted_.access_key_id, .secret = wanted_.secret},
                  {.region = "us-east-1", .service = "s3", .at = SystemClock().now(), .payload_hash = hash});
    std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", method, target, host);
    for (const auto& [name, value] : head.headers) out.append(name).append(": ").append(value).append("\r\n");
    if (method == "PUT") out.append(fmt::format("Content-Length: {}\r\n", body.size()));
    return out.append("\r\n").append(body);
  }

 private:
  const Wanted& wanted_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '/' ? std::string("%2F") : std::string(1, c);
  return out;
}

std::string request_number(const Wanted& wanted, const Signer& signer, size_t n, const std::string& body) {
  if (wanted.what == "make-bucket") return signer.request("PUT", "/" + wanted.bucket);
  const std::string small = fmt::format("/{}/{}/{}", wanted.bucket, wanted.bytes, n % wanted.objects);
  if (wanted.what == "put") return signer.request("PUT", small, body);
  if (wanted.what == "get") return signer.request("GET", small);
  // Far from the one before, so that nothing is at hand that a client of its own would not find so.
  const uint64_t far = n * 7'368'787 % wanted.objects;
  if (wanted.what == "get-many") {
    return signer.request("GET", fmt::format("/{}/{}", wanted.bucket, objects::key_of_many(far)));
  }
  const bool by_folder = wanted.what == "list-folders";
  CHECK(by_folder || wanted.what == "list", "WHAT is none of those that there are");
  // In the order in which SigV4 wants them.
  const std::string query =
      by_folder ? "delimiter=%2F&list-type=2&prefix=" + escaped("curated/invoices/")
                : "list-type=2&start-after=" + escaped(objects::key_of_many(far - far % 1000 + far % 900));
  return signer.request("GET", fmt::format("/{}?{}", wanted.bucket, query));
}

double at(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

void run(const Wanted& wanted) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  };
  const Signer signer(wanted);
  const std::string body(wanted.what == "put" ? wanted.bytes : 0, 'x');
  // What is large is sent again and again.
  const size_t made =
      std::clamp<size_t>(wanted.requests, 1, std::max<size_t>(1, (size_t{1} << 30) / (body.size() + 1)));
  std::vector<std::string> requests;
  for (size_t n = 0; n < made; ++n) requests.push_back(request_number(wanted, signer, n, body));
  size_t next = 0;
  http::Load load(wanted.port, wanted.connections, [&](size_t) -> std::string_view { return requests[next++ % made]; });
  load.run(1);
  next = 0;
  std::vector<double> times_ms;
  const auto started = Clock::now();
  if (wanted.connections > 1) {
    load.run(wanted.requests);
  } else {
    for (size_t n = 0; n < wanted.requests; ++n) {
      const auto begun = Clock::now();
      load.run(1);
      times_ms.push_back(seconds_since(begun) * 1000);
    }
  }
  const double seconds = seconds_since(started);
  if (times_ms.empty()) times_ms.push_back(0);
  std::sort(times_ms.begin(), times_ms.end());
  fmt::print("{{\"requests\": {}, \"seconds\": {:.6f}, \"p50_ms\": {:.4f}, \"p99_ms\": {:.4f}}}\n", wanted.requests,
             seconds, at(times_ms, 0.5), at(times_ms, 0.99));
}

}  // namespace
}  // namespace caudal

int main(int count, char** words) {
  if (count != 10) {
    fmt::print(stderr, "usage: s3_load PORT ACCESS_KEY SECRET BUCKET WHAT CONNECTIONS REQUESTS OBJECTS BYTES\n");
    return 2;
  }
  using caudal::number;
  caudal::run({.port = static_cast<uint16_t>(number(words[1])),
               .access_key_id = words[2],
               .secret = words[3],
               .bucket = words[4],
               .what = words[5],
               .connections = number(words[6]),
               .requests = number(words[7]),
               .objects = number(words[8]),
               .bytes = number(words[9])});
  return 0;
}
