// SPDX-License-Identifier: Apache-2.0
#include "http/server_exchange.h"

#include <fmt/format.h>

#include <vector>

#include "http/errors.h"

namespace caudal::http {
namespace {

// Calls what may throw, for a request which is perhaps gone when it does.
template <class Work>
void guarded(const ServerContext& context, const std::string& request_id, Work&& work) noexcept {
  try {
    work();
  } catch (const std::exception& e) {
    context.log(fmt::format("request {}: the handler threw: {}", request_id, e.what()));
  } catch (...) {
    context.log(fmt::format("request {}: the handler threw something that is no exception", request_id));
  }
}

}  // namespace

ExchangeState::ExchangeState(ServerContext& server, Stream& connection, std::unique_ptr<char[]> text, Head head)
    : context(server),
      stream(connection),
      head_text(std::move(text)),
      request(std::move(head.request)),
      expects_continue(head.expects_continue),
      body(connection, request, head.expects_continue, server.options.max_body_bytes),
      answer(connection, body, server.draining) {
  request.id = server.next_request_id();
  request.tls = connection.transport().secure();
  request.received_at = server.clock.now();
  deadline_us = (request.received_at + server.options.request_timeout).time_since_epoch().count();
  answer.begin(request, head.keep_alive);
}

bool ExchangeState::is_abandoned() const {
  return stop.stop_requested() && (stream.trouble() != Stream::Trouble::kNone || stream.peer_gone());
}

ServerExchange::~ServerExchange() {
  if (!state_.answer.started()) {
    answer_for_handler();
  } else if (!state_.answer.finished()) {
    state_.answer.abort();
  }
  owner_.exchange_over();
}

void ServerExchange::set_deadline(std::optional<std::chrono::milliseconds> from_now) {
  state_.deadline_us = from_now ? state_.context.after(*from_now).time_since_epoch().count() : 0;
}

template <class AnyHandler>
void ServerExchange::queue_for(std::span<std::unique_ptr<ServerExchange>> exchanges, const AnyHandler& handler) {
  if (exchanges.empty()) return;
  WorkerPool& pool = exchanges.front()->state_.context.pool;
  std::vector<WorkerPool::Job> jobs;
  jobs.reserve(exchanges.size());
  for (const auto& exchange : exchanges) {
    // Two pointers, so that queueing costs no memory. A job that is queued is run in any case, and owns its exchange.
    jobs.emplace_back([raw = exchange.get(), &handler] { run(std::unique_ptr<ServerExchange>(raw), handler); });
  }
  // Whoever runs a job may destroy its exchange before submit() returns.
  std::vector<ServerExchange*> raws;
  raws.reserve(exchanges.size());
  for (auto& exchange : exchanges) raws.push_back(exchange.release());
  const size_t queued = pool.submit(jobs);
  for (size_t n = queued; n < raws.size(); ++n) {
    const std::unique_ptr<ServerExchange> refused(raws[n]);
    refused->refuse_as_overloaded();
  }
}

void ServerExchange::queue(std::span<std::unique_ptr<ServerExchange>> exchanges, const Handler& handler) {
  queue_for(exchanges, handler);
}

void ServerExchange::queue(std::span<std::unique_ptr<ServerExchange>> exchanges, const AsyncHandler& handler) {
  queue_for(exchanges, handler);
}

void ServerExchange::refuse_as_overloaded() noexcept {
  Counters::add(state_.context.counters.requests_overloaded);
  refuse(Refusal::Kind::kOverloaded, 503, "The server has more requests than it can take. Try again soon.");
}

void ServerExchange::start(std::unique_ptr<ServerExchange> exchange, const AsyncHandler& handler) {
  const ServerContext& context = exchange->state_.context;
  const std::string id = exchange->state_.request.id;
  guarded(context, id, [&] { handler(std::move(exchange)); });
}

// The job may own this exchange, which ends with it.
void ServerExchange::on_pool(std::move_only_function<void()> job) {
  state_.context.pool.run_next([&context = state_.context, id = state_.request.id, job = std::move(job)]() mutable {
    guarded(context, id, job);
    job = nullptr;
  });
}

void ServerExchange::on_network(std::move_only_function<void()> job) {
  owner_.post([this, &context = state_.context, id = state_.request.id, job = std::move(job)]() mutable {
    state_.answer.may_block(false);
    guarded(context, id, job);
    job = nullptr;
  });
}

void ServerExchange::move_to_pool(std::unique_ptr<Exchange> self, Handler handler) {
  own_handler_ = std::move(handler);
  (void)self.release();  // it is this very object
  std::unique_ptr<ServerExchange> same(this);
  queue({&same, 1}, own_handler_);
}

void ServerExchange::run(std::unique_ptr<ServerExchange> self, const Handler& handler) noexcept {
  if (self->state_.is_abandoned()) return;  // gone while it was queued
  self->state_.answer.may_block(true);
  try {
    handler(*self);
  } catch (const std::exception& e) {
    self->log_throw(e.what());
  } catch (...) {
    self->log_throw("something that is no exception");
  }
}

void ServerExchange::run(std::unique_ptr<ServerExchange> self, const AsyncHandler& handler) noexcept {
  if (self->state_.is_abandoned()) return;  // gone while it was queued
  self->state_.answer.may_block(true);
  start(std::move(self), handler);
}

void ServerExchange::log_throw(std::string_view what) const noexcept {
  state_.context.log(fmt::format("request {}: the handler threw: {}", state_.request.id, what));
}

void ServerExchange::refuse(Refusal::Kind kind, int status, std::string_view why) noexcept {
  Response response = state_.context.refuse(
      {.kind = kind, .status = status, .why = why, .request_id = state_.request.id, .request = &state_.request});
  // A client that is gone meanwhile, or a head that was refused a moment ago: nothing is left to be done.
  (void)state_.answer.send(std::move(response.head), std::move(response.body));
}

// The handler left without an answer: because the body did not come as it should, because nobody waits any more, or
// because it is broken.
void ServerExchange::answer_for_handler() noexcept {
  if (const auto& error = state_.body.error()) {
    if (error->code == Errc::malformed_body) return refuse(Refusal::Kind::kMalformed, 400, error->message);
    if (error->code == Errc::body_too_large) return refuse(Refusal::Kind::kTooLarge, 413, error->message);
    if (error->code == Errc::too_slow) return refuse(Refusal::Kind::kTimedOut, 408, error->message);
    if (error->code == Errc::peer_gone) return state_.answer.abort();
  }
  if (state_.stop.stop_requested()) return state_.answer.abort();
  Counters::add(state_.context.counters.handler_failures);
  refuse(Refusal::Kind::kFailed, 500, "The server failed to answer this request.");
}

}  // namespace caudal::http
