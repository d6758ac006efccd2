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

}  // namespace

void Gate::open() {
  is_open_.store(1, std::memory_order_release);
  syscall(SYS_futex, &is_open_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

// An interrupted or refused sleep only means looking again.
void Gate::wait() const {
  while (is_open_.load(std::memory_order_acquire) == 0) {
    syscall(SYS_futex, &is_open_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
}

}  // namespace caudal
