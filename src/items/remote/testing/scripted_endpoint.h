// SPDX-License-Identifier: Apache-2.0
// An endpoint that answers what a test says, one answer after the other, and keeps what it was asked.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/crc.h"
#include "base/testing/result_matchers.h"
#include "http/testing/test_server.h"
#include "items/remote/remote_store.h"

namespace caudal::items::remote {

struct Scripted {
  int status = 200;
  std::string body = "{}";
  bool is_damaged = false;  // its checksum is another's
  bool is_lost = false;     // the connection breaks instead
};
inline Scripted refused(int status, const std::string& type, const std::string& message = "said the endpoint",
                        const std::string& members = "") {
  return {.status = status,
          .body = fmt::format(R"({{"__type":"com.amazonaws.dynamodb.v20120810#{}","message":"{}"{}}})", type, message,
                              members)};
}

struct Asked {
  std::string operation;
  std::string body;
  std::string authorization;
};

class EndpointTest : public testing::Test {
 protected:
  EndpointTest()
      : server_(http::Handler([this](http::Exchange& exchange) { answer(exchange); })),
        store_(unwrap(RemoteStore::open({.endpoint = fmt::format("http://127.0.0.1:{}", server_.server->port()),
                                         .region = "sa-east-1",
                                         .credentials = {.access_key_id = "AKIAEXAMPLE", .secret = "secret"},
                                         .retries = {.attempts = 4,
                                                     .first_delay = std::chrono::milliseconds(1),
                                                     .factor = 1.0,
                                                     .max_delay = std::chrono::milliseconds(1)},
                                         .poll_interval = std::chrono::milliseconds(1)},
                                        clock_, 1))) {}

  // What is not said is answered with {}.
  void will(std::vector<Scripted> answers) {
    const std::lock_guard lock(mutex_);
    script_.assign(answers.begin(), answers.end());
    asked_.clear();
  }
  std::vector<Asked> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void answer(http::Exchange& exchange) {
    const std::string body = unwrap(http::read_all(exchange.body(), 1 << 20));
    Scripted scripted;
    {
      const std::lock_guard lock(mutex_);
      const std::string target(exchange.request().headers.find("X-Amz-Target").value_or(""));
      asked_.push_back({.operation = target.substr(target.find('.') + 1),
                        .body = body,
                        .authorization = std::string(exchange.request().headers.find("Authorization").value_or(""))});
      if (!script_.empty()) {
        scripted = script_.front();
        script_.pop_front();
      }
    }
    if (scripted.is_lost) return exchange.response().abort();
    http::ResponseHead head{.status = scripted.status};
    head.headers.add("Content-Type", "application/x-amz-json-1.0");
    head.headers.add("x-amz-crc32", fmt::to_string(crc32(0, scripted.body) + (scripted.is_damaged ? 1 : 0)));
    EXPECT_OK(exchange.response().send(std::move(head), scripted.body));
  }

  std::mutex mutex_;
  std::deque<Scripted> script_;
  std::vector<Asked> asked_;

 protected:
  SystemClock clock_;
  http::TestServer server_;
  std::unique_ptr<RemoteStore> store_;
};

}  // namespace caudal::items::remote
