// SPDX-License-Identifier: Apache-2.0
// Requests to other servers, by libcurl: bounded in time and size, tried again where that is safe. Follows no redirect,
// asks no proxy that the environment names, and trusts no certificate that it cannot check.
//
//   auto client = TRY(http::Client::open({}, clock, seed));
//   const ClientResponse answer = TRY(client->send({.url = "http://127.0.0.1:4280/healthz"}));
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/headers.h"

namespace caudal::http {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  // A transfer that moves less than a byte a second for so long is given up, however much time it has in all.
  std::chrono::milliseconds stall_timeout = std::chrono::seconds(30);
  // Of trying again; `attempts` counts the first one.
  Backoff retries = {.attempts = 4,
                     .first_delay = std::chrono::milliseconds(200),
                     .factor = 2.0,
                     .max_delay = std::chrono::seconds(10),
                     .jitter = 0.5};
  std::string ca_file = {};  // certificates to trust, and none else; empty: the system's
  std::string proxy = {};    // empty: none
  std::string user_agent = "caudal";
  size_t idle_handles = 16;  // with their connections, kept for later requests
};

// The body of a request that is not in memory.
class UploadSource {
 public:
  virtual ~UploadSource() = default;
  // Up to `size_bytes` into `out`; 0 at the end.
  virtual Result<size_t> read(char* out, size_t size_bytes) = 0;
  // To the beginning again, for another attempt.
  virtual Result<void> rewind() = 0;
  // Nothing: sent in chunks.
  virtual std::optional<uint64_t> size_bytes() const = 0;
};

enum class Retry {
  kIdempotent,  // methods that may be repeated: GET, HEAD, PUT, DELETE, OPTIONS
  kAlways,      // the caller knows that this request may be repeated
  kNever,
};

struct ClientRequest {
  std::string method = "GET";
  std::string url = {};  // http:// or https://; the path is sent as it stands, dots and all
  Headers headers = {};
  std::string_view body = {};
  UploadSource* source = nullptr;  // instead of `body`
  // Takes the body of a 2xx answer piece by piece, so that it is not kept; its error ends the transfer. No attempt is
  // made again once it was called.
  std::function<Result<void>(std::string_view)> sink = {};
  uint64_t max_body_bytes = 16 << 20;  // of an answer that is kept; beyond: Errc::answer_too_large
  std::chrono::milliseconds timeout = std::chrono::minutes(1);  // for each attempt; 0: none
  Retry retry = Retry::kIdempotent;
  // Over a connection of its own. libcurl sends a request again by itself when a connection that was used before ends
  // without an answer: not for what must not be sent twice, whatever `retry` says.
  bool on_fresh_connection = false;
  std::stop_token stop = {};
};

struct ClientResponse {
  int status = 0;
  Headers headers = {};
  std::string body = {};  // empty where a sink took it
  int attempts = 1;
};

// Thread-safe; blocking.
class Client {
 public:
  // Errc::invalid_configuration. `clock` outlives the client; `seed` is for the jitter of retries.
  static Result<std::unique_ptr<Client>> open(ClientOptions options, Clock& clock, uint64_t seed);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // Whatever status the last attempt was answered with. 408, 429, 500, 502, 503 and 504 are tried again as lost
  // connections are, not before what Retry-After asks for (as long as that is no longer than the longest delay).
  // Errc::invalid_message, unreachable, tls_failed, answer_too_large, cancelled; the errors of source and sink.
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::http
