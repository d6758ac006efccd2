// SPDX-License-Identifier: Apache-2.0
#include "http/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "http/errors.h"

namespace caudal::http {
namespace {

// Clients that keep up are ready sooner; for the others a thread is not kept from other requests.
constexpr int kPatienceMs = 20;

}  // namespace

Moved Stream::read(char* out, size_t size_bytes) {
  const Moved moved = transport_.read(out, size_bytes);
  if (moved.status == Moved::Status::kBytes) {
    pace_.moved(moved.bytes);
    Counters::add(counters_.bytes_in, moved.bytes);
  }
  return moved;
}

Moved Stream::fill(size_t size_bytes) {
  const std::span<char> room = inbox_.room(size_bytes);
  const Moved moved = read(room.data(), std::min(room.size(), size_bytes));
  if (moved.status == Moved::Status::kBytes) inbox_.filled(moved.bytes);
  return moved;
}

Moved Stream::write(std::string_view bytes, size_t& count, bool more) {
  count = 0;
  const std::string_view queued = std::string_view(queue_).substr(sent_);
  const Moved moved = transport_.write(queued, bytes, more);
  if (moved.status != Moved::Status::kBytes) return moved;
  has_written_.store(true, std::memory_order_relaxed);
  pace_.moved(moved.bytes);
  Counters::add(counters_.bytes_out, moved.bytes);
  const size_t of_queue = std::min(moved.bytes, queued.size());
  count = moved.bytes - of_queue;
  sent_ += of_queue;
  if (queue_empty()) {
    queue_.clear();
    sent_ = 0;
  }
  return moved;
}

Moved Stream::send_file(int file, uint64_t offset, uint64_t size_bytes) {
  const Moved moved = transport_.send_file(file, offset, size_bytes);
  if (moved.status != Moved::Status::kBytes) return moved;
  has_written_.store(true, std::memory_order_relaxed);
  pace_.moved(moved.bytes);
  Counters::add(counters_.bytes_out, moved.bytes);
  return moved;
}

void Stream::wait(Moved moved) {
  const bool to_read = moved.status == Moved::Status::kWantRead;
  pollfd descriptor = {
      .fd = transport_.descriptor(), .events = static_cast<short>(to_read ? POLLIN : POLLOUT), .revents = 0};
  const auto is_ready = [&](int patience_ms) {
    int ready = 0;
    while ((ready = ::poll(&descriptor, 1, patience_ms)) < 0 && errno == EINTR) {
    }
    return ready != 0;
  };
  begin_wait();
  if (!is_ready(kPatienceMs)) {
    pool_.begin_wait();
    // Without a time-out: the watcher ends the connection when it is too slow, and that wakes us.
    is_ready(-1);
    pool_.end_wait();
  }
  end_wait();
}

Error Stream::gone() { return Error{Errc::peer_gone, "the client closed the connection"}; }

Error Stream::failure() const {
  switch (trouble()) {
    case Trouble::kTooSlow: return Error{Errc::too_slow, "the client is too slow"};
    case Trouble::kTimedOut: return Error{Errc::too_slow, "the client did not send its request in time"};
    case Trouble::kDeadline: return Error{Errc::deadline_exceeded, "the time for the request is over"};
    case Trouble::kStopping: return Error{Errc::shutting_down, "the server is stopping"};
    case Trouble::kNone: break;
  }
  return gone();
}

void Stream::interrupt(Trouble trouble) {
  Trouble none = Trouble::kNone;
  const bool first = trouble_.compare_exchange_strong(none, trouble, std::memory_order_relaxed);
  ::shutdown(transport_.descriptor(), first && !has_written() ? SHUT_RD : SHUT_RDWR);
}

void Stream::cut(Trouble trouble) {
  Trouble none = Trouble::kNone;
  trouble_.compare_exchange_strong(none, trouble, std::memory_order_relaxed);
  ::shutdown(transport_.descriptor(), SHUT_RDWR);
}

bool Stream::peer_left() const {
  pollfd descriptor = {.fd = transport_.descriptor(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool Stream::peer_gone() const {
  pollfd descriptor = {.fd = transport_.descriptor(), .events = 0, .revents = 0};
  return ::poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace caudal::http
