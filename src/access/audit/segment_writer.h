// SPDX-License-Identifier: Apache-2.0
// Writing segments: rotation, links, retention. Which records, and when, is the log's business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit/segment.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/result.h"

namespace caudal::audit {

// The segment keeps room on the disk for what comes, so that requests are still recorded, and served, for a while after
// the disk is full: those that read, and those that make room. Not thread-safe. After an error the segment is given up
// and the next write begins another, so nothing is written after a frame of which it is not known whether it is whole.
class SegmentWriter {
 public:
  struct Options {
    std::string key;
    uint64_t segment_bytes;
    int64_t keep_days;
    // For tests: asked before so many bytes are written; its error is the disk's.
    std::function<Result<void>(size_t bytes)> disk = {};
  };
  // Finds where the log stands: the sequence and link that the next segment goes on from.
  static Result<SegmentWriter> open(std::filesystem::path directory, const Clock& clock, Options options);

  // A frame of `records`, synced when it returns. Begins a segment when there is none, or the day or size wants
  // another, and lets those go that need not be kept any more; those also where the disk is full.
  Result<void> write(std::string_view payload, uint32_t records);
  // Ends the segment with its closing frame.
  Result<void> close();
  uint64_t next_sequence() const { return next_sequence_; }

 private:
  SegmentWriter(std::filesystem::path directory, const Clock& clock, Options options)
      : directory_(std::move(directory)), clock_(&clock), options_(std::move(options)) {}
  Result<void> try_write(std::string_view payload, uint32_t records);
  Result<void> begin_segment();
  void keep_room();
  Result<void> put(File& file, std::string_view bytes) const;
  Result<void> append(std::string_view payload, uint32_t records);
  Result<void> prune();
  Result<bool> make_room();
  Result<std::optional<size_t>> first_kept(const std::vector<SegmentFile>& segments) const;
  Result<void> remove_before(const std::vector<SegmentFile>& segments, size_t index) const;
  bool wants_another() const;

  std::filesystem::path directory_;
  const Clock* clock_;
  Options options_;
  std::optional<File> file_;
  uint64_t size_bytes_ = 0;
  uint64_t kept_bytes_ = 0;  // the size up to which it has room for sure
  Timestamp created_ = {};   // of the segment
  uint64_t next_sequence_ = 0;
  bool owes_word_ = false;  // segments may be gone of which the log does not say yet that they were let go
  Link last_{};             // of the last frame that is surely on disk
  Link current_{};          // what the next frame is linked to
};

}  // namespace caudal::audit
