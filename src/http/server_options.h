// SPDX-License-Identifier: Apache-2.0
// What a server listens on, how much it takes, and how long it waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace caudal::http {

// PEM files; the certificate's file holds the chain, leaf first.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

// A request that never reaches a handler, or a handler that gave no answer.
struct Refusal {
  enum class Kind {
    kMalformed,   // 400, 414, 417, 431, 501, 505
    kTooLarge,    // 413: the declared size of the body passes the limit
    kTimedOut,    // 408: the head, or a body that the server reads itself, did not come in time
    kOverloaded,  // 503: too many connections, or the queue of the pool is full
    kFailed,      // 500: the handler threw, or returned without an answer
  };
  Kind kind = Kind::kFailed;
  int status = 500;
  std::string_view why = {};         // for the client
  std::string_view request_id = {};  // empty where there is no request yet
  const Request* request = nullptr;  // where its head could be read
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, numeric
  uint16_t port = 0;                  // 0: any that is free
  std::optional<TlsFiles> tls = std::nullopt;

  unsigned network_threads = 0;  // 0: one for each core, at most 16
  unsigned handler_threads = 64;
  // Made when they are needed, in the place of handlers that wait for slow clients: so many more slow clients hold up
  // nobody.
  unsigned spare_handler_threads = 192;
  size_t queue_limit = 1024;          // requests that wait for a handler thread; more are refused as overloaded
  size_t max_connections = 20'000;    // more are refused as overloaded, and closed
  size_t max_head_bytes = 32 * 1024;  // 1 to 64 KiB
  size_t max_target_bytes = 16 * 1024;
  uint64_t max_body_bytes = std::numeric_limits<uint64_t>::max();

  std::chrono::milliseconds head_timeout = std::chrono::seconds(15);  // from the first byte; also the TLS handshake
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
  std::chrono::milliseconds request_timeout = std::chrono::hours(1);  // from the head to the end of the answer
  std::chrono::milliseconds drain_timeout = std::chrono::seconds(30);
  // A client that moves fewer bytes a second, of the time spent waiting for it and over at least this window, is too
  // slow; in both directions.
  uint64_t min_bytes_per_second = 512;
  std::chrono::milliseconds rate_window = std::chrono::seconds(15);
  // How often time-outs are looked at, and so their precision. Real time, whatever the clock says.
  std::chrono::milliseconds tick = std::chrono::milliseconds(100);

  // Words a refusal (on a network thread: must not block). Empty: a line of text.
  std::function<Response(const Refusal&)> refusal = {};
  // Is told what nobody else hears: handlers that threw, a lack of file descriptors. Thread-safe; must not block long.
  std::function<void(std::string_view)> log = {};
};

// Errc::invalid_configuration with every mistake named.
Result<void> check(const ServerOptions& options);

}  // namespace caudal::http
