// SPDX-License-Identifier: Apache-2.0
#include "http/network.h"

#include "base/prompt_thread.h"

namespace caudal::http {

// The hint says that one thread runs the context; others may still post.
NetworkThread::NetworkThread(ServerContext& context) : context_(context), io_(1), timer_(io_) {}

void NetworkThread::stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void NetworkThread::start() {
  tick();
  thread_ = std::thread([this] {
    block_sigpipe();
    make_this_thread_prompt();
    io_.run();
  });
}

void NetworkThread::adopt(int descriptor, TlsSession session, Peer peer) {
  if (io_.get_executor().running_in_this_thread()) return add(descriptor, std::move(session), std::move(peer));
  asio::post(io_, [this, descriptor, session = std::move(session), peer = std::move(peer)]() mutable {
    add(descriptor, std::move(session), std::move(peer));
  });
}

void NetworkThread::add(int descriptor, TlsSession session, Peer peer) {
  busy_.push_back(std::make_unique<Connection>(io_, descriptor, std::move(session), std::move(peer), context_, *this));
  Connection& connection = *busy_.back();
  connection.position = std::prev(busy_.end());
  asio::co_spawn(io_, connection.run(), [this, &connection](const std::exception_ptr& failure) {
    if (failure) context_.log("a connection ended by an exception: out of memory");
    remove(connection);
  });
}

void NetworkThread::remove(Connection& connection) {
  Connections gone;
  // Whichever list it is in: splice takes it from there.
  gone.splice(gone.begin(), busy_, connection.position);
  gone.clear();
  if (context_.counters.connections_open.fetch_sub(1) == 1) context_.counters.connections_open.notify_all();
}

void NetworkThread::became_idle(Connection& connection) { idle_.splice(idle_.end(), busy_, connection.position); }
void NetworkThread::became_busy(Connection& connection) { busy_.splice(busy_.end(), idle_, connection.position); }

void NetworkThread::queue(std::unique_ptr<ServerExchange> exchange) {
  queued_.push_back(std::move(exchange));
  if (queued_.size() > 1) return;
  // Runs after everything that is ready now: one lock and one wake-up for all that came in together.
  asio::post(io_, [this] {
    if (context_.handlers.keeping) {
      ServerExchange::queue(queued_, context_.handlers.keeping);
    } else {
      ServerExchange::queue(queued_, context_.handlers.blocking);
    }
    queued_.clear();
  });
}

void NetworkThread::tick() {
  timer_.expires_after(context_.options.tick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    look();
    tick();
  });
}

void NetworkThread::look_now() {
  asio::post(io_, [this] { look(); });
}

void NetworkThread::look() {
  const Timestamp now = context_.clock.now();
  const bool draining = context_.draining;
  const bool over = draining && now.time_since_epoch().count() >= context_.drain_ends_us;
  for (const auto& connection : busy_) {
    connection->watch(now);
    if (draining) connection->drain();
    if (over) connection->cut();
  }
  for (const auto& connection : idle_) {
    // The first that has time left: so have all after it.
    if (!draining && !connection->watch(now)) break;
    if (draining) connection->drain();
    if (over) connection->cut();
  }
}

}  // namespace caudal::http
