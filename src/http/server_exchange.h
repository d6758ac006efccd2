// SPDX-License-Identifier: Apache-2.0
// The exchange that a handler gets from the server. What it is about lives on the connection, which goes on with it
// when the handler's end is destroyed.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "http/answer.h"
#include "http/exchange.h"
#include "http/head_parser.h"
#include "http/request_body.h"
#include "http/server_context.h"
#include "http/stream.h"

namespace caudal::http {

// One request and its answer, on the connection's side.
struct ExchangeState {
  // `head` looks into `text`, which is on the heap and so stays where it is.
  ExchangeState(ServerContext& server, Stream& connection, std::unique_ptr<char[]> text, Head head);

  // Whether nobody waits for an answer any more. A client that only closed its sending side does.
  bool is_abandoned() const;

  ServerContext& context;
  Stream& stream;
  const std::unique_ptr<char[]> head_text;
  Request request;
  const bool expects_continue;
  RequestBody body;
  Answer answer;
  std::stop_source stop;
  std::atomic<int64_t> deadline_us = 0;  // since 1970; 0: none
};

// Who is told that a handler is done with an exchange.
class ExchangeOwner {
 public:
  virtual ~ExchangeOwner() = default;
  // On the thread that was the last to hold the exchange. The owner may go on with the state from now on.
  virtual void exchange_over() noexcept = 0;
  // Has `job` run on the owner's thread, which the exchange outlasts. Any thread.
  virtual void post(std::move_only_function<void()> job) = 0;
};

class ServerExchange final : public Exchange {
 public:
  // Both outlive the exchange.
  ServerExchange(ExchangeState& state, ExchangeOwner& owner) : state_(state), owner_(owner) {}
  ServerExchange(const ServerExchange&) = delete;
  ServerExchange& operator=(const ServerExchange&) = delete;
  ~ServerExchange() override;

  const Request& request() const override { return state_.request; }
  BodyReader& body() override { return state_.body; }
  ResponseWriter& response() override { return state_.answer; }
  std::stop_token stop_token() const override { return state_.stop.get_token(); }
  void set_deadline(std::optional<std::chrono::milliseconds> from_now) override;
  void on_pool(std::move_only_function<void()> job) override;
  void on_network(std::move_only_function<void()> job) override;

  // Queues exchanges for `handler`, which outlives them; those for which there is no room are answered as overloaded.
  static void queue(std::span<std::unique_ptr<ServerExchange>> exchanges, const Handler& handler);
  // The same for one that keeps them.
  static void queue(std::span<std::unique_ptr<ServerExchange>> exchanges, const AsyncHandler& handler);
  // Calls an asynchronous handler.
  static void start(std::unique_ptr<ServerExchange> exchange, const AsyncHandler& handler);

 private:
  void move_to_pool(std::unique_ptr<Exchange> self, Handler handler) override;
  static void run(std::unique_ptr<ServerExchange> self, const Handler& handler) noexcept;
  static void run(std::unique_ptr<ServerExchange> self, const AsyncHandler& handler) noexcept;
  template <class AnyHandler>
  static void queue_for(std::span<std::unique_ptr<ServerExchange>> exchanges, const AnyHandler& handler);
  void refuse_as_overloaded() noexcept;
  void refuse(Refusal::Kind kind, int status, std::string_view why) noexcept;
  void answer_for_handler() noexcept;
  void log_throw(std::string_view what) const noexcept;

  ExchangeState& state_;
  ExchangeOwner& owner_;
  Handler own_handler_;  // of an exchange that moved to the pool
};

}  // namespace caudal::http
