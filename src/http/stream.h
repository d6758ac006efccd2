// SPDX-License-Identifier: Apache-2.0
// A connection as bytes: what came in and is not taken yet, what is to go out, how fast the client is, and why it
// failed. Used by one thread at a time (the network thread, or a handler's while an exchange lasts) but for the
// watcher's calls. Knows nothing of HTTP.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/counters.h"
#include "http/inbox.h"
#include "http/pace.h"
#include "http/transport.h"
#include "http/worker_pool.h"

namespace caudal::http {

class Stream {
 public:
  // `pool`: of the threads that wait().
  Stream(Transport transport, Clock& clock, Counters& counters, WorkerPool& pool)
      : transport_(std::move(transport)), clock_(clock), counters_(counters), pool_(pool) {}

  Inbox& inbox() { return inbox_; }
  const Inbox& inbox() const { return inbox_; }
  Transport& transport() { return transport_; }
  Clock& clock() { return clock_; }

  // Never waits. Past the inbox, straight from the connection.
  Moved read(char* out, size_t size_bytes);
  // Never waits. Into the inbox, up to `size_bytes` more.
  Moved fill(size_t size_bytes);
  // Never waits. What is queued goes first, then `bytes`; `count` says how many of those went (0 while the queue is not
  // empty). kBytes when anything moved.
  Moved write(std::string_view bytes, size_t& count, bool more = false);
  Moved send_file(int file, uint64_t offset, uint64_t size_bytes);
  // To go out before everything that is written from now on.
  std::string& queue() { return queue_; }
  // Gives back what memory an idle connection needs not.
  void release() {
    inbox_.release();
    if (queue_empty()) std::string().swap(queue_);
  }
  bool queue_empty() const { return sent_ == queue_.size(); }
  // Whether any byte of the present answer went out.
  bool has_written() const { return has_written_.load(std::memory_order_relaxed); }
  void begin_answer() { has_written_.store(false, std::memory_order_relaxed); }

  // Blocks until the connection is ready for what `moved` wants, or broken. Handler threads only.
  void wait(Moved moved);
  // What the last read or write that failed means.
  Error failure() const;
  // Of a client that is gone.
  static Error gone();

  // Around a wait of the network thread, so that it counts for the pace.
  void begin_wait() { pace_.begin_wait(clock_.now()); }
  void end_wait() { pace_.end_wait(clock_.now()); }

  // --- By the thread that watches, at any time while the socket is open. ---
  enum class Trouble { kNone, kTooSlow, kDeadline, kStopping, kTimedOut };
  Pace& pace() { return pace_; }
  // Ends reading, so that an answer can still say why; once something of the answer went out, or the second time, ends
  // both ways. Whoever waits wakes up. The first trouble is the one that is told.
  void interrupt(Trouble trouble);
  // Ends both ways.
  void cut(Trouble trouble);
  Trouble trouble() const { return trouble_.load(std::memory_order_relaxed); }
  // Whether the other side closed its end, with bytes still unread or not.
  bool peer_left() const;
  // Whether the connection is broken, both ways.
  bool peer_gone() const;

 private:
  Transport transport_;
  Clock& clock_;
  Counters& counters_;
  WorkerPool& pool_;
  Inbox inbox_;
  std::string queue_;
  size_t sent_ = 0;  // of the queue
  std::atomic<bool> has_written_ = false;
  std::atomic<Trouble> trouble_ = Trouble::kNone;
  Pace pace_;
};

}  // namespace caudal::http
