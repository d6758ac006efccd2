// SPDX-License-Identifier: Apache-2.0
// DynamoDB as its clients see it, with signatures, policies, audit and metrics, beside a handler on the same server
// that reads the same request and answers the same bytes. The load generator runs on the same machine.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "access/audit/log.h"
#include "access/identities.h"
#include "api/dynamodb/door.h"
#include "api/gate/audit_witness.h"
#include "api/gate/front.h"
#include "api/gate/metrics.h"
#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/testing/temporary_directory.h"
#include "http/server.h"
#include "http/testing/load.h"
#include "items/embedded_store.h"

namespace caudal::api::dynamodb {
namespace {

constexpr size_t kConnections = 64;
constexpr uint64_t kReads = 20'000;
constexpr uint64_t kWrites = 5'000;
constexpr size_t kAccounts = 512;
constexpr int kPaymentsOfAccount = 20;

template <class T>
T unwrap(Result<T> result) {
  if (!result) check_failed(__FILE__, __LINE__, "unwrap", result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::string payment(size_t account, size_t number, size_t note_bytes) {
  return fmt::format(
      R"({{"PK":{{"S":"{}#PAYMENT"}},"SK":{{"S":"SCHEDULED#{:010}"}},"Amount":{{"N":"{}.50"}},"Currency":{{"S":"BRL"}},"Note":{{"S":"{}"}}}})",
      account, number, number, std::string(note_bytes, 'x'));
}

// A whole house on a folder of its own.
struct House {
  TemporaryDirectory dir;
  SystemClock clock;
  std::unique_ptr<kv::Store> kv = unwrap(kv::Store::open(dir.path() / "kv", {}));
  std::unique_ptr<items::EmbeddedStore> store = unwrap(items::EmbeddedStore::open(*kv, clock));
  std::unique_ptr<access::Identities> identities =
      unwrap(access::Identities::open(*kv, clock,
                                      {.directory = dir.path() / "access",
                                       .root_access_key_id = "AKIABENCHBENCHBENCHX",
                                       .root_secret = access::Secret(std::string_view("a-secret-for-measuring"))}));
  std::unique_ptr<audit::Log> log = unwrap(audit::Log::open(dir.path() / "audit", clock, {}));
  DynamoDbDoor door{*store, *identities, clock, {}};
  AuditWitness audit{*log};
  Metrics metrics;
  Probes probes{.ready = [] { return Result<void>(); }, .metrics = [this] { return metrics.text(); }};
  Front front{{&door}, {&audit, &metrics}, probes, clock};
  std::unique_ptr<http::Server> server = unwrap(http::Server::open({}, front.handlers(), clock));

  House() {
    unwrap(store->create_table({.name = "BankPayments",
                                .key = {.partition = {{.name = "PK"}}, .sort = {{.name = "SK"}}},
                                .billing = items::BillingMode::kPayPerRequest}));
  }
  static House& get() {
    static House house;
    return house;
  }

  // A request with its signature, as a client's bytes.
  std::string request(std::string_view operation, const std::string& body) const {
    const std::string target = fmt::format("DynamoDB_20120810.{}", operation);
    const std::vector<aws::Header> own = {
        {"Host", "127.0.0.1:4280"}, {"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", target}};
    const aws::SignedHead head = aws::sign(
        {.method = "POST", .target = "/", .headers = own},
        {.access_key_id = "AKIABENCHBENCHBENCHX", .secret = "a-secret-for-measuring"},
        {.region = "us-east-1", .service = "dynamodb", .at = clock.now(), .payload_hash = to_hex(view(sha256(body)))});
    std::string out = "POST / HTTP/1.1\r\n";
    for (const auto& [name, value] : own) out.append(name).append(": ").append(value).append("\r\n");
    for (const auto& [name, value] : head.headers) out.append(name).append(": ").append(value).append("\r\n");
    return out.append(fmt::format("Content-Length: {}\r\n\r\n", body.size())).append(body);
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

Requests put_requests(const char* folder) {
  const House& house = House::get();
  return Requests(kWrites, [&](size_t n) {
    return house.request("PutItem", fmt::format(R"({{"TableName":"BankPayments","Item":{}}})",
                                                payment(1'000'000 + n * 7 + static_cast<size_t>(folder[0]), n, 900)));
  });
}

// 20 payments of each account are there.
void fill() {
  static const bool filled = [] {
    House& house = House::get();
    Requests puts(kAccounts * kPaymentsOfAccount, [&](size_t n) {
      return house.request("PutItem", fmt::format(R"({{"TableName":"BankPayments","Item":{}}})",
                                                  payment(n / kPaymentsOfAccount, n % kPaymentsOfAccount, 900)));
    });
    http::Load load(house.server->port(), kConnections, [&](size_t) { return puts.next(); });
    load.run(kAccounts * kPaymentsOfAccount);
    return true;
  }();
  CHECK(filled, "the table is filled once");
}

Requests get_requests() {
  fill();
  return Requests(kAccounts, [&](size_t n) {
    return House::get().request(
        "GetItem",
        fmt::format(
            R"({{"TableName":"BankPayments","Key":{{"PK":{{"S":"{}#PAYMENT"}},"SK":{{"S":"SCHEDULED#{:010}"}}}}}})", n,
            n % kPaymentsOfAccount));
  });
}

Requests query_requests() {
  fill();
  return Requests(kAccounts, [&](size_t n) {
    return House::get().request(
        "Query",
        fmt::format(
            R"({{"TableName":"BankPayments","KeyConditionExpression":"PK = :p","ExpressionAttributeValues":{{":p":{{"S":"{}#PAYMENT"}}}}}})",
            n));
  });
}

http::Headers answered_headers() {
  return {{"x-amzn-RequestId", "0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJ"},
          {"Content-Type", "application/x-amz-json-1.0"},
          {"x-amz-crc32", "2745614147"},
          {"Server", "Caudal"}};
}

// A server that reads whatever is asked and answers with the same bytes, where the door does: on the network's threads.
void null_server(benchmark::State& state, Requests& requests, uint64_t batch, const std::string& answer) {
  static constexpr uint64_t kMostBytes = 1 << 20;
  SystemClock clock;
  const auto server = unwrap(
      http::Server::open({},
                         {.keeping = [](const std::unique_ptr<http::Exchange>&) { CHECK(false, "all are taken"); },
                          .async =
                              [&](const std::unique_ptr<http::Exchange>& exchange) {
                                const auto body = http::read_all(exchange->body(), kMostBytes);
                                CHECK(body && !body->empty(), "the body is whole");
                                (void)exchange->response().send({.headers = answered_headers()}, answer);
                              },
                          .takes_async = [](const http::Request&) { return std::optional<uint64_t>(kMostBytes); }},
                         clock));
  run(state, server->port(), requests, batch);
}

std::string page_of(size_t count) {
  std::string items;
  for (size_t n = 0; n < count; ++n) items.append(n > 0 ? "," : "").append(payment(1, n, 900));
  return fmt::format(R"({{"Items":[{}],"Count":{},"ScannedCount":{}}})", items, count, count);
}

void get_null(benchmark::State& state) {
  Requests requests = get_requests();
  null_server(state, requests, kReads, fmt::format(R"({{"Item":{}}})", payment(1, 1, 900)));
}
void get_item(benchmark::State& state) {
  Requests requests = get_requests();
  run(state, House::get().server->port(), requests, kReads);
}
void put_null(benchmark::State& state) {
  Requests requests = put_requests("n");
  null_server(state, requests, kWrites, "{}");
}
void put_item(benchmark::State& state) {
  Requests requests = put_requests("p");
  run(state, House::get().server->port(), requests, kWrites);
}
void query_null(benchmark::State& state) {
  Requests requests = query_requests();
  null_server(state, requests, kWrites, page_of(kPaymentsOfAccount));
}
void query_items(benchmark::State& state) {
  Requests requests = query_requests();
  run(state, House::get().server->port(), requests, kWrites);
}

// A quarter of a run tells how much is half of what it can take.
void run_at_half_load(benchmark::State& state, Requests& requests, uint64_t batch) {
  http::Load load(House::get().server->port(), kConnections, [&](size_t) { return requests.next(); });
  load.run(kConnections);
  std::vector<double> times_ms;
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    load.run(batch / 4);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    times_ms = load.run_paced(batch, static_cast<double>(batch / 4) / took.count() / 2);
  }
  const auto at = [&](double share) {
    return times_ms[std::min(times_ms.size() - 1, static_cast<size_t>(share * static_cast<double>(times_ms.size())))];
  };
  state.counters["p50_ms"] = at(0.5);
  state.counters["p99_ms"] = at(0.99);
}
void get_at_half_load(benchmark::State& state) {
  Requests requests = get_requests();
  run_at_half_load(state, requests, kReads);
}
void put_at_half_load(benchmark::State& state) {
  Requests requests = put_requests("h");
  run_at_half_load(state, requests, kWrites);
}

BENCHMARK(get_null)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(get_item)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_null)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_item)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(query_null)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(query_items)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(get_at_half_load)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_at_half_load)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace caudal::api::dynamodb
