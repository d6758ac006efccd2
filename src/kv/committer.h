// SPDX-License-Identifier: Apache-2.0
// The one thread that writes what nobody waits for: batches that come together, or while a write is under way, become
// one write with one sync, and whoever handed them in is told afterwards. Where many write, this costs a fraction of a
// thread for each, asleep until the disk is done. Inside room kv only.
#pragma once

#include <rocksdb/write_batch.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::kv {

// Thread-safe.
class Committer {
 public:
  // Writes what was so many batches and syncs it.
  using Write = std::function<Result<void>(rocksdb::WriteBatch&, size_t batches)>;
  using Done = std::move_only_function<void(Result<void>)>;

  explicit Committer(Write write) : write_(std::move(write)) {}
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;
  ~Committer() { end(); }
  // Writes what was submitted, and what is submitted by those who are told meanwhile; then ends. Nothing may be
  // submitted afterwards.
  void end() CAUDAL_EXCLUDES(mutex_);

  // In order: a batch is applied after those that were submitted before it. What fails, fails alone, or with those that
  // share its write. `done` is called once, on the committer's thread: it must neither throw nor wait for another
  // commit, but may submit.
  void submit(std::unique_ptr<rocksdb::WriteBatch> batch, Done done) CAUDAL_EXCLUDES(mutex_);

 private:
  struct Entry {
    std::unique_ptr<rocksdb::WriteBatch> batch;
    Done done;
  };
  using Group = std::vector<Entry>;

  void run() CAUDAL_NO_THREAD_SAFETY_ANALYSIS;
  // Writes some entries from `begin` on together; the first that was left.
  size_t write_some(Group& group, size_t begin);

  const Write write_;
  Mutex mutex_;
  std::condition_variable work_;
  Group waiting_ CAUDAL_GUARDED_BY(mutex_);
  bool stopping_ CAUDAL_GUARDED_BY(mutex_) = false;
  std::thread thread_ CAUDAL_GUARDED_BY(mutex_);  // begun with the first batch: most stores never need it
};

}  // namespace caudal::kv
