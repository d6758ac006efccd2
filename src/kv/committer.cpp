// SPDX-License-Identifier: Apache-2.0
#include "kv/committer.h"

#include <string>

#include "base/check.h"

namespace caudal::kv {
namespace {

// One write gathers so much at most: it lies in memory twice.
constexpr size_t kMostTogetherBytes = size_t{4} << 20;

// RocksDB joins batches only for writers that wait, each on a thread of its own. A batch's bytes are a sequence (8),
// the number of its writes (4, little-endian) and the writes, as they stand in its log for good: so they can be joined
// here.
constexpr size_t kHeaderBytes = 12;
constexpr size_t kCountAt = 8;

class Joined {
 public:
  void add(const rocksdb::WriteBatch& batch) {
    const std::string& bytes = batch.Data();
    CHECK(bytes.size() >= kHeaderBytes, "a batch without its header");
    count_ += batch.Count();
    if (bytes_.empty()) {
      bytes_ = bytes;
    } else {
      bytes_.append(bytes, kHeaderBytes, std::string::npos);
    }
  }
  size_t size_bytes() const { return bytes_.size(); }
  rocksdb::WriteBatch take() {
    for (size_t byte = 0; byte < sizeof count_; ++byte)
      bytes_[kCountAt + byte] = static_cast<char>(count_ >> (8 * byte));
    return rocksdb::WriteBatch(std::move(bytes_));
  }

 private:
  std::string bytes_;
  uint32_t count_ = 0;
};

}  // namespace

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

void Committer::submit(std::unique_ptr<rocksdb::WriteBatch> batch, Done done) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back({std::move(batch), std::move(done)});
    if (!thread_.joinable() && !stopping_) thread_ = std::thread([this] { run(); });
  }
  if (first) work_.notify_one();
}

size_t Committer::write_some(Group& group, size_t begin) {
  size_t end = begin + 1;
  Result<void> written;
  if (end == group.size()) {
    written = write_(*group[begin].batch, 1);
  } else {
    Joined joined;
    joined.add(*group[begin].batch);
    for (; end < group.size() && joined.size_bytes() < kMostTogetherBytes; ++end) joined.add(*group[end].batch);
    rocksdb::WriteBatch batch = joined.take();
    written = write_(batch, end - begin);
  }
  for (size_t n = begin; n < end; ++n) {
    group[n].batch.reset();
    group[n].done(written);
  }
  return end;
}

void Committer::run() {
  std::unique_lock lock(mutex_.native());
  Group group;
  for (;;) {
    work_.wait(lock, [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    group.swap(waiting_);
    lock.unlock();
    for (size_t next = 0; next < group.size();) next = write_some(group, next);
    group.clear();
    lock.lock();
  }
}

}  // namespace caudal::kv
