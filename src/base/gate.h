// SPDX-License-Identifier: Apache-2.0
// A gate that many wait before and that opens once. A condition variable would have each of them take its mutex when it
// wakes, one after the other, and std::atomic's wait() yields the processor some times before it sleeps: where dozens
// wait for the disk on a few cores, either costs as much as what they do in between.
#pragma once

#include <atomic>
#include <cstdint>

namespace caudal {

// Thread-safe. Must live until all waits have ended, and open() has.
class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  // What was written before is seen by whoever waited.
  void open();
  void wait();

 private:
  enum State : uint32_t { kClosed, kOpen, kPassed };
  std::atomic<uint32_t> state_ = kClosed;
};

}  // namespace caudal
