// SPDX-License-Identifier: Apache-2.0
// By Linux's futex (man 2 futex): a sleeper is woken unless the word has changed before it fell asleep.
#include "base/gate.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace caudal {
namespace {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free);

void wake(const std::atomic<uint32_t>& word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace

// Waking one costs whoever opens as much as a small write, so it wakes one alone, and the first who passes wakes the
// others.
void Gate::open() {
  state_.store(kOpen, std::memory_order_release);
  wake(state_, 1);
}

// An interrupted or refused sleep only means looking again.
void Gate::wait() {
  while (state_.load(std::memory_order_acquire) == kClosed) {
    syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, kClosed, nullptr, nullptr, 0);
  }
  if (state_.load(std::memory_order_relaxed) == kPassed) return;
  if (state_.exchange(kPassed, std::memory_order_relaxed) == kOpen) wake(state_, INT_MAX);
}

}  // namespace caudal
