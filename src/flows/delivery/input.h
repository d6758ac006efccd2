// SPDX-License-Identifier: Apache-2.0
// The delivered bytes, readable at any offset: a plain file as it lies, a gz file unpacked into a file without a name
// (gone with the process). Files are read, not mapped: a file that shrinks meanwhile is an error, not a crash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace caudal::delivery {

struct InputOptions {
  std::filesystem::path scratch;  // folder; only used for gz
  std::optional<bool> gzip;       // what the contract says; nullopt: by the first two bytes
  uint64_t max_unpacked_bytes = 0;
};

// Immutable once open; read_at is thread-safe.
class Input {
 public:
  // Errors: Errc::bad_gzip (also when the contract says otherwise than the bytes), Errc::empty_file, or of I/O.
  static Result<Input> open(const std::filesystem::path& path, const InputOptions& options);

  // Exactly `size_bytes` at `offset`. Error Errc::unstable when the file has become shorter.
  Result<void> read_at(uint64_t offset, char* out, size_t size_bytes) const;
  // Error Errc::unstable when the delivered file's size, time of change or identity is no longer that of open().
  Result<void> check_unchanged() const;

  uint64_t size_bytes() const { return content_bytes_; }          // unpacked
  uint64_t delivered_bytes() const { return stamp_.size_bytes; }  // as it lies
  bool gzip() const { return gzip_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  struct Stamp {
    uint64_t size_bytes = 0;
    int64_t modified_ns = 0;
    uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  Input() = default;
  static Result<Stamp> stamp_of(const File& file);
  Result<void> unpack(const InputOptions& options);

  std::filesystem::path path_;
  File delivered_;
  File unpacked_;  // open only for gz
  Stamp stamp_;
  uint64_t content_bytes_ = 0;
  bool gzip_ = false;
};

}  // namespace caudal::delivery
