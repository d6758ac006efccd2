// SPDX-License-Identifier: Apache-2.0
#include "api/gate/front.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "api/gate/audit_witness.h"
#include "api/gate/metrics.h"
#include "api/gate/refusals.h"
#include "api/gate/request_log.h"
#include "http/testing/test_server.h"

namespace caudal::api {
namespace {

using testing::HasSubstr;
using testing::Not;

class EchoDoor final : public Door {
 public:
  explicit EchoDoor(std::string service) : service_(std::move(service)) {}
  std::string_view service() const override { return service_; }
  std::string make_request_id() override { return service_ + "-id"; }
  std::optional<uint64_t> takes_promptly(const http::Request& request) const override {
    return request.path == "/short" || request.path == "/later" ? std::optional<uint64_t>(10) : std::nullopt;
  }
  std::atomic<int> prompt = 0;  // requests answered where nobody may wait, and the others
  std::atomic<int> waited = 0;
  std::atomic<int> stayed = 0;         // requests answered later by the thread that had them
  std::function<void()> before_later;  // called when one is about to be answered later
  void answer(std::unique_ptr<Visit> whole) override {
    Visit& visit = *whole;
    visit.record.operation = "Echo";
    visit.record.resource = visit.request().path;
    visit.record.access_key = "AKIA";
    visit.record.caller = "arn:aws:iam::000000000000:root";
    visit.record.status = visit.request().path == "/fails" ? 500 : 200;
    visit.record.bytes_out = service_.size();
    (visit.may_wait ? waited : prompt) += 1;
    if (visit.request().path == "/touches") {
      visit.record.touched = {{.operation = "DeleteObject",
                               .resource = "arn:aws:s3:::lake/a",
                               .decision = "implicit_deny",
                               .error = "AccessDenied",
                               .status = 403},
                              {.operation = "GetObject", .resource = "arn:aws:s3:::lake/b", .decision = "allow"}};
    }
    if (visit.record.status == 500) {
      visit.record.error = "InternalError";
      visit.record.failure = "the disk said no";
    }
    if (visit.request().path == "/later") {
      if (before_later) before_later();
      visit.go_on([this, asked = std::this_thread::get_id(), whole = std::move(whole)]() mutable {
        stayed += std::this_thread::get_id() == asked ? 1 : 0;
        EXPECT_OK(whole->exchange.response().send({.status = 200}, service_));
        whole.reset();
      });
      return;
    }
    EXPECT_OK(visit.exchange.response().send({.status = visit.record.status}, service_));
  }

 private:
  std::string service_;
};

class Notes final : public Witness {
 public:
  Result<void> ready() override {
    if (refuse) return Error{Errc::io, "no room for records"};
    return {};
  }
  void note(const Visit& visit, std::chrono::microseconds duration) override {
    std::lock_guard lock(mutex);
    lines.push_back(request_line(visit, duration));
    records.push_back(audit_record(visit, duration));
    for (const Touched& one : visit.record.touched) touched.push_back(audit_record(visit, duration, one));
  }
  bool has_room() const override { return !is_full; }
  std::atomic<bool> refuse = false;
  std::atomic<bool> is_full = false;
  std::mutex mutex;
  std::vector<std::string> lines;
  std::vector<audit::Record> records;
  std::vector<audit::Record> touched;
};

class FrontTest : public testing::Test {
 protected:
  std::optional<http::RawResponse> get(std::string_view path, std::string_view headers = "",
                                       std::string_view host = "h") {
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", path, host, headers)));
    return client.read_response();
  }
  std::string body(std::string_view path, std::string_view headers = "", std::string_view host = "h") {
    const auto response = get(path, headers, host);
    return response ? response->body : "nothing";
  }

  EchoDoor s3_{"s3"};
  EchoDoor items_{"dynamodb"};
  EchoDoor own_{"caudal"};
  Notes notes_;
  Metrics metrics_;
  std::atomic<bool> is_ready_ = true;
  Probes probes_{.ready = [this]() -> Result<void> {
                   if (is_ready_) return {};
                   return Error{Errc::io, "still opening"};
                 },
                 .metrics = [this] { return metrics_.text(); },
                 .is_of_bucket = [](std::string_view host) { return host.ends_with(".h"); }};
  ManualClock clock_{http::kTestStart};
  Front front_{
      {&s3_, &items_, &own_}, {&notes_, &metrics_}, probes_, clock_, {{&own_, [](const http::Request& request) {
                                                                         return request.path.starts_with("/v1/");
                                                                       }}}};
  http::TestServer server_{front_.handlers(), {.refusal = refusal}};
};

std::string authorization(std::string_view service) {
  return fmt::format(
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20240301/us-east-1/{}/aws4_request, SignedHeaders=host, "
      "Signature=00\r\n",
      service);
}

TEST_F(FrontTest, TheDoorOfAService) {
  EXPECT_EQ(body("/lake/a"), "s3") << "what names no service is for objects";
  EXPECT_EQ(body("/lake/a", authorization("s3")), "s3");
  EXPECT_EQ(body("/", authorization("dynamodb")), "dynamodb");
  EXPECT_EQ(body("/", "X-Amz-Target: DynamoDB_20120810.PutItem\r\n"), "dynamodb");
  EXPECT_EQ(body("/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20240301%2Fr%2Fs3%2Faws4_request"), "s3");
}

TEST_F(FrontTest, APathIsADoorsWhereNoServiceIsNamed) {
  EXPECT_EQ(body("/v1/payments"), "caudal");
  EXPECT_EQ(body("/lake/v1/payments"), "s3");
  EXPECT_EQ(body("/v1/payments", authorization("s3")), "s3") << "what is signed for objects is for objects";
  EXPECT_EQ(body("/v1/payments", authorization("caudal")), "caudal");
  EXPECT_EQ(body("/lake/a", authorization("execute-api")), "caudal") << "as clients of HTTP APIs sign by themselves";
}

TEST_F(FrontTest, AServiceWithoutADoor) {
  const auto answer = get("/", authorization("sqs"));
  EXPECT_EQ(answer->status, 501);
  EXPECT_THAT(answer->body, HasSubstr("Caudal does not offer the service sqs"));
  EXPECT_THAT(body("/", authorization("<b>\"")), HasSubstr("the service ?b??\""));
}

TEST_F(FrontTest, WhatADoorTakesPromptlyIsAnsweredByTheNetworkThreads) {
  constexpr std::string_view kTarget = "X-Amz-Target: DynamoDB_20120810.GetItem\r\n";
  EXPECT_EQ(body("/short", kTarget), "dynamodb");
  EXPECT_EQ(items_.prompt, 1);
  EXPECT_EQ(body("/long", kTarget), "dynamodb");
  EXPECT_EQ(body("/short", authorization("dynamodb")), "dynamodb") << "without a target";
  EXPECT_EQ(body("/short"), "s3");
  EXPECT_EQ(body("/short", "X-Amz-Target: AWSGlue.GetTables\r\n").substr(0, 8), "{\"__type");
  EXPECT_EQ(items_.prompt, 1);
  EXPECT_EQ(items_.waited, 2);
  EXPECT_EQ(s3_.waited, 1);
  notes_.is_full = true;
  EXPECT_EQ(body("/short", kTarget), "dynamodb");
  EXPECT_EQ(items_.waited, 3) << "who records it would have to wait";
  server_.server->stop();
  EXPECT_EQ(notes_.records.size(), 6U) << "each is told of, wherever it was answered";
}

TEST_F(FrontTest, WhatIsAnsweredLaterIsSoByTheNetworkThreadsWhereNobodyWaitsToTellOfIt) {
  constexpr std::string_view kTarget = "X-Amz-Target: DynamoDB_20120810.PutItem\r\n";
  EXPECT_EQ(body("/later", kTarget), "dynamodb");
  EXPECT_EQ(items_.stayed, 1);
  items_.before_later = [&] { notes_.is_full = true; };
  EXPECT_EQ(body("/later", kTarget), "dynamodb");
  EXPECT_EQ(items_.stayed, 1) << "the record has to wait, and the network's threads must not";
  EXPECT_EQ(items_.prompt, 2);
  server_.server->stop();
  EXPECT_EQ(notes_.records.size(), 2U);
}

TEST(ServiceOf, Targets) {
  EXPECT_EQ(service_of_target("DynamoDBStreams_20120810.GetRecords"), "dynamodb");
  EXPECT_EQ(service_of_target("AWSGlue.GetTables"), "glue");
  EXPECT_EQ(service_of_target("AmazonAthena.StartQueryExecution"), "athena");
  EXPECT_EQ(service_of_target("Other.Thing"), "");
}

TEST_F(FrontTest, ProbesAreForRequestsWithoutASignature) {
  EXPECT_EQ(body("/healthz"), "ok\n");
  EXPECT_EQ(body("/readyz"), "ready\n");
  is_ready_ = false;
  EXPECT_EQ(get("/readyz")->status, 503);
  EXPECT_EQ(body("/readyz"), "still opening\n");
  EXPECT_EQ(body("/healthz"), "ok\n") << "alive all the same";
  EXPECT_EQ(body("/healthz", authorization("s3")), "s3");
  EXPECT_EQ(body("/healthz/more"), "s3");
  EXPECT_EQ(body("/metrics?list-type=2"), "s3") << "a bucket may have the name";
  EXPECT_EQ(body("/healthz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20240301%2Fr%2Fs3%2Faws4_request"),
            "s3");
}

TEST_F(FrontTest, HowItIsDoingIsToldWhenNoHandlerIsFree) {
  http::Event started;
  http::Event go_on;
  s3_.before_later = [&] {
    started.set();
    EXPECT_TRUE(go_on.wait());
  };
  http::TestServer busy(front_.handlers(), {.handler_threads = 1, .queue_limit = 1, .refusal = refusal});
  http::RawClient first = busy.client();
  ASSERT_TRUE(first.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(started.wait());
  for (const char* path : {"/healthz", "/readyz", "/healthz"}) {
    http::RawClient client = busy.client();
    ASSERT_TRUE(client.send(fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n\r\n", path)));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->status, 200) << path;
  }
  go_on.set();
  EXPECT_TRUE(first.read_response());
}

TEST_F(FrontTest, ProbesAreForHostsThatAreNoBuckets) {
  for (const char* path : {"/healthz", "/readyz", "/metrics"}) {
    EXPECT_EQ(body(path, "", "lake.h"), "s3") << path << " is a key there";
    EXPECT_NE(body(path, "", "h"), "s3") << path;
  }
}

TEST_F(FrontTest, WhatARequestTouchesIsToldWithIt) {
  (void)get("/touches");
  server_.server->stop();
  ASSERT_EQ(notes_.touched.size(), 2U);
  const audit::Record& first = notes_.touched[0];
  EXPECT_EQ(first.operation, "DeleteObject");
  EXPECT_EQ(first.resource, "arn:aws:s3:::lake/a");
  EXPECT_EQ(first.decision, "implicit_deny");
  EXPECT_EQ(first.status, 403);
  EXPECT_EQ(first.error_code, "AccessDenied");
  EXPECT_EQ(first.request_id, notes_.records[0].request_id);
  EXPECT_EQ(first.principal, notes_.records[0].principal);
  EXPECT_EQ(first.bytes_out, 0U) << "the bytes are those of the request, once";
  EXPECT_EQ(notes_.touched[1].status, 200) << "as the request itself";
  EXPECT_EQ(notes_.records[0].resource, "/touches");
}

TEST_F(FrontTest, EveryRequestIsTold) {
  (void)get("/lake/a", "User-Agent: tester\r\n");
  (void)get("/fails", "Cookie: secret\r\n");
  server_.server->stop();  // what is noted is noted after the answer
  ASSERT_EQ(notes_.lines.size(), 2U);
  EXPECT_THAT(notes_.lines[0], HasSubstr(R"("request_id":"s3-id","service":"s3","operation":"Echo","method":"GET")"));
  EXPECT_THAT(notes_.lines[0], HasSubstr(R"("resource":"/lake/a","status":200)"));
  EXPECT_THAT(notes_.lines[1], HasSubstr(R"("error":"InternalError","failure":"the disk said no")"));
  EXPECT_THAT(notes_.lines[1], Not(HasSubstr("secret")));
  EXPECT_EQ(notes_.records[0].operation, "Echo");
  EXPECT_EQ(notes_.records[0].user_agent, "tester");
  EXPECT_EQ(notes_.records[0].principal, "arn:aws:iam::000000000000:root");
  EXPECT_EQ(notes_.records[0].source, "127.0.0.1");
  EXPECT_EQ(notes_.records[1].status, 500);
}

TEST_F(FrontTest, WhatCannotBeRecordedIsNotServed) {
  notes_.refuse = true;
  const auto answer = get("/lake/a");
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(answer->has("Retry-After: 1"));
  EXPECT_THAT(answer->body, HasSubstr("<Code>ServiceUnavailable</Code>"));
  EXPECT_THAT(answer->body, HasSubstr("the log of the server tells why"));
  http::Request request;
  request.headers.add({"X-Amz-Target", "DynamoDB_20120810.GetItem"});
  EXPECT_THAT(refusal_of_unrecorded(request, "R").body,
              HasSubstr(R"(#ServiceUnavailable","message":"Requests cannot)"));
  notes_.refuse = false;
  EXPECT_EQ(body("/lake/a"), "s3");
}

TEST_F(FrontTest, MetricsOfRequestsAndOfOthers) {
  metrics_.add_source([](MetricsSink& sink) {
    sink.gauge("caudal_test_depth", "How deep.", 2.5);
    sink.counter("caudal_test_total", "How many.", 7);
  });
  (void)get("/lake/a");
  (void)get("/lake/a");
  (void)get("/fails");
  server_.server->stop();  // what is counted is counted after the answer
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr(R"(caudal_requests_total{code="200",operation="Echo",service="s3"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(caudal_requests_total{code="500",operation="Echo",service="s3"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(caudal_request_duration_seconds_count{operation="Echo",service="s3"} 3)"));
  EXPECT_THAT(text, HasSubstr(R"(caudal_response_bytes_total{operation="Echo",service="s3"} 6)"));
  EXPECT_THAT(text,
              HasSubstr("# HELP caudal_test_depth How deep.\n# TYPE caudal_test_depth gauge\ncaudal_test_depth 2.5"));
  EXPECT_THAT(text, HasSubstr("# TYPE caudal_test_total counter\ncaudal_test_total 7"));
}

TEST_F(FrontTest, TheLogTellsWhatItIsAskedFor) {
  std::mutex mutex;
  std::vector<std::string> errors;
  std::vector<std::string> all;
  RequestLog of_errors(LogRequests::kErrors, [&](std::string_view line) { errors.emplace_back(line); });
  RequestLog of_all(LogRequests::kAll, [&](std::string_view line) { all.emplace_back(line); });
  RequestLog of_none(LogRequests::kNone, [&](std::string_view) { FAIL(); });
  Front front({&s3_}, {&of_errors, &of_all, &of_none}, probes_, clock_);
  http::TestServer server([&](std::unique_ptr<http::Exchange> exchange) {
    std::lock_guard lock(mutex);
    front.handle(std::move(exchange));
  });
  for (const char* path : {"/a", "/fails"}) {
    http::RawClient client = server.client();
    ASSERT_TRUE(client.send(fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n\r\n", path)));
    ASSERT_TRUE(client.read_response());
  }
  server.server->stop();
  EXPECT_EQ(all.size(), 2U);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0], HasSubstr("/fails"));
}

TEST(Refusals, InTheWordsOfTheService) {
  http::Request request;
  request.path = "/lake/<a>";
  const auto s3 =
      refusal({.kind = http::Refusal::Kind::kOverloaded, .status = 503, .request_id = "R", .request = &request});
  EXPECT_EQ(s3.head.status, 503);
  EXPECT_EQ(s3.head.headers.find("Retry-After"), "1");
  EXPECT_THAT(s3.body, HasSubstr("<Code>SlowDown</Code>"));
  EXPECT_THAT(s3.body, HasSubstr("&lt;a&gt;"));
  request.headers.add({"X-Amz-Target", "DynamoDB_20120810.GetItem"});
  const auto json = refusal({.kind = http::Refusal::Kind::kOverloaded, .status = 503, .request = &request});
  EXPECT_THAT(json.body, HasSubstr("ThrottlingException"));
  http::Request own;
  own.headers.add({"Authorization",
                   "AWS4-HMAC-SHA256 Credential=A/20240301/r/caudal/aws4_request, SignedHeaders=host, Signature=00"});
  const auto problem =
      refusal({.kind = http::Refusal::Kind::kTooLarge, .status = 413, .request_id = "R", .request = &own});
  EXPECT_EQ(problem.head.headers.find("Content-Type"), "application/problem+json");
  EXPECT_THAT(problem.body, HasSubstr(R"("status":413)"));
  const auto early = refusal({.kind = http::Refusal::Kind::kMalformed, .status = 400, .why = "two lengths"});
  EXPECT_THAT(early.body, HasSubstr("<Message>two lengths</Message>"));
}

}  // namespace
}  // namespace caudal::api
