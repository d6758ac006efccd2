// SPDX-License-Identifier: Apache-2.0
// Fills new indexes, and lists of when items expire, from what their tables hold already, a few items at a time, while
// writes go on: these keep the index as well from the moment that it is there, so an item is brought in by whoever
// comes first. Inside room items only.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "items/committer.h"
#include "items/tables.h"

namespace caudal::items {

class Backfill {
 public:
  // An index, or the list of when items expire, that is to be filled. By spaces too: another table or index may have
  // its name by now.
  struct Job {
    std::string table;
    Space table_space = 0;
    Space index_space = 0;
  };
  // Called when an index is filled.
  using Filled = std::function<Result<void>(const Job& job)>;
  // All must outlive it.
  Backfill(kv::Store& kv, const Families& families, const Tables& tables, Committer& committer, Filled filled);
  // What is not done goes on when the store is opened next.
  ~Backfill();

  void add(Job job);

 private:
  void run();
  // To the end, or until the index is gone. An error: the disk refused.
  Result<void> fill(const Job& job);
  bool is_stopping() const;

  kv::Store& kv_;
  const Families& families_;
  const Tables& tables_;
  Committer& committer_;
  const Filled filled_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Job> jobs_;   // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last
};

}  // namespace caudal::items
