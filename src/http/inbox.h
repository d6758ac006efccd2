// SPDX-License-Identifier: Apache-2.0
// Bytes that came in and were not taken yet. Holds no memory while it is empty and released.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "base/check.h"

namespace caudal::http {

// Not thread-safe.
class Inbox {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  void take(size_t size_bytes) {
    CHECK(size_bytes <= size(), "no more is taken than there is");
    begin_ += size_bytes;
    if (empty()) begin_ = end_ = 0;
  }
  // Where to put what comes in: at least `size_bytes`. What view() showed has moved.
  std::span<char> room(size_t size_bytes) {
    if (capacity_ - end_ < size_bytes) make_room(size_bytes);
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void filled(size_t size_bytes) { end_ += size_bytes; }
  // Gives the memory back if there is nothing in it.
  void release() {
    if (!empty()) return;
    bytes_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void make_room(size_t size_bytes) {
    const size_t held = size();
    if (capacity_ - held >= size_bytes) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, held);
    } else {
      capacity_ = std::max(capacity_ * 2, held + size_bytes);
      auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
      if (held > 0) std::memcpy(larger.get(), bytes_.get() + begin_, held);
      bytes_ = std::move(larger);
    }
    begin_ = 0;
    end_ = held;
  }

  std::unique_ptr<char[]> bytes_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t capacity_ = 0;
};

}  // namespace caudal::http
