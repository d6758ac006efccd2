// SPDX-License-Identifier: Apache-2.0
// Buffered writing to descriptors and files.
#include "app/output/sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "app/errors.h"
#include "base/file.h"
#include "base/random.h"

namespace caudal::app {
namespace {

constexpr size_t kBufferBytes = 64 << 10;

class DescriptorSink final : public Sink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  Result<void> write(std::string_view bytes) override {
    buffer_ += bytes;
    return buffer_.size() < kBufferBytes ? Result<void>() : flush();
  }
  Result<void> finish() override { return flush(); }

 private:
  Result<void> flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written >= 0) {
        rest.remove_prefix(static_cast<size_t>(written));
      } else if (errno == EAGAIN) {  // a terminal or pipe that somebody made non-blocking
        pollfd waiting{descriptor_, POLLOUT, 0};
        ::poll(&waiting, 1, -1);
      } else if (errno != EINTR) {
        const int error_number = errno;
        buffer_.clear();
        if (error_number == EPIPE) return Error{Errc::output_closed, "the reader of the output went away"};
        return errno_error(error_number, "write", "standard output");
      }
    }
    buffer_.clear();
    return {};
  }

  int descriptor_;
  std::string buffer_;
};

class FileSink final : public Sink {
 public:
  FileSink(File file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
  ~FileSink() override {
    std::error_code ignored;  // nothing more can be done about a leftover
    if (!finished_) std::filesystem::remove(file_.path(), ignored);
  }
  Result<void> write(std::string_view bytes) override {
    buffer_ += bytes;
    return buffer_.size() < kBufferBytes ? Result<void>() : flush();
  }
  Result<void> finish() override {
    TRY(flush());
    TRY(file_.sync());
    TRY(file_.close());
    TRY(rename_file(file_.path(), path_));
    finished_ = true;
    const auto folder = path_.parent_path();
    return sync_directory(folder.empty() ? "." : folder);
  }

 private:
  Result<void> flush() {
    TRY(file_.write(buffer_));
    buffer_.clear();
    return {};
  }

  File file_;
  std::filesystem::path path_;
  std::string buffer_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<Sink> descriptor_sink(int descriptor) { return std::make_unique<DescriptorSink>(descriptor); }

Result<std::unique_ptr<Sink>> file_sink(const std::filesystem::path& path) {
  std::error_code ignored;  // a path that cannot be examined fails in create, with its reason
  if (std::filesystem::is_directory(path, ignored)) {
    return Error{Errc::usage, path.string() + " is a folder; name a file"};
  }
  File file = TRY(File::create(path.string() + ".part-" + secure_random_hex(4)));
  return std::unique_ptr<Sink>(std::make_unique<FileSink>(std::move(file), path));
}

}  // namespace caudal::app
