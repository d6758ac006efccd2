// SPDX-License-Identifier: Apache-2.0
// One request on its way through the house: what came, who asks, and what will be told of it in log, audit and metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/gate/head.h"
#include "http/exchange.h"

namespace caudal::api {

// Something beside the resource of the request that it touches and that is decided by itself: a key of many that are
// removed, the source of a copy.
struct Touched {
  std::string operation;        // as if it had been asked for alone: "DeleteObject"
  std::string resource;         // its ARN
  std::string decision = {};    // as in Record
  std::string decided_by = {};  // as in Record
  std::string error = {};
  int status = 0;  // 0: what became of it is what became of the request
};

// Filled by the door, read by the front when the door is done.
struct Record {
  std::string_view service = {};
  std::string operation = {};   // "GetObject"; empty where a request means none
  std::string resource = {};    // its ARN, or the path where there is none
  std::string access_key = {};  // as claimed, also where its signature did not hold
  std::string caller = {};      // the ARN of who it is; empty: anonymous or not known
  std::string decision = {};    // "allow", "explicit_deny", "implicit_deny"; empty when it did not come to one
  std::string decided_by = {};  // the statement
  std::string error = {};       // the code that the client got
  std::string failure = {};     // what an internal error was really about: for the log alone
  std::vector<Touched> touched = {};
  int status = 0;
  uint64_t bytes_in = 0;   // of the body, as it came
  uint64_t bytes_out = 0;  // of the body, as it went
};

struct Visit {
  explicit Visit(std::unique_ptr<http::Exchange> own)
      : owned(std::move(own)), exchange(*owned), head(exchange.request()) {}
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  // The end of the request: when it was answered, or given up.
  ~Visit() {
    if (at_end) at_end(*this);
  }
  const std::unique_ptr<http::Exchange> owned;
  http::Exchange& exchange;
  const Head head;
  std::string id;  // the request id that the client is told, once it is known who answers
  Record record;
  std::function<void(const Visit&)> at_end = {};  // the front's
  std::function<bool()> has_room = {};            // the front's: whether to tell of the end would not wait now
  bool may_wait = true;                           // the thread that answers it

  const http::Request& request() const { return exchange.request(); }
  // Has the server's threads do what is short and, but for the end of the request, never waits: one of the network's,
  // unless whoever is told of that end is full.
  void go_on(std::move_only_function<void()> job) {
    if (has_room && has_room())
      exchange.on_network(std::move(job));
    else
      exchange.on_pool(std::move(job));
  }
};

// A service. Doors are asked from many threads at once.
class Door {
 public:
  virtual ~Door() = default;
  virtual std::string_view service() const = 0;  // as in the scope of signatures: "s3"
  virtual std::string make_request_id() = 0;
  // Answers in any case, now or, on any thread, later: the request lasts as long as its visit. May block, if not told
  // otherwise.
  virtual void answer(std::unique_ptr<Visit> visit) = 0;
  // Whether answer() may have the request on a thread that must not wait, which is told by its visit: then, how many
  // bytes its body may have. On such a thread: must not block.
  virtual std::optional<uint64_t> takes_promptly(const http::Request&) const { return std::nullopt; }
};

}  // namespace caudal::api
