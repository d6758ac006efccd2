// SPDX-License-Identifier: Apache-2.0
// Rows that the next decisions will ask for, read together: most keys are new, and finding that out for one of them
// goes through the filters of all files, which many keys share. For the thread that decides. Inside room items only.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "items/committer.h"

namespace caudal::items {

class ReadAhead {
 public:
  ReadAhead(const kv::Store& kv, const Families& families) : kv_(kv), families_(families) {}

  // To be called before a decision is taken from the head of `next`. What was read stays true until forget(): it is
  // asked after what has been decided since, which is not on disk.
  void begin(const std::deque<std::unique_ptr<Decision>>& next);
  // Whenever what has been decided is not asked any more, since it is on disk.
  void forget();
  // Once. Nothing: it has to be read.
  std::optional<std::optional<std::string>> take(std::string_view key);

 private:
  const kv::Store& kv_;
  const Families& families_;
  std::vector<std::string_view> keys_;  // of decisions that are not complete before forget()
  std::vector<kv::Store::Read> rows_;
  size_t next_ = 0;       // of them, in the order in which they are asked for
  size_t decisions_ = 0;  // whose rows have been read
};

}  // namespace caudal::items
