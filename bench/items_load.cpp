// SPDX-License-Identifier: Apache-2.0
// Loads any server of DynamoDB's API on this machine with signed requests, and prints what came of it as one line of
// JSON; of one connection alone also what single requests took.
//
// usage: items_load PORT ACCESS_KEY SECRET TABLE WHAT CONNECTIONS REQUESTS ITEMS BYTES FIRST
//   WHAT: make-table (waits until it is there), put, get, query (20 of what put made), scan (all of the table, page by
//   page, whatever REQUESTS says); make-payments-table, with the index of a bank's scheduled payments, and
//   put-payments: 25 of them in a batch, of ITEMS accounts with 10 each
//   FIRST: the number of the first request, so that a second run can ask for what nobody asked for before
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "aws/sigv4_sign.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "http/client.h"
#include "http/testing/load.h"
#include "words.h"

namespace caudal {
namespace {

constexpr size_t kOfPartition = 20;
constexpr size_t kOfBatch = 25;
constexpr size_t kPaymentsOfAccount = 10;
constexpr size_t kWriteShards = 5;

struct Wanted {
  uint16_t port = 0;
  std::string access_key_id, secret, table, what;
  size_t connections = 0, requests = 0, items = 0, bytes = 0, first = 0;
};

struct Signed {
  http::Headers headers;
  std::string as_bytes;
};

class Signer {
 public:
  explicit Signer(const Wanted& wanted) : wanted_(wanted) {}

  Signed sign(std::string_view operation, const std::string& body) const {
    const std::string host = fmt::format("127.0.0.1:{}", wanted_.port);
    const std::string target = fmt::format("DynamoDB_20120810.{}", operation);
    const std::vector<aws::Header> own = {
        {"Host", host}, {"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", target}};
    const aws::SignedHead head = aws::sign({.method = "POST", .target = "/", .headers = own},
                                           {.access_key_id = wanted_.access_key_id, .secret = wanted_.secret},
                                           {.region = "us-east-1",
                                            .service = "dynamodb",
                                            .at = SystemClock().now(),
                                            .payload_hash = to_hex(view(sha256(body)))});
    Signed out{.headers = {}, .as_bytes = "POST / HTTP/1.1\r\n"};
    const auto add = [&](std::string_view name, std::string_view value) {
      if (name != "Host") out.headers.add(std::string(name), std::string(value));
      out.as_bytes.append(name).append(": ").append(value).append("\r\n");
    };
    for (const auto& [name, value] : own) add(name, value);
    for (const auto& [name, value] : head.headers) add(name, value);
    out.as_bytes.append(fmt::format("Content-Length: {}\r\n\r\n", body.size())).append(body);
    return out;
  }

 private:
  const Wanted& wanted_;
};

// The first attributes of item `n`.
std::string key_of(size_t n) {
  return fmt::format(R"("PK":{{"S":"{}#PAYMENT"}},"SK":{{"S":"SCHEDULED#{:010}"}})", n / kOfPartition,
                     n % kOfPartition);
}

// As a bank's notebook writes it.
std::string payment_number(size_t n) {
  const size_t account = n / kPaymentsOfAccount;
  const size_t day = n % kPaymentsOfAccount + 1;
  return fmt::format(
      R"({{"PutRequest":{{"Item":{{"PK":{{"S":"{0}#PAYMENT"}},"SK":{{"S":"SCHEDULED#{1}{2:09}"}},"AccountId":{{"S":"{0}"}},)"
      R"("ScheduledDate":{{"S":"2024-03-{3:02}"}},"Status":{{"S":"SCHEDULED"}},"GSI1PK":{{"S":"SCHEDULED#{4}"}},)"
      R"("GSI1SK":{{"S":"2024-03-{3:02}"}},"DataBlob":{{"M":{{"Amount":{{"N":"{5}.50"}},"Currency":{{"S":"BRL"}},)"
      R"("BeneficiaryId":{{"S":"beneficiary-{6}"}}}}}}}}}}}})",
      account, 1'709'251'200 + (day - 1) * 86'400, n % 1'000'000'000, day, n % kWriteShards + 1, n % 9'000 + 1,
      n % 5'000);
}

std::string batch_number(const Wanted& wanted, size_t n) {
  std::string puts;
  for (size_t at = n * kOfBatch; at < (n + 1) * kOfBatch; ++at) {
    if (!puts.empty()) puts += ',';
    puts += payment_number(at % (wanted.items * kPaymentsOfAccount));
  }
  return fmt::format(R"({{"RequestItems":{{"{}":[{}]}}}})", wanted.table, puts);
}

std::string request_number(const Wanted& wanted, const Signer& signer, size_t n) {
  if (wanted.what == "put") {
    const std::string note(wanted.bytes, 'x');
    return signer
        .sign(
            "PutItem",
            fmt::format(
                R"({{"TableName":"{}","Item":{{{},"Amount":{{"N":"{}.50"}},"Currency":{{"S":"BRL"}},"Note":{{"S":"{}"}}}}}})",
                wanted.table, key_of(n % wanted.items), n, note))
        .as_bytes;
  }
  if (wanted.what == "put-payments") return signer.sign("BatchWriteItem", batch_number(wanted, n)).as_bytes;
  // Far from the one before.
  const size_t far = n * 7'368'787 % wanted.items;
  if (wanted.what == "get") {
    return signer.sign("GetItem", fmt::format(R"({{"TableName":"{}","Key":{{{}}}}})", wanted.table, key_of(far)))
        .as_bytes;
  }
  CHECK(wanted.what == "query", "WHAT is none of those that there are");
  return signer
      .sign(
          "Query",
          fmt::format(
              R"({{"TableName":"{}","KeyConditionExpression":"PK = :p","ExpressionAttributeValues":{{":p":{{"S":"{}#PAYMENT"}}}}}})",
              wanted.table, far / kOfPartition))
      .as_bytes;
}

// Requests one after the other, whose answers are looked at.
class Asking {
 public:
  explicit Asking(const Wanted& wanted) : wanted_(wanted), signer_(wanted) {
    auto client = http::Client::open({}, clock_, 1);
    CHECK(client.has_value(), "a client can be made");
    client_ = *std::move(client);
  }
  std::string ask(std::string_view operation, const std::string& body) {
    const auto answer = client_->send({.method = "POST",
                                       .url = fmt::format("http://127.0.0.1:{}/", wanted_.port),
                                       .headers = signer_.sign(operation, body).headers,
                                       .body = body});
    CHECK(answer.has_value() && answer->status == 200, answer ? answer->body : answer.error().to_string());
    return answer->body;
  }

 private:
  const Wanted& wanted_;
  const Signer signer_;
  SystemClock clock_;
  std::unique_ptr<http::Client> client_;
};

// All keys are texts.
std::string attributes(std::initializer_list<std::string_view> names) {
  std::string all;
  for (const std::string_view name : names) {
    all += fmt::format(R"({}{{"AttributeName":"{}","AttributeType":"S"}})", all.empty() ? "" : ",", name);
  }
  return fmt::format("[{}]", all);
}

std::string key_schema(std::string_view hash, std::string_view range) {
  return fmt::format(R"([{{"AttributeName":"{}","KeyType":"HASH"}},{{"AttributeName":"{}","KeyType":"RANGE"}}])", hash,
                     range);
}

void make_table(const Wanted& wanted) {
  Asking asking(wanted);
  const bool indexed = wanted.what == "make-payments-table";
  const std::string index = fmt::format(
      R"(,"GlobalSecondaryIndexes":[{{"IndexName":"GSI1","KeySchema":{},"Projection":{{"ProjectionType":"ALL"}}}}])",
      key_schema("GSI1PK", "GSI1SK"));
  asking.ask(
      "CreateTable",
      fmt::format(R"({{"TableName":"{}","BillingMode":"PAY_PER_REQUEST","KeySchema":{},"AttributeDefinitions":{}{}}})",
                  wanted.table, key_schema("PK", "SK"),
                  indexed ? attributes({"PK", "SK", "GSI1PK", "GSI1SK"}) : attributes({"PK", "SK"}),
                  indexed ? index : ""));
  const std::string describe = fmt::format(R"({{"TableName":"{}"}})", wanted.table);
  while (asking.ask("DescribeTable", describe).find(R"("TableStatus":"ACTIVE")") == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // tidy: allow(sleep): others' tables take their time
  }
}

// How many items there were.
size_t scan(const Wanted& wanted) {
  Asking asking(wanted);
  simdjson::dom::parser parser;
  size_t items = 0;
  for (std::string start;;) {
    const std::string page = asking.ask("Scan", fmt::format(R"({{"TableName":"{}"{}}})", wanted.table, start));
    const simdjson::dom::element answer = parser.parse(page);
    items += answer["Count"].get_uint64();
    simdjson::dom::element last;
    if (answer["LastEvaluatedKey"].get(last) != simdjson::SUCCESS) return items;
    start = fmt::format(R"(,"ExclusiveStartKey":{})", simdjson::minify(last));
  }
}

void run(const Wanted& wanted) {
  const auto started = std::chrono::steady_clock::now();
  size_t requests = wanted.requests;
  std::chrono::duration<double> took = {};
  std::vector<double> times_ms;
  if (wanted.what.starts_with("make-")) {
    make_table(wanted);
  } else if (wanted.what == "scan") {
    requests = scan(wanted);
    took = std::chrono::steady_clock::now() - started;
  } else {
    // Signed before the clock runs, but for so many that they would not fit in memory: those as they are sent.
    constexpr size_t kMostMade = 100'000;
    const Signer signer(wanted);
    std::vector<std::string> made;
    for (size_t n = 0; n < std::min(requests, kMostMade); ++n)
      made.push_back(request_number(wanted, signer, wanted.first + n));
    std::vector<std::string> own(wanted.connections);
    size_t next = 0;
    http::Load load(wanted.port, wanted.connections, [&](size_t connection) -> std::string_view {
      const size_t n = next++;
      if (n < made.size()) return made[n];
      return own[connection] = request_number(wanted, signer, wanted.first + n);
    });
    const auto begun = std::chrono::steady_clock::now();
    if (wanted.connections > 1) {
      load.run(requests);
    } else {
      for (size_t n = 0; n < requests; ++n) {
        const auto asked = std::chrono::steady_clock::now();
        load.run(1);
        times_ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - asked).count());
      }
    }
    took = std::chrono::steady_clock::now() - begun;
  }
  std::sort(times_ms.begin(), times_ms.end());
  const auto at = [&](double share) {
    return times_ms.empty() ? 0 : times_ms[static_cast<size_t>(share * static_cast<double>(times_ms.size() - 1))];
  };
  fmt::print("{{\"requests\": {}, \"seconds\": {:.6f}, \"p50_ms\": {:.4f}, \"p99_ms\": {:.4f}}}\n", requests,
             took.count(), at(0.5), at(0.99));
}

}  // namespace
}  // namespace caudal

int main(int count, char** words) {
  if (count != 11) {
    fmt::print(stderr, "usage: items_load PORT ACCESS_KEY SECRET TABLE WHAT CONNECTIONS REQUESTS ITEMS BYTES FIRST\n");
    return 2;
  }
  using caudal::number;
  caudal::run({.port = static_cast<uint16_t>(number(words[1])),
               .access_key_id = words[2],
               .secret = words[3],
               .table = words[4],
               .what = words[5],
               .connections = number(words[6]),
               .requests = number(words[7]),
               .items = number(words[8]),
               .bytes = number(words[9]),
               .first = number(words[10])});
  return 0;
}
