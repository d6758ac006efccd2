// SPDX-License-Identifier: Apache-2.0
#include "kv/committer.h"

#include <utility>

#include "base/prompt_thread.h"
#include "kv/joined_batch.h"

namespace caudal::kv {

void Committer::end() {
  std::thread thread;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
  }
  work_.notify_one();
  if (thread.joinable()) thread.join();
}

void Committer::begin_thread() {
  if (!thread_.joinable() && !stopping_) thread_ = std::thread([this] { run(); });
}

std::shared_ptr<Gate> Committer::round() {
  if (round_ == nullptr) round_ = std::make_shared<Gate>();
  return round_;
}

void Committer::submit(std::unique_ptr<PendingBatch> batch, Done done) {
  bool idle = false;
  {
    MutexLock lock(mutex_);
    idle = waiting_.empty() && !is_writing_;
    waiting_.push_back({.batch = std::move(batch), .done = std::move(done)});
    begin_thread();
  }
  if (idle) work_.notify_one();
}

Result<void> Committer::commit(std::unique_ptr<PendingBatch> batch) {
  Result<void> outcome;
  std::shared_ptr<Gate> own;
  {
    MutexLock lock(mutex_);
    if (is_writing_ || !waiting_.empty()) {
      own = round();
      waiting_.push_back({.batch = std::move(batch), .outcome = &outcome});
      begin_thread();
    } else {
      is_writing_ = true;
    }
  }
  if (own == nullptr) return write_alone(*batch);
  own->wait();
  return outcome;
}

size_t Committer::waiting() const {
  MutexLock lock(mutex_);
  return waiting_.size();
}

Result<void> Committer::write_alone(PendingBatch& batch) {
  Result<void> written = write_(JoinedBatch(batch).finish(), 1);
  bool more = false;
  {
    MutexLock lock(mutex_);
    is_writing_ = false;
    more = !waiting_.empty() || stopping_;
  }
  if (more) work_.notify_one();
  return written;
}

size_t Committer::write_some(Group& group, size_t begin) {
  size_t end = begin + 1;
  JoinedBatch joined(*group[begin].batch);
  while (end < group.size() && joined.add(*group[end].batch)) ++end;
  const Result<void> written = write_(joined.finish(), end - begin);
  for (size_t n = begin; n < end; ++n) {
    Entry& entry = group[n];
    entry.batch.reset();
    if (entry.outcome != nullptr) {
      *entry.outcome = written;
    } else {
      entry.done(written);
    }
  }
  return end;
}

void Committer::run() {
  make_this_thread_prompt();  // where it cannot be, it waits for its turn
  std::unique_lock lock(mutex_.native());
  Group group;
  for (;;) {
    work_.wait(lock,
               [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return !is_writing_ && (stopping_ || !waiting_.empty()); });
    if (waiting_.empty()) return;
    group.swap(waiting_);
    const std::shared_ptr<Gate> ending = std::exchange(round_, nullptr);
    is_writing_ = true;
    lock.unlock();
    for (size_t next = 0; next < group.size();) next = write_some(group, next);
    if (ending != nullptr) ending->open();
    group.clear();
    lock.lock();
    is_writing_ = false;
  }
}

}  // namespace caudal::kv
