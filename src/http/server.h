// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server. Network threads read heads, watch time-outs and send what handlers leave behind; handlers are
// ordinary functions on a bounded pool, or asynchronous ones. Knows no routes.
//
//   auto server = TRY(Server::open({.port = 4280}, {.blocking = hello}, clock));
//   ...
//   server->stop();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "http/counters.h"
#include "http/exchange.h"
#include "http/server_options.h"

namespace caudal::http {

struct Handlers {
  Handler blocking = {};
  // Instead of `blocking`, on the same threads, where it may block as well. The exchange is its own: it can leave it to
  // whoever will answer, and return.
  AsyncHandler keeping = {};
  AsyncHandler async = {};
  // Which requests `async` takes: the most bytes of body that are read for it before it is called (a larger body reads
  // as Errc::body_too_large), or nothing when `blocking` or `keeping` takes the request. Called on a network thread:
  // must not block.
  std::function<std::optional<uint64_t>(const Request&)> takes_async = {};
};

// Thread-safe.
class Server {
 public:
  // Listens and answers from now on. Errc::invalid_configuration, Errc::cannot_listen. `clock` outlives the server.
  static Result<std::unique_ptr<Server>> open(ServerOptions options, Handlers handlers, Clock& clock);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Stops without waiting for requests to finish, but for their handlers to return.
  ~Server();

  uint16_t port() const;
  // Takes no new connection or request, closes idle connections, and waits until the requests under way are answered;
  // those that are not when options.drain_timeout is over are cut off. Returns when every exchange is destroyed: a
  // handler that never returns is waited for. Once; later calls wait for the first.
  void stop();
  // Reads certificate and key again, for connections that come from now on; after an error the old ones stay. Without
  // TLS nothing to do.
  Result<void> reload_tls();
  ServerMetrics metrics() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::http
