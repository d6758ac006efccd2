// SPDX-License-Identifier: Apache-2.0
// Files as Caudal uses them: explicit durability, every failure with the path and what to do. Blocking.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal {

// The Error for a failed system call: class by errno (ENOSPC, EDQUOT, EACCES, ENOENT, ...), message naming `path`.
Error errno_error(int error_number, std::string_view doing, const std::filesystem::path& path);

// An open file descriptor, closed by the destructor. Movable; not thread-safe except read_at.
class File {
 public:
  static Result<File> open_read(const std::filesystem::path& path);
  // Creates or truncates.
  static Result<File> create(const std::filesystem::path& path);
  // Creates one that is not there yet, for its owner alone (mode 0600). Errors: exists.
  static Result<File> create_private(const std::filesystem::path& path);
  // Creates when missing; writes go to the end. Nothing of what is there is lost.
  static Result<File> open_append(const std::filesystem::path& path);
  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // All of `data`, or an error.
  Result<void> write(std::string_view data);
  // Up to `size_bytes` at `offset` into `out`; the number read, 0 at the end.
  Result<size_t> read_at(uint64_t offset, char* out, size_t size_bytes) const;
  // Up to `size_bytes` from the current position; 0 at the end.
  Result<size_t> read(char* out, size_t size_bytes);
  // fdatasync.
  Result<void> sync();
  Result<uint64_t> size_bytes() const;
  // Closes now; an error that the destructor would have to swallow is returned.
  Result<void> close();
  int descriptor() const { return fd_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  File(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}
  int fd_ = -1;
  std::filesystem::path path_;
};

// fsync of a folder, so that the names in it survive a crash. Empty, as the folder of a bare name is: the current one.
Result<void> sync_directory(const std::filesystem::path& directory);
// rename(2); durable only after sync_directory of the target's folder.
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
Result<void> remove_file(const std::filesystem::path& path);
Result<void> create_directories(const std::filesystem::path& path);
Result<std::string> read_file(const std::filesystem::path& path);
// Temporary file, sync, rename, sync of the folder: after a crash the old or the new content, never a mixture.
Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content);

}  // namespace caudal
