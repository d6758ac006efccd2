// SPDX-License-Identifier: Apache-2.0
// Takes connections and spreads them over the network threads. Too many, or no file descriptor left: the newest are
// turned away, the others go on.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/network.h"

namespace caudal::http {

class Listener {
 public:
  // Errc::cannot_listen. Everything handed in outlives the listener; `tls` may be null. Runs on the first of `threads`.
  static Result<std::unique_ptr<Listener>> open(ServerContext& context,
                                                std::vector<std::unique_ptr<NetworkThread>>& threads, TlsServer* tls);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  uint16_t port() const { return port_; }
  void start();
  // Takes no more. Any thread.
  void close();

 private:
  Listener(ServerContext& context, std::vector<std::unique_ptr<NetworkThread>>& threads, TlsServer* tls, int descriptor,
           uint16_t port);
  Task<> run();
  // Accepts what is there, a limited number at a time. False: wait a moment before the next.
  bool accept_some();
  void take(int descriptor, Peer peer);
  void turn_away(int descriptor);
  bool make_room();

  ServerContext& context_;
  std::vector<std::unique_ptr<NetworkThread>>& threads_;
  TlsServer* const tls_;
  const uint16_t port_;
  Socket socket_;
  Timer pause_;
  size_t next_ = 0;
  int spare_ = -1;  // given up for a moment when no other descriptor is left, so that somebody can be turned away
};

}  // namespace caudal::http
