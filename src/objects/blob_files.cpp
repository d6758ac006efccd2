// SPDX-License-Identifier: Apache-2.0
// Blob files on a POSIX file system.
#include "objects/blob_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "base/write_size.h"

namespace caudal::objects {
namespace {

namespace fs = std::filesystem;
constexpr mode_t kSealedMode = 0440;

// What a disk takes straight from memory: large, and whole sectors of whatever size in memory and in the file.
constexpr uint64_t kDirectBytes = uint64_t{256} << 10;
constexpr uint64_t kSectorBytes = 4096;

bool can_go_directly(uint64_t offset, std::string_view bytes) {
  return bytes.size() >= kDirectBytes && bytes.size() % kSectorBytes == 0 && offset % kSectorBytes == 0 &&
         reinterpret_cast<uintptr_t>(bytes.data()) % kSectorBytes == 0;
}

// Large pieces go past the page cache: a copy of all bytes into memory that is taken from what others read again costs
// half of what the disk does, and the sync at the end has nothing left to write.
class PosixBlobFile final : public BlobFile {
 public:
  explicit PosixBlobFile(File file) : file_(std::move(file)) {}
  PosixBlobFile(const PosixBlobFile&) = delete;
  PosixBlobFile& operator=(const PosixBlobFile&) = delete;
  ~PosixBlobFile() override {
    if (direct_ >= 0) ::close(direct_);
  }

  Result<void> reserve(uint64_t size_bytes) override {
    int failed = 0;
    do {
      failed = ::fallocate(file_.descriptor(), 0, 0, static_cast<off_t>(size_bytes));
    } while (failed != 0 && errno == EINTR);
    if (failed == 0) return {};
    if (errno == EOPNOTSUPP || errno == ENOSYS) return {};  // some file systems cannot
    return errno_error(errno, "take room for", file_.path());
  }

  Result<void> write(std::string_view bytes) override {
    TRY(write_at(written_, bytes));
    written_ += bytes.size();
    return {};
  }

  Result<void> write_at(uint64_t offset, std::string_view bytes) override {
    if (can_go_directly(offset, bytes)) {
      const size_t done = TRY(write_directly(offset, bytes));
      offset += done;
      bytes.remove_prefix(done);
    }
    if (bytes.empty()) return {};
    const size_t written = TRY(write_through(file_.descriptor(), offset, bytes));
    if (written < kDirectBytes) return {};
    // Only a hint, so that the disk is busy while the rest is on its way: whether the bytes arrive is for seal() to
    // say.
    ::sync_file_range(file_.descriptor(), static_cast<off_t>(offset), static_cast<off_t>(written),
                      SYNC_FILE_RANGE_WRITE);
    return {};
  }

  Result<void> seal() override {
    if (::fchmod(file_.descriptor(), kSealedMode) != 0) return errno_error(errno, "protect", file_.path());
    return file_.sync();
  }

 private:
  // As much as the file system takes this way; it may take nothing.
  Result<size_t> write_directly(uint64_t offset, std::string_view bytes) {
    std::call_once(opened_, [this] { direct_ = ::open(file_.path().c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC); });
    if (direct_ < 0) return size_t{0};
    return write_through(direct_, offset, bytes);
  }

  // All of it, but as far as alignment allows where the descriptor asks for that.
  Result<size_t> write_through(int descriptor, uint64_t offset, std::string_view bytes) {
    size_t done = 0;
    const size_t most = descriptor == direct_ ? bytes.size() : kWriteBytes;
    while (done < bytes.size()) {
      const ssize_t written = ::pwrite(descriptor, bytes.data() + done, std::min(bytes.size() - done, most),
                                       static_cast<off_t>(offset + done));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EINVAL && descriptor == direct_) break;
      if (written < 0) return errno_error(errno, "write", file_.path());
      done += static_cast<size_t>(written);
    }
    return done;
  }

  File file_;
  uint64_t written_ = 0;
  std::once_flag opened_;
  int direct_ = -1;
};

}  // namespace

Result<std::unique_ptr<BlobFile>> PosixBlobFiles::create(const fs::path& path) {
  return std::unique_ptr<BlobFile>(std::make_unique<PosixBlobFile>(TRY(File::create(path))));
}

Result<void> PosixBlobFiles::seal(const fs::path& path) { return PosixBlobFile(TRY(File::open_read(path))).seal(); }

Result<File> PosixBlobFiles::open_read(const fs::path& path) { return File::open_read(path); }

Result<void> PosixBlobFiles::link(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) != 0) return errno_error(errno, "link to", to);
  return {};
}

Result<void> PosixBlobFiles::remove(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return errno_error(errno, "remove", path);
  return {};
}

Result<void> PosixBlobFiles::sync_directory(const fs::path& directory) { return caudal::sync_directory(directory); }

Result<void> PosixBlobFiles::create_directories(const fs::path& directory) {
  return caudal::create_directories(directory);
}

Result<std::vector<std::string>> PosixBlobFiles::list(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) return errno_error(error.value(), "list", directory);
  return names;
}

}  // namespace caudal::objects
