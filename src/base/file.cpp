// SPDX-License-Identifier: Apache-2.0
// POSIX files behind Result.
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/write_size.h"

namespace caudal {

Error errno_error(int error_number, std::string_view doing, const std::filesystem::path& path) {
  Errc code = Errc::io;
  std::string_view advice;
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      code = Errc::no_space;
      advice = "; free some space and try again";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Errc::permission_denied;
      advice = "; check the owner and mode of the file and of its folder";
      break;
    case ENOENT:
    case ENOTDIR: code = Errc::not_found; break;
    case EEXIST: code = Errc::exists; break;
    default: break;
  }
  return {code, fmt::format("cannot {} {}: {}{}", doing, path.string(), std::strerror(error_number), advice)};
}

Result<File> File::open_read(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno_error(errno, "open", path);
  return File(fd, path);
}

Result<File> File::create(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return errno_error(errno, "create", path);
  return File(fd, path);
}

Result<File> File::create_private(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return errno_error(errno, "create", path);
  return File(fd, path);
}

Result<File> File::open_append(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return errno_error(errno, "open", path);
  return File(fd, path);
}

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> File::write(std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd_, data.data(), std::min(data.size(), kWriteBytes));
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno_error(errno, "write", path_);
    }
    data.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<size_t> File::read_at(uint64_t offset, char* out, size_t size_bytes) const {
  for (;;) {
    const ssize_t got = ::pread(fd_, out, size_bytes, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return errno_error(errno, "read", path_);
  }
}

Result<size_t> File::read(char* out, size_t size_bytes) {
  for (;;) {
    const ssize_t got = ::read(fd_, out, size_bytes);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return errno_error(errno, "read", path_);
  }
}

Result<void> File::sync() {
  if (::fdatasync(fd_) != 0) return errno_error(errno, "sync", path_);
  return {};
}

Result<uint64_t> File::size_bytes() const {
  struct stat info{};
  if (::fstat(fd_, &info) != 0) return errno_error(errno, "look at", path_);
  return static_cast<uint64_t>(info.st_size);
}

Result<void> File::close() {
  const int fd = std::exchange(fd_, -1);
  if (fd >= 0 && ::close(fd) != 0) return errno_error(errno, "close", path_);
  return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  const int fd = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno_error(errno, "open folder", directory);
  const int failed = ::fsync(fd);
  const int error_number = errno;
  ::close(fd);
  if (failed != 0) return errno_error(error_number, "sync folder", directory);
  return {};
}

Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return errno_error(errno, "rename to", to);
  return {};
}

Result<void> remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0) return errno_error(errno, "remove", path);
  return {};
}

Result<void> create_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return errno_error(error.value(), "create folder", path);
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path) {
  File file = TRY(File::open_read(path));
  std::string content(TRY(file.size_bytes()), '\0');
  size_t filled = 0;
  for (;;) {
    if (filled == content.size()) content.resize(content.size() + 4096);
    const size_t got = TRY(file.read(content.data() + filled, content.size() - filled));
    if (got == 0) break;
    filled += got;
  }
  content.resize(filled);
  return content;
}

Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  File file = TRY(File::create(temporary));
  TRY(file.write(content));
  TRY(file.sync());
  TRY(file.close());
  TRY(rename_file(temporary, path));
  return sync_directory(path.parent_path());
}

}  // namespace caudal
