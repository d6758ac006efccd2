// SPDX-License-Identifier: Apache-2.0
// Some parts of a file, read, hashed and written in step: a piece of each while it is in the processor's caches, since
// reading it from memory again would cost more than hashing it. Inside room objects only.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "objects/body_cipher.h"
#include "objects/body_threads.h"
#include "objects/body_writer.h"
#include "objects/part_digests.h"

namespace caudal::objects {

// What all parts of a file share.
struct PartsTask {
  const std::filesystem::path& path;
  uint64_t size_bytes = 0;  // the file's
  uint64_t part_bytes = 0;  // a multiple of kLaneBytes; the last part is shorter
  StagedBlob* blob;         // nullptr: nothing is written
  std::vector<ChecksumAlgorithm> algorithms;
  std::string wrapped_key = {};  // empty: not encrypted
  KeyRing* keys = nullptr;

  size_t parts() const { return static_cast<size_t>((size_bytes + part_bytes - 1) / part_bytes); }
};

// Used by one thread. Has kLaneBytes of memory for each lane.
class PartLanes {
 public:
  // Of a part, before it is written.
  static constexpr size_t kLaneBytes = size_t{256} << 10;
  static constexpr size_t kMostLanes = Md5::kLanes;

  // `task` must outlive it.
  static Result<PartLanes> open(const PartsTask& task, size_t lanes);

  // The digests of `count` parts from `first` on, one for each lane at most; `moved` is told of bytes that are through.
  // Errors: changed_meanwhile when the file became shorter, cancelled when it was halted.
  Result<std::vector<DigestedPart>> work(size_t first, size_t count, const std::stop_token& halt,
                                         const std::function<void(uint64_t)>& moved);

 private:
  struct Lane {
    File source;
    Buffer buffer;
    uint64_t at = 0;  // of what stands in the buffer, in the file
    size_t filled = 0;
    uint64_t end = 0;
    Md5 md5 = {};
    std::vector<RunningChecksum> checksums = {};
  };

  explicit PartLanes(const PartsTask& task) : task_(&task) {}
  void begin(Lane& lane, size_t part);
  // Fills the lanes' buffers.
  Result<void> take_in(std::span<Lane> lanes);
  Result<void> read(Lane& lane, size_t size_bytes);
  Result<void> write(Lane& lane);

  const PartsTask* task_;
  std::vector<Lane> lanes_;
  std::optional<BodyCipher> cipher_;
};

}  // namespace caudal::objects
