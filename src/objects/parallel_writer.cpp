// SPDX-License-Identifier: Apache-2.0
// Several threads that each read, hash and write some parts in step.
#include "objects/parallel_writer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <thread>

#include "objects/part_lanes.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kPartBytes = uint64_t{16} << 20;
static_assert(kPartBytes % PartLanes::kLaneBytes == 0);
// More than cores, up to here: while some wait for the disk others hash.
constexpr size_t kMostThreads = 4;

// As few bytes as the number of parts allows; the same for every file of that size, so that so is its ETag. Small parts
// are as many as are hashed in step.
uint64_t part_bytes_of(uint64_t size_bytes, bool small_parts) {
  if (small_parts && size_bytes < kPartBytes * PartLanes::kMostLanes) {
    constexpr uint64_t kOfEach = PartLanes::kLaneBytes * PartLanes::kMostLanes;
    return (size_bytes + kOfEach - 1) / kOfEach * PartLanes::kLaneBytes;
  }
  uint64_t part_bytes = kPartBytes;
  while (size_bytes / part_bytes >= kMaxPartNumber) part_bytes *= 2;
  return part_bytes;
}

// Threads that each take some parts after the other, while the one that made it waits and tells how far they are.
class PartsWork {
 public:
  explicit PartsWork(const PartsTask& task) : task_(task), digested_(task.parts()) {}
  PartsWork(const PartsWork&) = delete;
  PartsWork& operator=(const PartsWork&) = delete;
  ~PartsWork() {
    for (std::jthread& thread : threads_) thread.request_stop();
  }

  // Errors: the first of any thread, and those of `progress`.
  Result<std::vector<DigestedPart>> run(const FileProgress* progress) {
    const size_t at_once = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
    // Small parts are not worth a second thread.
    const size_t share = task_.part_bytes < kPartBytes ? task_.parts() : (task_.parts() + at_once - 1) / at_once;
    const size_t lanes = std::clamp<size_t>(share, 1, PartLanes::kMostLanes);
    const size_t groups = (task_.parts() + lanes - 1) / lanes;
    {
      MutexLock lock(mutex_);
      running_ = std::min(groups, kMostThreads);
    }
    for (size_t n = std::min(groups, kMostThreads); n > 0; --n) {
      threads_.emplace_back([this, lanes](const std::stop_token& halt) { finished(work(lanes, halt)); });
    }
    TRY(wait(progress));
    return std::move(digested_);
  }

 private:
  Result<void> work(size_t most_lanes, const std::stop_token& halt) {
    PartLanes lanes = TRY(PartLanes::open(task_, most_lanes));
    while (!halt.stop_requested()) {
      const size_t first = next_.fetch_add(most_lanes);
      if (first >= task_.parts()) break;
      const size_t count = std::min(most_lanes, task_.parts() - first);
      std::vector<DigestedPart> parts =
          TRY(lanes.work(first, count, halt, [this](uint64_t size_bytes) { moved(size_bytes); }));
      std::move(parts.begin(), parts.end(), digested_.begin() + static_cast<ptrdiff_t>(first));
    }
    return {};
  }

  void moved(uint64_t size_bytes) {
    MutexLock lock(mutex_);
    moved_bytes_ += size_bytes;
    changed_.notify_one();
  }

  void finished(Result<void> worked) {
    MutexLock lock(mutex_);
    --running_;
    if (!worked && !error_) error_ = std::move(worked).error();
    changed_.notify_one();
  }

  Result<void> wait(const FileProgress* progress) {
    uint64_t told_bytes = 0;
    while (true) {
      uint64_t done_bytes = 0;
      {
        MutexLock lock(mutex_);
        while (running_ > 0 && !error_ && moved_bytes_ == told_bytes) changed_.wait(lock);
        if (error_) return *error_;
        if (running_ == 0 && moved_bytes_ == told_bytes) return {};
        done_bytes = moved_bytes_;
      }
      told_bytes = done_bytes;
      if (progress != nullptr && *progress) TRY((*progress)(told_bytes, task_.size_bytes));
    }
  }

  const PartsTask& task_;
  std::vector<DigestedPart> digested_;  // each written by one thread, and read when all have ended
  std::atomic<size_t> next_ = 0;        // part
  Mutex mutex_;
  std::condition_variable_any changed_;
  size_t running_ CAUDAL_GUARDED_BY(mutex_) = 0;
  uint64_t moved_bytes_ CAUDAL_GUARDED_BY(mutex_) = 0;
  std::optional<Error> error_ CAUDAL_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;  // last: joined before the rest goes
};

}  // namespace

bool is_put_in_parts(uint64_t size_bytes, const PutOptions& options) {
  if (size_bytes < (options.small_parts ? kSmallPartsBytes : kManyPartsBytes)) return false;
  const auto is_of_a_stream = [](ChecksumAlgorithm algorithm) {
    return !can_have(algorithm, ChecksumType::kFullObject);
  };
  return !options.expected_md5 && std::none_of(options.algorithms.begin(), options.algorithms.end(), is_of_a_stream) &&
         std::none_of(options.expected.begin(), options.expected.end(),
                      [&](const Checksum& checksum) { return is_of_a_stream(checksum.algorithm); });
}

Result<StagedBody> write_file_in_parts(const BodyPlaces& places, const FileBody& file, const PutOptions& options,
                                       const BodyRules& rules) {
  StagedBody staged;
  staged.blob = file.adopt ? TRY(places.blobs.adopt(file.path)) : TRY(places.blobs.begin());
  staged.size_bytes = file.size_bytes;
  PartsTask task{.path = file.path,
                 .size_bytes = file.size_bytes,
                 .part_bytes = part_bytes_of(file.size_bytes, options.small_parts),
                 .blob = file.adopt ? nullptr : staged.blob.get(),
                 .algorithms = wanted_algorithms(options),
                 .keys = rules.keys};
  if (rules.encrypt) task.wrapped_key = TRY(BodyCipher::make(rules.keys)).wrapped_key();
  if (task.blob != nullptr) TRY(task.blob->reserve(rules.encrypt ? sealed_bytes(file.size_bytes) : file.size_bytes));
  const std::vector<DigestedPart> parts = TRY(PartsWork(task).run(file.progress));
  TRY(staged.blob->finish());
  staged.body = {.kind = BodyKind::kSplit, .id = staged.blob->id(), .wrapped_key = task.wrapped_key};
  for (const DigestedPart& part : parts) {
    staged.parts.push_back({.blob = {},
                            .size_bytes = part.size_bytes,
                            .number = static_cast<uint32_t>(staged.parts.size() + 1),
                            .wrapped_key = {},
                            .checksums = part.checksums});
  }
  staged.etag = etag_of(parts);
  for (const ChecksumAlgorithm algorithm : task.algorithms) {
    staged.digests.checksums.push_back(whole_checksum(parts, algorithm, ChecksumType::kFullObject));
  }
  TRY(check_expectations(staged, options));
  return staged;
}

}  // namespace caudal::objects
