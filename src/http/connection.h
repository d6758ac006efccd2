// SPDX-License-Identifier: Apache-2.0
// One client's connection, on its network thread: reads heads, hands exchanges to handlers one after the other, sends
// what they leave behind, and ends. Only for network.cpp.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "http/asio.h"
#include "http/server_exchange.h"

namespace caudal::http {

class Connection;
using Connections = std::list<std::unique_ptr<Connection>>;

// Who keeps connections, on the same thread.
class ConnectionKeeper {
 public:
  virtual ~ConnectionKeeper() = default;
  // Idle connections are kept apart, in the order in which they became idle.
  virtual void became_idle(Connection& connection) = 0;
  virtual void became_busy(Connection& connection) = 0;
  // For a handler of the pool, together with those of the other connections that have something to read just now.
  virtual void queue(std::unique_ptr<ServerExchange> exchange) = 0;
};

struct Peer {
  std::string address;
  uint16_t port = 0;
};

class Connection final : public ExchangeOwner {
 public:
  // Takes the descriptor. `context` and `keeper` outlive the connection.
  Connection(asio::io_context& io, int descriptor, TlsSession session, Peer peer, ServerContext& context,
             ConnectionKeeper& keeper);

  // All of its life; when this is done it can be destroyed.
  Task<> run();

  // Looks at the time-outs; called every now and then by the same thread. Whether the present one is over.
  bool watch(Timestamp now);
  // Ends it if it is idle, and after its present request if not. Asked again and again while the server drains.
  void drain();
  // Ends it at once.
  void cut();

  Connections::iterator position = {};  // the keeper's

 private:
  enum class Phase { kHandshake, kIdle, kHead, kExchange, kLinger };
  Task<bool> secure();
  Task<bool> serve_one();
  // The size of a complete head in the inbox; nothing when the connection is to be closed.
  Task<std::optional<size_t>> read_head();
  // Reads what a handler is not to wait for. False: it need not be called, the body's error says why.
  Task<bool> read_ahead();
  // A body that is small goes into the inbox. False: it did not come, which the next read tells.
  Task<bool> read_into_inbox(uint64_t length);
  Task<bool> read_whole(uint64_t limit_bytes);
  // Sends what is left of the answer. Whether the connection stays.
  Task<bool> conclude();
  Task<bool> flush();
  Task<bool> drain_body();
  // Answers what never became an exchange.
  Task<> refuse(Refusal::Kind kind, BadRequest reason);
  // Ends our side, and takes what the client still sends for a while: closing at once would make its system throw our
  // answer away.
  Task<> linger();
  Task<> wait(Moved moved);
  Task<> returned();
  auto async_returned();

  std::optional<BadRequest> begin_exchange(size_t head_bytes);
  void hand_over();
  void exchange_over() noexcept override;
  void post(std::move_only_function<void()> job) override;
  void came_back();
  void enter(Phase phase);
  void watch_exchange(Timestamp now);
  void trouble(Stream::Trouble what, Timestamp now);

  asio::io_context& io_;
  Socket socket_;
  ServerContext& context_;
  ConnectionKeeper& keeper_;
  const Peer peer_;
  Stream stream_;
  Phase phase_ = Phase::kHandshake;
  Timestamp phase_ends_;
  std::unique_ptr<ExchangeState> exchange_;
  bool async_ = false;                      // who takes the exchange
  bool is_back_ = false;                    // it is over
  std::move_only_function<void()> waiter_;  // for the exchange to be over
  bool looked_for_peer_ = false;
  Timestamp cut_at_ = Timestamp::max();  // after the first trouble
};

}  // namespace caudal::http
