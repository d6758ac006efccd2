// SPDX-License-Identifier: Apache-2.0
// When the disk is to fail, or the process to die: every system call of interest is a step, and the plan says what
// happens at which one. Shared by the fault injectors of several rooms, so that one count goes through all of them.
#pragma once

#include <signal.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace caudal {

// Thread-safe.
class FaultPlan {
 public:
  enum class Lasting { kOnce, kUntilDisarmed };

  // The step after `steps` more fails with `error_number`; and all after it, if lasting.
  void fail_after(uint64_t steps, int error_number, Lasting lasting) {
    error_number_ = error_number;
    lasting_ = lasting == Lasting::kUntilDisarmed;
    at_ = count_ + steps;
  }
  // That step is the last of the process: SIGKILL.
  void kill_after(uint64_t steps) { fail_after(steps, 0, Lasting::kOnce); }
  void disarm() { at_ = kNever; }

  // 0, or the errno with which the caller must fail.
  int step() {
    const uint64_t now = count_++;
    const uint64_t at = at_;
    if (now < at || at == kNever || (now > at && !lasting_)) return 0;
    if (error_number_ == 0) ::raise(SIGKILL);
    return error_number_;
  }
  uint64_t count() const { return count_; }

  // Whether to leave out waiting for the disk: what the process wrote is seen by its successor all the same, and tests
  // that are not about power cuts take a tenth of the time.
  void skip_syncs(bool skip) { skips_syncs_ = skip; }
  bool skips_syncs() const { return skips_syncs_; }

 private:
  static constexpr uint64_t kNever = ~uint64_t{0};
  std::atomic<uint64_t> count_ = 0;
  std::atomic<uint64_t> at_ = kNever;
  std::atomic<int> error_number_ = EIO;
  std::atomic<bool> lasting_ = false;
  std::atomic<bool> skips_syncs_ = false;
};

}  // namespace caudal
