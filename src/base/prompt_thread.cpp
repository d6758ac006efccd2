// SPDX-License-Identifier: Apache-2.0
#include "base/prompt_thread.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace caudal {
namespace {

// man 2 sched_setattr; glibc has it from 2.41 on.
struct SchedulingAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime_ns;
  uint64_t deadline_ns;
  uint64_t period_ns;
};

}  // namespace

bool make_this_thread_prompt(std::chrono::microseconds slice) {
  SchedulingAttributes attributes = {};
  constexpr pid_t kThisThread = 0;
  if (syscall(SYS_sched_getattr, kThisThread, &attributes, sizeof attributes, 0) != 0) return false;
  constexpr uint32_t kNormal = 0;  // others have reasons of their own
  if (attributes.policy != kNormal) return false;
  attributes.size = sizeof attributes;
  attributes.runtime_ns = static_cast<uint64_t>(std::chrono::nanoseconds(slice).count());
  return syscall(SYS_sched_setattr, kThisThread, &attributes, 0) == 0;
}

}  // namespace caudal
