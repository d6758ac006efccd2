// SPDX-License-Identifier: Apache-2.0
// The system calls that blobs need, behind an interface so that tests can fail or kill at each of them. No policy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace caudal::objects {

// A new file that is being written. Closed by its destructor.
class BlobFile {
 public:
  virtual ~BlobFile() = default;
  // Before it is written: room for so many bytes is taken at once, and it is so large already, since writes from
  // several threads that make a file larger wait for each other.
  virtual Result<void> reserve(uint64_t size_bytes) = 0;
  virtual Result<void> write(std::string_view bytes) = 0;
  // At a place of its own, also from several threads at once. Not mixed with write().
  virtual Result<void> write_at(uint64_t offset, std::string_view bytes) = 0;
  // fdatasync, after taking away the permission to write.
  virtual Result<void> seal() = 0;
};

// Thread-safe. Errors are base's, by errno.
class BlobFiles {
 public:
  virtual ~BlobFiles() = default;
  virtual Result<std::unique_ptr<BlobFile>> create(const std::filesystem::path& path) = 0;
  // Seals a file that somebody else wrote.
  virtual Result<void> seal(const std::filesystem::path& path) = 0;
  virtual Result<File> open_read(const std::filesystem::path& path) = 0;
  virtual Result<void> link(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  // A name that is not there counts as removed.
  virtual Result<void> remove(const std::filesystem::path& path) = 0;
  virtual Result<void> sync_directory(const std::filesystem::path& directory) = 0;
  virtual Result<void> create_directories(const std::filesystem::path& directory) = 0;
  // Names, in no order.
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& directory) = 0;
};

class PosixBlobFiles final : public BlobFiles {
 public:
  Result<std::unique_ptr<BlobFile>> create(const std::filesystem::path& path) override;
  Result<void> seal(const std::filesystem::path& path) override;
  Result<File> open_read(const std::filesystem::path& path) override;
  Result<void> link(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Result<void> remove(const std::filesystem::path& path) override;
  Result<void> sync_directory(const std::filesystem::path& directory) override;
  Result<void> create_directories(const std::filesystem::path& directory) override;
  Result<std::vector<std::string>> list(const std::filesystem::path& directory) override;
};

}  // namespace caudal::objects
