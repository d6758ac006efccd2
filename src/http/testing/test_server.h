// SPDX-License-Identifier: Apache-2.0
// A server on loopback for tests, whose clock stands still until the test moves it, and which looks at that clock all
// the time.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "http/chunked.h"
#include "http/server.h"
#include "http/testing/raw_client.h"

namespace caudal::http {

inline constexpr Timestamp kTestStart = std::chrono::sys_days(std::chrono::year(2024) / 3 / 1);

struct TestServer {
  explicit TestServer(Handlers handlers, ServerOptions options = {}) {
    options.tick = std::chrono::milliseconds(2);
    if (!options.log) options.log = [this](std::string_view line) { note(line); };
    server = unwrap(Server::open(std::move(options), std::move(handlers), clock));
  }
  explicit TestServer(Handler handler, ServerOptions options = {})
      : TestServer(Handlers{.blocking = std::move(handler)}, std::move(options)) {}

  explicit TestServer(AsyncHandler keeping, ServerOptions options = {})
      : TestServer(Handlers{.keeping = std::move(keeping)}, std::move(options)) {}

  RawClient client() const { return RawClient(server->port()); }
  void note(std::string_view line) {
    std::lock_guard lock(mutex);
    logged.emplace_back(line);
  }
  std::vector<std::string> log() {
    std::lock_guard lock(mutex);
    return logged;
  }

  ManualClock clock{kTestStart};
  std::mutex mutex;
  std::vector<std::string> logged;
  std::unique_ptr<Server> server;  // last: its threads use the rest
};

// Something that one thread does and others wait for.
class Event {
 public:
  void set() {
    {
      std::lock_guard lock(mutex_);
      set_ = true;
    }
    changed_.notify_all();
  }
  // False when it does not happen within the test's patience.
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, RawClient::kPatience, [&] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

// Until `holds()`, asked again and again; false when it does not come to that within the test's patience.
template <class Condition>
bool eventually(const Condition& holds) {
  const auto end = std::chrono::steady_clock::now() + RawClient::kPatience;
  SystemClock clock;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    clock.wait_until(clock.now() + std::chrono::milliseconds(1), {});
  }
  return true;
}

// "GET path" of a keep-alive client, with more header lines if need be.
inline std::string get(const std::string& path, const std::string& lines = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}
inline std::string put(const std::string& path, const std::string& body, const std::string& lines = "") {
  return "PUT " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + lines +
         "\r\n" + body;
}

inline std::string chunk_of(const std::string& bytes) { return chunk_head(bytes.size()) + bytes + "\r\n"; }

}  // namespace caudal::http
