// SPDX-License-Identifier: Apache-2.0
// Blob files on a POSIX file system.
#include "objects/blob_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace caudal::objects {
namespace {

namespace fs = std::filesystem;
constexpr mode_t kSealedMode = 0440;

// So that the disk is busy while the rest is still being hashed, and the sync at the end finds little left to write.
constexpr uint64_t kWritebackStep = uint64_t{8} << 20;

class PosixBlobFile final : public BlobFile {
 public:
  explicit PosixBlobFile(File file) : file_(std::move(file)) {}

  Result<void> write(std::string_view bytes) override {
    TRY(file_.write(bytes));
    written_ += bytes.size();
    if (written_ - started_ >= kWritebackStep) {
      // Only a hint: whether the bytes arrive is for seal() to say.
      ::sync_file_range(file_.descriptor(), static_cast<off_t>(started_), static_cast<off_t>(written_ - started_),
                        SYNC_FILE_RANGE_WRITE);
      started_ = written_;
    }
    return {};
  }

  Result<void> write_at(uint64_t offset, std::string_view bytes) override {
    const uint64_t begin = offset;
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(file_.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno_error(errno, "write", file_.path());
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<uint64_t>(written);
    }
    ::sync_file_range(file_.descriptor(), static_cast<off_t>(begin), static_cast<off_t>(offset - begin),
                      SYNC_FILE_RANGE_WRITE);
    return {};
  }

  Result<void> seal() override {
    if (::fchmod(file_.descriptor(), kSealedMode) != 0) return errno_error(errno, "protect", file_.path());
    return file_.sync();
  }

 private:
  File file_;
  uint64_t written_ = 0;
  uint64_t started_ = 0;  // writeback has been asked for up to here
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
