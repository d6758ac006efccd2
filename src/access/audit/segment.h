// SPDX-License-Identifier: Apache-2.0
// The files of the audit log. A segment is a header and frames; a frame is a batch of records that was synced together.
// Each frame ends with a link: an HMAC over the link before it and the frame itself, the first over the header, whose
// own predecessor is the last link of the segment before. So nothing can be changed or taken out between two links
// without every later link being wrong, and only who has the key can make them right.
//
//   header: "CAUDALAUDIT1\n", first sequence (8 bytes, little-endian), created (8, microseconds), previous link (32)
//   frame:  size of the payload (4), number of records (4), CRC-32C of both and of the payload (4), payload, link (32)
//
// A closing frame has neither records nor payload; a segment without one was ended by a crash, or was cut.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"

namespace caudal::audit {

using Link = Sha256;

struct SegmentHeader {
  uint64_t first_sequence = 0;  // of its first record, counted from 0 over the whole log
  Timestamp created = {};
  Link previous = {};
};

std::string encode_header(const SegmentHeader& header);
// The frame, with its link, which is also the `link` for what follows.
std::string encode_frame(std::string_view payload, uint32_t records, std::string_view key, Link& link);
Link first_link(std::string_view header_bytes, std::string_view key);
// The link that `checked`, a frame without its link, must have after `link`.
Link next_link(std::string_view key, const Link& link, std::string_view checked);

// "audit-00000000000000000000.log", by first sequence.
std::string segment_name(uint64_t first_sequence);

struct SegmentFile {
  std::filesystem::path path;
  uint64_t first_sequence = 0;
};
// In order. A folder that is not there has none. Errors: of files.
Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& directory);

struct Frame {
  uint32_t records = 0;
  std::string checked = {};  // all of it but its link
  Link link = {};
  std::string_view payload() const { return std::string_view(checked).substr(kHeadBytes); }
  bool closing() const { return records == 0; }
  static constexpr size_t kHeadBytes = 12;
};

// Reads one segment from front to back. Not thread-safe.
class SegmentReader {
 public:
  // Errors: corrupt (no header), of files.
  static Result<SegmentReader> open(const std::filesystem::path& path);

  const SegmentHeader& header() const { return header_; }
  const std::string& header_bytes() const { return header_bytes_; }
  // Nothing at the end: of the file, or where a frame is not whole, as a crash or a writer at work leaves it.
  Result<std::optional<Frame>> next();
  // After the end: how many bytes follow the last whole frame.
  uint64_t torn_bytes() const { return size_bytes_ - offset_; }
  // After the end: whether what follows is more than the beginning of one frame, which is all that a crash leaves: a
  // frame of full size that is damaged, or a whole frame further on (of the first MiB).
  Result<bool> is_damaged() const;

 private:
  SegmentReader(File file, uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}
  Result<std::string> read(uint64_t offset, size_t size_bytes) const;

  File file_;
  uint64_t size_bytes_;
  uint64_t offset_ = 0;
  SegmentHeader header_;
  std::string header_bytes_;
};

}  // namespace caudal::audit
