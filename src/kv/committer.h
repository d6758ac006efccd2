// SPDX-License-Identifier: Apache-2.0
// Where all synced writes pass, one at a time: batches that come while a write is under way become the next one, with
// one sync, and whoever handed them in is told afterwards, or woken. Who comes alone writes on its own thread; where
// many write, each costs a fraction of a thread, asleep until the disk is done. RocksDB would group writers that wait
// as well, but has each of them spin first and wakes them one by one. Inside room kv only.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/gate.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "kv/pending_batch.h"

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
  // submitted or committed afterwards.
  void end() CAUDAL_EXCLUDES(mutex_);

  // In order: a batch is applied after those that were submitted before it. What fails, fails alone, or with those that
  // share its write. `done` is called once, on the committer's thread: it must neither throw nor wait for another
  // commit, but may submit.
  void submit(std::unique_ptr<PendingBatch> batch, Done done) CAUDAL_EXCLUDES(mutex_);
  // The same for whoever waits for it: what it answers is the outcome.
  Result<void> commit(std::unique_ptr<PendingBatch> batch) CAUDAL_EXCLUDES(mutex_);
  // Batches that are not being written yet.
  size_t waiting() const CAUDAL_EXCLUDES(mutex_);

 private:
  struct Entry {
    std::unique_ptr<PendingBatch> batch;
    Done done = {};                   // or, of one who waits:
    Result<void>* outcome = nullptr;  // read once the gate has opened
  };
  using Group = std::vector<Entry>;

  void begin_thread() CAUDAL_REQUIRES(mutex_);
  // What those that are waiting now wait for.
  std::shared_ptr<Gate> round() CAUDAL_REQUIRES(mutex_);
  // On the caller's thread, which has made sure that nobody else is writing.
  Result<void> write_alone(PendingBatch& batch) CAUDAL_EXCLUDES(mutex_);
  void run() CAUDAL_NO_THREAD_SAFETY_ANALYSIS;
  // Writes some entries from `begin` on together; the first that was left.
  size_t write_some(Group& group, size_t begin);

  const Write write_;
  mutable Mutex mutex_;
  std::condition_variable work_;
  Group waiting_ CAUDAL_GUARDED_BY(mutex_);
  std::shared_ptr<Gate> round_ CAUDAL_GUARDED_BY(mutex_);  // nullptr: of those in waiting_ nobody waits
  bool is_writing_ CAUDAL_GUARDED_BY(mutex_) = false;
  bool stopping_ CAUDAL_GUARDED_BY(mutex_) = false;
  std::thread thread_ CAUDAL_GUARDED_BY(mutex_);  // begun when first needed: most stores never do
};

}  // namespace caudal::kv
