// SPDX-License-Identifier: Apache-2.0
// What the server costs by itself: small requests on 64 keep-alive connections, and bytes by the gigabyte, with the
// load generator on the same machine. Doors are measured against these.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "http/server.h"
#include "http/testing/load.h"

namespace caudal::http {
namespace {

constexpr size_t kConnections = 64;
constexpr uint64_t kBatch = 20'000;
constexpr uint64_t kLarge = uint64_t{1} << 30;

std::string get() {
  return "GET /bucket/some/key HTTP/1.1\r\nHost: 127.0.0.1:4280\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
}

std::string put(size_t size_bytes) {
  return "PUT /bucket/some/key HTTP/1.1\r\nHost: 127.0.0.1:4280\r\nUser-Agent: bench\r\nAccept: "
         "*/*\r\nContent-Length: " +
         std::to_string(size_bytes) + "\r\n\r\n" + std::string(size_bytes, 'x');
}

void null_handler(Exchange& exchange) { (void)exchange.response().send({}, {}); }

void get_4k(Exchange& exchange) {
  (void)exchange.response().send({.headers = {{"ETag", "\"0123456789abcdef0123456789abcdef\""},
                                              {"Content-Type", "application/octet-stream"},
                                              {"Last-Modified", "Fri, 01 Mar 2024 00:00:00 GMT"}}},
                                 std::string(4096, 'x'));
}

void put_4k(Exchange& exchange) {
  const auto body = read_all(exchange.body(), 1 << 20);
  CHECK(body && body->size() == 4096, "the body is whole");
  (void)exchange.response().send({}, {});
}

void measure(benchmark::State& state, Handlers handlers, const std::string& request) {
  SystemClock clock;
  auto server = Server::open({}, std::move(handlers), clock);
  CHECK(server.has_value(), server.error().message);
  Load load((*server)->port(), kConnections, [&](size_t) { return std::string_view(request); });
  load.run(kConnections);  // connections and threads are there from now on
  const double before = cpu_seconds();
  for (auto _ : state) load.run(kBatch);
  state.counters["cpu_us_per_request"] =
      (cpu_seconds() - before) * 1e6 / static_cast<double>(state.iterations() * kBatch);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

void BM_Null(benchmark::State& state) { measure(state, {.blocking = null_handler}, get()); }
void BM_NullAsync(benchmark::State& state) {
  measure(state,
          {.blocking = null_handler,
           .async = [](std::unique_ptr<Exchange> exchange) { null_handler(*exchange); },
           .takes_async = [](const Request&) { return std::optional<uint64_t>(4096); }},
          get());
}
void BM_Get4K(benchmark::State& state) { measure(state, {.blocking = get_4k}, get()); }
void BM_Put4K(benchmark::State& state) { measure(state, {.blocking = put_4k}, put(4096)); }

BENCHMARK(BM_Null)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NullAsync)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Get4K)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Put4K)->UseRealTime()->Unit(benchmark::kMillisecond);

// One connection, one body of a gigabyte.
void measure_bytes(benchmark::State& state, Handler handler, const std::string& request) {
  SystemClock clock;
  auto server = Server::open({}, {.blocking = std::move(handler)}, clock);
  CHECK(server.has_value(), server.error().message);
  Load load((*server)->port(), 1, [&](size_t) { return std::string_view(request); });
  load.run(1);
  const double before = cpu_seconds();
  for (auto _ : state) load.run(1);
  state.counters["cpu_s_per_GiB"] = (cpu_seconds() - before) / static_cast<double>(state.iterations());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kLarge));
}

void BM_GetFromMemory(benchmark::State& state) {
  const std::string piece(256 * 1024, 'x');
  const auto stream = [&](Exchange& exchange) {
    ResponseWriter& response = exchange.response();
    bool listened = response.start({}, kLarge).has_value();
    for (uint64_t sent = 0; listened && sent < kLarge; sent += piece.size())
      listened = response.write(piece).has_value();
    if (listened) (void)response.finish();
  };
  measure_bytes(state, stream, get());
}

void BM_GetFromFile(benchmark::State& state) {
  const int file = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  const std::string piece(1024 * 1024, 'x');
  for (uint64_t n = 0; n < kLarge / piece.size(); ++n) {
    CHECK(::write(file, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size()), "room in /tmp");
  }
  const auto stream = [&](Exchange& exchange) {
    ResponseWriter& response = exchange.response();
    if (response.start({}, kLarge) && response.send_file(file, 0, kLarge)) (void)response.finish();
  };
  measure_bytes(state, stream, get());
  ::close(file);
}

void BM_PutToNowhere(benchmark::State& state) {
  static const std::string request = put(kLarge);
  const auto take = [](Exchange& exchange) {
    std::string piece(256 * 1024, '\0');
    uint64_t taken = 0;
    for (auto count = exchange.body().read(piece.data(), piece.size()); count && *count > 0;
         count = exchange.body().read(piece.data(), piece.size())) {
      taken += *count;
    }
    CHECK(taken == kLarge, "the body is whole");
    (void)exchange.response().send({}, {});
  };
  measure_bytes(state, take, request);
}

uint64_t resident_bytes() {
  std::ifstream status("/proc/self/statm");
  uint64_t all = 0;
  uint64_t resident = 0;
  status >> all >> resident;
  return resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

// What connections hold that each have had an answer and now wait. The clients' own part is small. Not quite 10,000, as
// both ends are of this process, and many systems give it 20,000 descriptors.
void BM_IdleConnections(benchmark::State& state) {
  constexpr size_t kIdle = 9'000;
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  SystemClock clock;
  auto server = Server::open({.queue_limit = kIdle}, {.blocking = get_4k}, clock);
  CHECK(server.has_value(), server.error().message);
  const std::string request = get();
  for (auto _ : state) {
    const uint64_t before = resident_bytes();
    Load load((*server)->port(), kIdle, [&](size_t) { return std::string_view(request); });
    load.run(kIdle);
    state.counters["KiB_per_connection"] = static_cast<double>(resident_bytes() - before) / 1024 / kIdle;
  }
}
BENCHMARK(BM_IdleConnections)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

BENCHMARK(BM_GetFromMemory)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_GetFromFile)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PutToNowhere)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace caudal::http
