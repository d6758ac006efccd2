// SPDX-License-Identifier: Apache-2.0
#include "items/read_ahead.h"

#include <new>

namespace caudal::items {
namespace {

constexpr size_t kMostRows = 256;
constexpr uint64_t kMostBytes = uint64_t{1} << 20;

}  // namespace

void ReadAhead::begin(const std::deque<std::unique_ptr<Decision>>& next) {
  if (decisions_ > 0) {
    --decisions_;
    return;
  }
  forget();
  for (const auto& decision : next) {
    if (keys_.size() >= kMostRows || decision->is_alone()) break;
    decision->add_rows(keys_);
    ++decisions_;
  }
  if (decisions_ > 0) --decisions_;
  if (keys_.size() <= 1) return keys_.clear();
  // What is wrong with the disk, or too large for the memory, is told to whom it concerns.
  try {
    auto rows = kv_.get_each(families_.rows, keys_, kMostBytes);
    if (rows) rows_ = *std::move(rows);
  } catch (const std::bad_alloc&) {
    rows_.clear();
  }
  if (rows_.empty()) keys_.clear();
}

void ReadAhead::forget() {
  keys_.clear();
  rows_.clear();
  next_ = 0;
  decisions_ = 0;
}

std::optional<std::optional<std::string>> ReadAhead::take(std::string_view key) {
  for (size_t n = next_; n < keys_.size(); ++n) {
    if (keys_[n] != key) continue;
    next_ = n + 1;
    if (!rows_[n].is_read) return std::nullopt;
    return std::move(rows_[n].value);
  }
  return std::nullopt;
}

}  // namespace caudal::items
