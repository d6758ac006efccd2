// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "http/errors.h"

namespace caudal::http {
namespace {

constexpr size_t kFirstFill = 8 * 1024;
// A body up to here is read before a handler's thread is taken for it, unless the client waits for "100 Continue".
constexpr uint64_t kReadAhead = 16 * 1024;
constexpr size_t kScratch = 16 * 1024;
constexpr std::chrono::milliseconds kLingerTimeout = std::chrono::seconds(5);
constexpr uint64_t kMostLingered = 64 * 1024 * 1024;

bool wants(Moved moved) {
  return moved.status == Moved::Status::kWantRead || moved.status == Moved::Status::kWantWrite;
}

}  // namespace

Connection::Connection(asio::io_context& io, int descriptor, TlsSession session, Peer peer, ServerContext& context,
                       ConnectionKeeper& keeper)
    : io_(io),
      socket_(io, descriptor),
      context_(context),
      keeper_(keeper),
      peer_(std::move(peer)),
      stream_(Transport(descriptor, std::move(session)), context.clock, context.counters, context.pool),
      phase_ends_(context.after(context.options.head_timeout)) {}

Task<> Connection::run() {
  bool open = co_await secure();
  while (open) open = co_await serve_one();
}

Task<bool> Connection::secure() {
  while (true) {
    const Moved moved = stream_.transport().handshake();
    if (!wants(moved)) co_return moved.status == Moved::Status::kBytes;
    co_await wait(moved);
  }
}

Task<bool> Connection::serve_one() {
  const std::optional<size_t> head_bytes = co_await read_head();
  if (!head_bytes) co_return false;
  const std::optional<BadRequest> bad = begin_exchange(*head_bytes);
  if (bad) {
    co_await refuse(Refusal::Kind::kMalformed, *bad);
    co_return false;
  }
  const bool complete = co_await read_ahead();
  if (complete) {
    hand_over();
  } else {
    const ServerExchange unanswered(*exchange_, *this);
  }
  co_await returned();
  const bool stays = co_await conclude();
  exchange_.reset();
  co_return stays;
}

Task<std::optional<size_t>> Connection::read_head() {
  Inbox& inbox = stream_.inbox();
  HeadScanner scanner;
  enter(inbox.empty() ? Phase::kIdle : Phase::kHead);
  // Between two requests there is nothing to read yet, most of the time.
  bool look_first = !inbox.empty() || stream_.transport().holds_bytes();
  while (true) {
    if (!inbox.empty()) {
      if (phase_ == Phase::kIdle) enter(Phase::kHead);
      const auto size = scanner.scan(inbox.view(), context_.limits);
      if (!size) {
        co_await refuse(Refusal::Kind::kMalformed, size.error());
        co_return std::nullopt;
      }
      if (*size > 0) co_return *size;
    }
    const Moved moved = look_first ? stream_.fill(std::max(kFirstFill, inbox.size())) : Moved{Moved::Status::kWantRead};
    look_first = true;
    if (wants(moved)) {
      stream_.release();
      co_await wait(moved);
    } else if (moved.status != Moved::Status::kBytes) {
      if (phase_ == Phase::kHead && stream_.trouble() == Stream::Trouble::kTimedOut) {
        const BadRequest reason = {408, "The request did not come in time."};
        co_await refuse(Refusal::Kind::kTimedOut, reason);
      }
      co_return std::nullopt;
    }
  }
}

std::optional<BadRequest> Connection::begin_exchange(size_t head_bytes) {
  auto text = std::make_unique_for_overwrite<char[]>(head_bytes);
  std::memcpy(text.get(), stream_.inbox().view().data(), head_bytes);
  stream_.inbox().take(head_bytes);
  auto head = parse_head({text.get(), head_bytes}, context_.limits);
  if (!head) return head.error();
  exchange_ = std::make_unique<ExchangeState>(context_, stream_, std::move(text), *std::move(head));
  exchange_->request.peer_address = peer_.address;
  exchange_->request.peer_port = peer_.port;
  Counters::add(context_.counters.requests);
  stream_.pace().restart();
  looked_for_peer_ = false;
  is_back_ = false;
  enter(Phase::kExchange);
  return std::nullopt;
}

Task<bool> Connection::read_ahead() {
  const Request& request = exchange_->request;
  const std::optional<uint64_t> async_limit = context_.async_limit(request);
  async_ = async_limit.has_value();
  const uint64_t length = request.content_length.value_or(0);
  if (length > context_.options.max_body_bytes) {
    exchange_->body.refuse_as_too_large();
    co_return false;
  }
  const bool fits = !request.chunked && !exchange_->expects_continue && length <= kReadAhead;
  if (fits && stream_.inbox().size() >= length && length <= async_limit.value_or(length)) co_return true;
  if (async_) {
    if (fits && length <= *async_limit) {
      const bool came = co_await read_into_inbox(length);
      if (came) co_return true;
    }
    co_return co_await read_whole(*async_limit);
  }
  if (fits) {
    // Where it does not come, the handler's read tells it.
    [[maybe_unused]] const bool came = co_await read_into_inbox(length);
  }
  co_return true;
}

Task<bool> Connection::read_into_inbox(uint64_t length) {
  while (stream_.inbox().size() < length) {
    const Moved moved = stream_.fill(static_cast<size_t>(length) - stream_.inbox().size());
    if (moved.status == Moved::Status::kBytes) continue;
    if (!wants(moved)) co_return false;
    co_await wait(moved);
  }
  co_return true;
}

Task<bool> Connection::read_whole(uint64_t limit_bytes) {
  RequestBody& body = exchange_->body;
  const uint64_t length = exchange_->request.content_length.value_or(0);
  if (length > limit_bytes) {
    body.refuse_as_too_large();
    co_return true;
  }
  std::string whole;
  whole.reserve(static_cast<size_t>(std::min<uint64_t>(length, kScratch)));
  while (!body.finished()) {
    const size_t held = whole.size();
    whole.resize(held + std::max(kScratch, held));
    const RequestBody::Step step = body.try_read(whole.data() + held, whole.size() - held);
    whole.resize(held + (step.kind == RequestBody::Step::Kind::kBytes ? step.bytes : 0));
    if (step.kind == RequestBody::Step::Kind::kWait) co_await wait(step.want);
    if (step.kind == RequestBody::Step::Kind::kFailed) co_return body.error()->code == Errc::body_too_large;
    if (whole.size() > limit_bytes) {
      body.refuse_as_too_large();
      co_return true;
    }
  }
  body.keep(std::move(whole));
  co_return true;
}

void Connection::hand_over() {
  auto exchange = std::make_unique<ServerExchange>(*exchange_, *this);
  if (async_) {
    ServerExchange::start(std::move(exchange), context_.handlers.async);
  } else {
    keeper_.queue(std::move(exchange));
  }
}

// On any thread.
void Connection::exchange_over() noexcept {
  // A handler that is called by this very coroutine: it does not wait yet. Never resume it from here, since another
  // connection's handler may be what runs.
  if (io_.get_executor().running_in_this_thread() && !waiter_) {
    is_back_ = true;
    return;
  }
  asio::post(io_, [this] { came_back(); });
}

void Connection::post(std::move_only_function<void()> job) { asio::post(io_, std::move(job)); }

void Connection::came_back() {
  is_back_ = true;
  if (!waiter_) return;
  auto go_on = std::move(waiter_);
  waiter_ = nullptr;
  go_on();
}

auto Connection::async_returned() {
  return asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(
      [this](auto handler) { waiter_ = std::move(handler); }, kAwait);
}

Task<> Connection::returned() {
  if (!is_back_) co_await async_returned();
}

Task<bool> Connection::conclude() {
  const Answer& answer = exchange_->answer;
  if (!answer.finished()) {
    // Broken off: a reset says so also where the end of the connection would be the end of the body.
    const ::linger at_once = {.l_onoff = 1, .l_linger = 0};
    ::setsockopt(stream_.transport().descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    co_return false;
  }
  const bool sent = co_await flush();
  if (!sent) co_return false;
  if (!answer.keep_alive()) {
    co_await linger();
    co_return false;
  }
  const bool drained = co_await drain_body();
  co_return drained;
}

Task<bool> Connection::flush() {
  while (true) {
    const Moved moved = exchange_ ? exchange_->answer.flush() : Moved{Moved::Status::kFailed};
    if (!wants(moved)) co_return moved.status == Moved::Status::kBytes;
    co_await wait(moved);
  }
}

Task<bool> Connection::drain_body() {
  RequestBody& body = exchange_->body;
  if (body.finished()) co_return true;
  const auto scratch = std::make_unique_for_overwrite<char[]>(kScratch);
  while (true) {
    const RequestBody::Step step = body.try_read(scratch.get(), kScratch);
    if (step.kind == RequestBody::Step::Kind::kEnd) co_return true;
    if (step.kind == RequestBody::Step::Kind::kFailed) co_return false;
    if (step.kind == RequestBody::Step::Kind::kWait) co_await wait(step.want);
  }
}

Task<> Connection::refuse(Refusal::Kind kind, BadRequest reason) {
  const bool late = kind == Refusal::Kind::kTimedOut;
  Counters::add(late ? context_.counters.requests_timed_out : context_.counters.requests_malformed);
  const std::string id = context_.next_request_id();
  const Response response =
      context_.refuse({.kind = kind, .status = reason.status, .why = reason.why, .request_id = id});
  enter(Phase::kLinger);
  const BodyFraming framing = {
      .kind = BodyFraming::Kind::kLength, .length_bytes = response.body.size(), .keep_alive = false};
  // ServerContext::refuse answers with heads that are valid.
  if (!append_head(stream_.queue(), response.head, framing, context_.clock.now())) co_return;
  stream_.queue().append(response.body);
  while (!stream_.queue_empty()) {
    size_t none = 0;
    const Moved moved = stream_.write({}, none);
    if (wants(moved)) {
      co_await wait(moved);
    } else if (moved.status != Moved::Status::kBytes) {
      co_return;
    }
  }
  co_await linger();
}

Task<> Connection::linger() {
  const bool more_may_come = !exchange_ || !exchange_->body.finished() || !stream_.inbox().empty();
  enter(Phase::kLinger);
  stream_.transport().say_end();
  ::shutdown(stream_.transport().descriptor(), SHUT_WR);
  const auto scratch = std::make_unique_for_overwrite<char[]>(kScratch);
  for (uint64_t taken = 0; taken < kMostLingered;) {
    const Moved moved = stream_.read(scratch.get(), kScratch);
    if (moved.status == Moved::Status::kBytes) {
      taken += moved.bytes;
    } else if (wants(moved) && (more_may_come || taken > 0)) {
      co_await wait(moved);
    } else {
      co_return;
    }
  }
}

Task<> Connection::wait(Moved moved) {
  const auto direction = moved.status == Moved::Status::kWantRead ? Socket::wait_read : Socket::wait_write;
  const bool counts = phase_ == Phase::kExchange;
  if (counts) stream_.begin_wait();
  boost::system::error_code ignored;  // whoever tries again finds out
  auto token = asio::redirect_error(kAwait, ignored);
  co_await socket_.async_wait(direction, token);
  if (counts) stream_.end_wait();
}

void Connection::enter(Phase phase) {
  if (phase == Phase::kIdle) keeper_.became_idle(*this);
  if (phase_ == Phase::kIdle && phase != Phase::kIdle) keeper_.became_busy(*this);
  phase_ = phase;
  cut_at_ = Timestamp::max();
  switch (phase) {
    case Phase::kIdle: phase_ends_ = context_.after(context_.options.idle_timeout); break;
    case Phase::kHead: stream_.begin_answer(); [[fallthrough]];
    case Phase::kHandshake: phase_ends_ = context_.after(context_.options.head_timeout); break;
    case Phase::kLinger: phase_ends_ = context_.after(kLingerTimeout); break;
    case Phase::kExchange: break;
  }
}

bool Connection::watch(Timestamp now) {
  if (now >= cut_at_) {
    stream_.cut(Stream::Trouble::kTimedOut);
  } else if (phase_ == Phase::kExchange) {
    watch_exchange(now);
  } else if (now < phase_ends_) {
    return false;
  } else if (phase_ == Phase::kHead) {
    trouble(Stream::Trouble::kTimedOut, now);
  } else {
    stream_.cut(Stream::Trouble::kTimedOut);
  }
  return true;
}

void Connection::watch_exchange(Timestamp now) {
  if (stream_.trouble() != Stream::Trouble::kNone) return;
  const ServerOptions& options = context_.options;
  const int64_t deadline_us = exchange_->deadline_us;
  if (deadline_us != 0 && now.time_since_epoch().count() >= deadline_us) {
    trouble(Stream::Trouble::kDeadline, now);
  } else if (stream_.pace().too_slow(now, options.min_bytes_per_second, options.rate_window)) {
    trouble(Stream::Trouble::kTooSlow, now);
  } else if (!looked_for_peer_) {
    looked_for_peer_ = true;  // short requests are not worth a look
  } else if (!exchange_->stop.stop_requested() && stream_.peer_left()) {
    exchange_->stop.request_stop();
  }
}

void Connection::trouble(Stream::Trouble what, Timestamp now) {
  if (exchange_) {
    Counters::add(context_.counters.requests_timed_out);
    exchange_->stop.request_stop();
  }
  stream_.interrupt(what);
  cut_at_ = now + context_.options.rate_window;
}

void Connection::drain() {
  if (phase_ == Phase::kHandshake || (phase_ == Phase::kIdle && stream_.inbox().empty())) {
    stream_.cut(Stream::Trouble::kStopping);
  }
}

void Connection::cut() {
  if (phase_ == Phase::kExchange) exchange_->stop.request_stop();
  stream_.cut(Stream::Trouble::kStopping);
}

}  // namespace caudal::http
