// SPDX-License-Identifier: Apache-2.0
// The audit log as doors write it. A record is encoded on the caller's thread and put into a bounded queue; one thread
// writes what has come together as one frame, and syncs it. Nothing is dropped: while the disk cannot follow, append()
// waits; while the disk refuses, the queue is kept and tried again, check() says so, and a door that asks it first
// answers no request that it could not record. What was appended is on disk at most sync_every and one sync later: a
// power cut can lose that much.
//
//   auto log = TRY(Log::open(data / "audit", clock, {.key = chain_key}));
//   TRY(log->check());          // before a request is worked on
//   log->append(record);        // after it was answered
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "access/audit/record.h"
#include "base/clock.h"
#include "base/result.h"

namespace caudal::audit {

struct LogOptions {
  // For the links between frames (see segment.h). Empty: links that anybody can make, which show accidents alone.
  std::string key = {};
  std::chrono::milliseconds sync_every{50};
  size_t queue_bytes = size_t{8} << 20;
  // A segment ends when it is as large, or with the day (UTC).
  uint64_t segment_bytes = uint64_t{64} << 20;
  // Whole segments whose records are all older go; 0: none ever.
  int64_t keep_days = 0;
  // How long to wait after the disk refused.
  std::chrono::milliseconds retry_every{500};
};

struct LogMetrics {
  uint64_t records = 0;        // on disk, since the log was opened
  uint64_t syncs = 0;          // many records share one
  uint64_t refusals = 0;       // failed tries to write
  uint64_t waiting_bytes = 0;  // not on disk yet
};

// Thread-safe.
class Log {
 public:
  // A new segment is begun with the first record; older ones are never touched. Errors: of files, corrupt.
  static Result<std::unique_ptr<Log>> open(const std::filesystem::path& directory, const Clock& clock,
                                           LogOptions options);
  // close(), with its error lost.
  ~Log();

  // Waits while the queue is full. Errors: unavailable, when it is full because the disk refuses; then the record is
  // not in the log.
  Result<void> append(const RecordView& record);
  // Whether append() would not wait: the queue is at most half full, which leaves room for the requests under way.
  bool has_room() const;
  // Errors: unavailable, with the disk's own words, while it refuses.
  Result<void> check() const;
  // Waits until everything appended before is on disk. Errors: unavailable.
  Result<void> flush();
  LogMetrics metrics() const;
  // Writes what waits and the closing frame. No append may follow.
  Result<void> close();

 private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caudal::audit
