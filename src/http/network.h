// SPDX-License-Identifier: Apache-2.0
// A network thread with its connections. Only for server.cpp and listener.cpp.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "http/asio.h"
#include "http/connection.h"

namespace caudal::http {

class NetworkThread final : public ConnectionKeeper {
 public:
  explicit NetworkThread(ServerContext& context);
  NetworkThread(const NetworkThread&) = delete;
  NetworkThread& operator=(const NetworkThread&) = delete;
  // Every connection must be gone.
  ~NetworkThread() override { stop(); }

  asio::io_context& io() { return io_; }
  void start();
  // Ends the thread. What waits on io() stays there, and is called no more.
  void stop();
  // Takes an accepted socket, which is counted as open already. Any thread.
  void adopt(int descriptor, TlsSession session, Peer peer);
  // Looks at drains and time-outs soon. Any thread.
  void look_now();

 private:
  void add(int descriptor, TlsSession session, Peer peer);
  void remove(Connection& connection);
  void tick();
  void look();
  void became_idle(Connection& connection) override;
  void became_busy(Connection& connection) override;
  void queue(std::unique_ptr<ServerExchange> exchange) override;

  ServerContext& context_;
  asio::io_context io_;
  Timer timer_;
  Connections busy_;
  Connections idle_;  // in the order in which they became idle
  std::vector<std::unique_ptr<ServerExchange>> queued_;
  std::thread thread_;
};

}  // namespace caudal::http
