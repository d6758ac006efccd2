// SPDX-License-Identifier: Apache-2.0
// Fills new indexes, and lists of when items expire, from what their tables hold already, a few items at a time, while
// writes go on: these keep the index as well from the moment that it is there, so an item is brought in by whoever
// comes first. An item that cannot be read is passed over, and told of. Inside room items only.
#pragma once

#include <functional>
#include <string>

#include "items/committer.h"
#include "items/retried_jobs.h"
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
  struct Rooms {
    kv::Store& kv;
    const Families& families;
    const Tables& tables;
    Committer& committer;
  };
  // What is not done goes on when the store is opened next.
  Backfill(const Rooms& rooms, Filled filled, Log log);

  void add(Job job) { jobs_.add(std::move(job)); }

 private:
  // For people.
  std::string name_of(const Job& job) const;
  // To the end, or until the index is gone. An error: the disk refused.
  Result<void> fill(const Job& job);

  const Rooms rooms_;
  const Filled filled_;
  const Log log_;
  RetriedJobs<Job> jobs_;  // last: its thread uses the rest
};

}  // namespace caudal::items
