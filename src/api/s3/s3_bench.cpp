// SPDX-License-Identifier: Apache-2.0
// S3 as its clients see it, with signatures, policies, audit and metrics, beside a handler on the same server that
// reads the same request and answers the same bytes. The load generator runs on the same machine. Needs some 4 GiB in
// TMPDIR.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <thread>

#include "access/audit/log.h"
#include "access/identities.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/metrics.h"
#include "api/s3/door.h"
#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/encoding.h"
#include "base/testing/temporary_directory.h"
#include "http/server.h"
#include "http/testing/load.h"
#include "objects/testing/large_copy.h"

namespace caudal::api::s3 {
namespace {

constexpr size_t kConnections = 64;
constexpr size_t kSmallBytes = 4096;
constexpr uint64_t kLarge = uint64_t{1} << 30;
constexpr uint64_t kGets = 20'000;
constexpr uint64_t kPuts = 5'000;
constexpr size_t kKeys = 512;

template <class T>
T unwrap(Result<T> result) {
  if (!result) check_failed(__FILE__, __LINE__, "unwrap", result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// A whole house on a folder of its own.
struct House {
  TemporaryDirectory dir;
  SystemClock clock;
  std::unique_ptr<kv::Store> kv =
      unwrap(kv::Store::open(dir.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  std::unique_ptr<objects::Store> store = unwrap(objects::Store::open(*kv, dir.path() / "objects", clock));
  std::unique_ptr<access::Identities> identities =
      unwrap(access::Identities::open(*kv, clock,
                                      {.directory = dir.path() / "access",
                                       .root_access_key_id = "AKIABENCHBENCHBENCHX",
                                       .root_secret = access::Secret(std::string_view("a-secret-for-measuring"))}));
  std::unique_ptr<audit::Log> log = unwrap(audit::Log::open(dir.path() / "audit", clock, {}));
  S3Door door{*store, *identities, clock, {}};
  AuditWitness audit{*log};
  Metrics metrics;
  Probes probes{.ready = [] { return Result<void>(); }, .metrics = [this] { return metrics.text(); }};
  Front front{{&door}, {&audit, &metrics}, probes, clock};
  std::unique_ptr<http::Server> server = unwrap(http::Server::open({}, front.handlers(), clock));

  House() { unwrap(store->create_bucket("bench")); }
  static House& get() {
    static House house;
    return house;
  }

  // A request with its signature, as a client's bytes.
  std::string request(std::string_view method, const std::string& path, std::string_view body = {}) const {
    const std::string hash = body.empty() ? std::string(aws::kEmptySha256) : to_hex(view(sha256(body)));
    std::string out = head(method, path, hash);
    if (method == "PUT") out.append(fmt::format("Content-Length: {}\r\n", body.size()));
    return out.append("\r\n").append(body);
  }
  // The lines of a head but those of HTTP's framing. `more`: headers that are signed as well.
  std::string head(std::string_view method, std::string_view target, const std::string& payload_hash,
                   const std::vector<aws::Header>& more = {}) const {
    std::vector<aws::Header> own = {{"Host", "127.0.0.1:4280"}};
    own.insert(own.end(), more.begin(), more.end());
    const aws::SignedHead head =
        aws::sign({.method = method, .target = target, .headers = own},
                  {.access_key_id = "AKIABENCHBENCHBENCHX", .secret = "a-secret-for-measuring"},
                  {.region = "us-east-1", .service = "s3", .at = clock.now(), .payload_hash = payload_hash});
    std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:4280\r\n", method, target);
    for (const auto& [name, value] : more) out.append(name).append(": ").append(value).append("\r\n");
    for (const auto& [name, value] : head.headers) out.append(name).append(": ").append(value).append("\r\n");
    return out;
  }
};

// Requests made before anything is measured, which connections take in turn.
class Requests {
 public:
  template <class Make>
  Requests(size_t count, Make make) {
    for (size_t n = 0; n < count; ++n) texts_.push_back(make(n));
  }
  std::string_view next() { return texts_[next_++ % texts_.size()]; }

 private:
  std::vector<std::string> texts_;
  size_t next_ = 0;
};

void run(benchmark::State& state, uint16_t port, Requests& requests, uint64_t batch) {
  http::Load load(port, kConnections, [&](size_t) { return requests.next(); });
  load.run(kConnections);  // connections and threads are there from now on
  const double before = http::cpu_seconds();
  for (auto _ : state) load.run(batch);
  state.counters["cpu_us_per_request"] =
      (http::cpu_seconds() - before) * 1e6 / static_cast<double>(state.iterations() * batch);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * batch));
}

std::string small_body() { return std::string(kSmallBytes, 'x'); }

Requests get_requests() {
  House& house = House::get();
  for (size_t n = 0; n < kKeys; ++n) {
    const std::string text = small_body();
    objects::TextSource source(text);
    unwrap(house.store->put({"bench", fmt::format("small/{}", n)}, source));
  }
  return Requests(kKeys, [&](size_t n) { return house.request("GET", fmt::format("/bench/small/{}", n)); });
}

Requests put_requests(const std::string& folder) {
  House& house = House::get();
  return Requests(kPuts,
                  [&](size_t n) { return house.request("PUT", fmt::format("/bench/{}/{}", folder, n), small_body()); });
}

// A server that answers whatever is asked with the same bytes.
void null_server(benchmark::State& state, http::Handler handler, Requests& requests, uint64_t batch) {
  SystemClock clock;
  const auto server = unwrap(http::Server::open({}, {.blocking = std::move(handler)}, clock));
  run(state, server->port(), requests, batch);
}

http::Headers answered_headers() {
  return {{"accept-ranges", "bytes"},
          {"Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"},
          {"ETag", "\"0123456789abcdef0123456789abcdef\""},
          {"Content-Type", "binary/octet-stream"},
          {"x-amz-request-id", "C6F4B9D8A55FA4B8"},
          {"x-amz-id-2", "xJec5sR+wdUG1ZLPpyYtFg7T0Hj6i+utuppCkEQyX8liuuYpM0EHQbyQJA4VvA5tliWWboujFlc="},
          {"Server", "Caudal"}};
}

void get_null(benchmark::State& state) {
  Requests requests = get_requests();
  null_server(
      state,
      [](http::Exchange& exchange) { (void)exchange.response().send({.headers = answered_headers()}, small_body()); },
      requests, kGets);
}
void get_small(benchmark::State& state) {
  Requests requests = get_requests();
  run(state, House::get().server->port(), requests, kGets);
}
void put_null(benchmark::State& state) {
  Requests requests = put_requests("null");
  null_server(
      state,
      [](http::Exchange& exchange) {
        const auto body = http::read_all(exchange.body(), kSmallBytes);
        CHECK(body && body->size() == kSmallBytes, "the body is whole");
        (void)exchange.response().send({.headers = answered_headers()}, {});
      },
      requests, kPuts);
}
void put_small(benchmark::State& state) {
  Requests requests = put_requests("puts");
  run(state, House::get().server->port(), requests, kPuts);
}

BENCHMARK(get_null)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(get_small)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_null)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_small)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

void run_large(benchmark::State& state, uint16_t port, std::string_view request) {
  http::Load load(port, 1, [&](size_t) { return request; });
  load.run(1);
  for (auto _ : state) load.run(1);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kLarge));
}

const std::string& large_body() {
  static const std::string body = [] {
    std::string bytes(kLarge, '\0');
    for (size_t n = 0; n < bytes.size(); n += 64) bytes[n] = static_cast<char>(n >> 6);
    return bytes;
  }();
  return body;
}

void get_large_from_memory(benchmark::State& state) {
  const std::string piece(256 * 1024, 'x');
  SystemClock clock;
  const auto server =
      unwrap(http::Server::open({},
                                {.blocking =
                                     [&](http::Exchange& exchange) {
                                       http::ResponseWriter& response = exchange.response();
                                       bool listened = response.start({}, kLarge).has_value();
                                       for (uint64_t sent = 0; listened && sent < kLarge; sent += piece.size())
                                         listened = response.write(piece).has_value();
                                       if (listened) (void)response.finish();
                                     }},
                                clock));
  run_large(state, server->port(), House::get().request("GET", "/bench/large"));
}
void get_large(benchmark::State& state) {
  House& house = House::get();
  objects::TextSource source(large_body());
  unwrap(house.store->put({"bench", "large"}, source));
  const std::string request = house.request("GET", "/bench/large");
  run_large(state, house.server->port(), request);
}
// As SDKs send a stream over HTTP/1.1: chunks that are not signed, and a checksum behind them.
std::string streamed_request() {
  constexpr size_t kChunk = size_t{64} << 10;
  const std::string& body = large_body();
  std::string chunks;
  chunks.reserve(body.size() + body.size() / kChunk * 16 + 100);
  for (size_t at = 0; at < body.size(); at += kChunk) {
    chunks.append("10000\r\n").append(body, at, kChunk).append("\r\n");
  }
  const std::string checksum = to_base64(checksum_of(ChecksumAlgorithm::kCrc32, body).value);
  chunks.append("0\r\nx-amz-checksum-crc32:").append(checksum).append("\r\n\r\n");
  return House::get()
      .head("PUT", "/bench/unsigned", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            {{"Content-Encoding", "aws-chunked"},
             {"x-amz-decoded-content-length", std::to_string(body.size())},
             {"x-amz-trailer", "x-amz-checksum-crc32"}})
      .append(fmt::format("Content-Length: {}\r\n\r\n", chunks.size()))
      .append(chunks);
}

double seconds_of_request(uint16_t port, std::string_view request) {
  http::Load load(port, 1, [&](size_t) { return request; });
  return objects::seconds_of([&] { load.run(1); });
}

// As the AWS CLI does: parts of 8 MiB on ten connections. The requests are made before the clock runs.
double seconds_of_parts() {
  constexpr size_t kPartBytes = size_t{8} << 20;
  constexpr size_t kParts = kLarge / kPartBytes;
  House& house = House::get();
  const objects::ObjectRef ref{"bench", "parts"};
  const std::string upload = unwrap(house.store->create_upload(ref));
  Requests requests(kParts, [&](size_t n) {
    return house.request("PUT", fmt::format("/bench/parts?partNumber={}&uploadId={}", n + 1, upload),
                         std::string_view(large_body()).substr(n * kPartBytes, kPartBytes));
  });
  std::vector<objects::CompletedPart> parts;
  for (size_t n = 0; n < kParts; ++n) parts.push_back({.number = static_cast<uint32_t>(n + 1)});
  http::Load load(house.server->port(), 10, [&](size_t) { return requests.next(); });
  return objects::seconds_of([&] {
    load.run(kParts);
    unwrap(house.store->complete_upload(ref, upload, parts));
  });
}

// What sending and receiving take by themselves.
double seconds_of_dropping(std::string_view request) {
  SystemClock clock;
  const auto drop = [](http::Exchange& exchange) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(1 << 20);
    uint64_t size_bytes = 0;
    while (const size_t got = unwrap(exchange.body().read(buffer.get(), 1 << 20))) size_bytes += got;
    CHECK(size_bytes == kLarge, "the body is whole");
    (void)exchange.response().send({.headers = answered_headers()}, {});
  };
  const auto server = unwrap(http::Server::open({}, {.blocking = drop}, clock));
  return seconds_of_request(server->port(), request);
}

// cp, and the ways in which clients put a gigabyte, round by round, each first in some; what counts is the median of
// the rounds' ratios. What was written goes between them.
void put_large(benchmark::State& state) {
  House& house = House::get();
  const auto file = house.dir.path() / "file";
  const auto copy = house.dir.path() / "copy";
  unwrap(objects::make_large_file(file));
  const std::string whole = house.request("PUT", "/bench/signed", large_body());
  const std::string streamed = streamed_request();
  const uint16_t port = house.server->port();
  const std::array<std::function<double()>, 4> works = {
      [&] { return objects::seconds_of([&] { objects::copy_and_sync(file, copy); }); },
      [&] { return seconds_of_request(port, whole); }, [&] { return seconds_of_request(port, streamed); },
      [&] { return seconds_of_parts(); }};
  std::array<std::vector<double>, 4> seconds;
  for (auto _ : state) {
    const size_t round = seconds[0].size();
    for (size_t n = 0; n < works.size(); ++n) {
      const size_t which = (round + n) % works.size();
      house.clock.wait_until(house.clock.now() + objects::kRest, std::stop_token());
      if (which == 0) unwrap(objects::warm(file));
      seconds[which].push_back(works[which]());
      std::filesystem::remove(copy);
      for (const char* key : {"signed", "unsigned", "parts"}) unwrap(house.store->remove({"bench", key}));
    }
  }
  const auto ratio = [&](size_t which) {
    std::vector<double> ratios;
    for (size_t n = 0; n < seconds[0].size(); ++n) ratios.push_back(seconds[which][n] / seconds[0][n]);
    return objects::median(ratios);
  };
  state.counters["copy_s"] = objects::median(seconds[0]);
  state.counters["signed_ratio"] = ratio(1);
  state.counters["unsigned_ratio"] = ratio(2);
  state.counters["parts_ratio"] = ratio(3);
  state.counters["dropped_s"] = seconds_of_dropping(whole);
}

BENCHMARK(get_large_from_memory)->UseRealTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(get_large)->UseRealTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(put_large)->UseRealTime()->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace caudal::api::s3
