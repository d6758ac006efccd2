// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "http/listener.h"
#include "http/network.h"
#include "http/server_context.h"
#include "http/tls.h"

namespace caudal::http {
namespace {

// They also run the handlers that never wait.
constexpr unsigned kMostNetworkThreads = 16;

unsigned network_threads(const ServerOptions& options) {
  if (options.network_threads > 0) return options.network_threads;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMostNetworkThreads);
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handlers handlers, Clock& clock)
      : context(std::move(options), std::move(handlers), clock) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
  Result<void> start();
  void stop(std::chrono::milliseconds drain) CAUDAL_EXCLUDES(stop_mutex);

  ServerContext context;
  std::unique_ptr<TlsServer> tls;
  std::vector<std::unique_ptr<NetworkThread>> threads;
  std::unique_ptr<Listener> listener;
  Mutex stop_mutex;
  bool stopped CAUDAL_GUARDED_BY(stop_mutex) = false;
};

Server::Impl::~Impl() {
  // The listener's socket lives on a thread that must not use it any more, but whose context it needs for its end.
  for (const auto& thread : threads) thread->stop();
  listener.reset();
}

Result<void> Server::Impl::start() {
  if (context.options.tls) tls = TRY(TlsServer::open(*context.options.tls));
  for (unsigned n = network_threads(context.options); n > 0; --n) {
    threads.push_back(std::make_unique<NetworkThread>(context));
  }
  listener = TRY(Listener::open(context, threads, tls.get()));
  listener->start();
  for (const auto& thread : threads) thread->start();
  return {};
}

void Server::Impl::stop(std::chrono::milliseconds drain) {
  MutexLock lock(stop_mutex);
  if (stopped) return;
  stopped = true;
  listener->close();
  context.drain_ends_us = context.after(drain).time_since_epoch().count();
  context.draining = true;
  for (const auto& thread : threads) thread->look_now();
  auto& open = context.counters.connections_open;
  for (uint64_t left = open; left != 0; left = open) open.wait(left);
}

Result<std::unique_ptr<Server>> Server::open(ServerOptions options, Handlers handlers, Clock& clock) {
  TRY(check(options));
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handlers), clock);
  TRY(impl->start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { impl_->stop(std::chrono::milliseconds(0)); }

uint16_t Server::port() const { return impl_->listener->port(); }

void Server::stop() { impl_->stop(impl_->context.options.drain_timeout); }

Result<void> Server::reload_tls() {
  if (impl_->tls == nullptr) return {};
  return impl_->tls->reload();
}

ServerMetrics Server::metrics() const {
  const Counters& counters = impl_->context.counters;
  const WorkerPool::Load load = impl_->context.pool.load();
  return {.connections_open = counters.connections_open,
          .connections_accepted = counters.connections_accepted,
          .connections_refused = counters.connections_refused,
          .requests = counters.requests,
          .requests_malformed = counters.requests_malformed,
          .requests_overloaded = counters.requests_overloaded,
          .requests_timed_out = counters.requests_timed_out,
          .handler_failures = counters.handler_failures,
          .bytes_in = counters.bytes_in,
          .bytes_out = counters.bytes_out,
          .queue_length = load.queued,
          .handlers_busy = load.busy};
}

}  // namespace caudal::http
