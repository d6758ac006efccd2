// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "flows/delivery/errors.h"
#include "flows/delivery/file_name.h"
#include "flows/delivery/gunzip.h"

namespace caudal::delivery {

Result<Input::Stamp> Input::stamp_of(const File& file) {
  struct stat status = {};
  if (::fstat(file.descriptor(), &status) != 0) return errno_error(errno, "inspect", file.path());
  return Stamp{static_cast<uint64_t>(status.st_size),
               int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
               static_cast<uint64_t>(status.st_ino)};
}

Result<Input> Input::open(const std::filesystem::path& path, const InputOptions& options) {
  Input input;
  input.path_ = path;
  input.delivered_ = TRY(File::open_read(path));
  input.stamp_ = TRY(stamp_of(input.delivered_));
  input.content_bytes_ = input.stamp_.size_bytes;
  const std::string shown = printable_name(path.filename().string());
  if (input.stamp_.size_bytes == 0) {
    return Error{Errc::empty_file,
                 fmt::format("{}: the file is empty (0 bytes), it has not even a header; ask the sender "
                             "to deliver it again",
                             shown)};
  }
  char magic[2] = {};
  const size_t got = TRY(input.delivered_.read_at(0, magic, sizeof magic));
  input.gzip_ = got == sizeof magic && is_gzip(magic);
  if (options.gzip && *options.gzip != input.gzip_) {
    return Error{Errc::bad_gzip,
                 fmt::format("{}: the contract says compression: {}, but the file {} gz; correct `compression` in the "
                             "contract (auto accepts both) or ask the sender",
                             shown, *options.gzip ? "gzip" : "none", input.gzip_ ? "is" : "is not")};
  }
  if (input.gzip_) {
    if (auto unpacked = input.unpack(options); !unpacked) return std::move(unpacked).error();
    if (auto same = input.check_unchanged(); !same) return std::move(same).error();
  }
  return input;
}

Result<void> Input::unpack(const InputOptions& options) {
  std::string name = (options.scratch / "unpacked-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) return errno_error(errno, "create a file to unpack into, in", options.scratch);
  ::close(descriptor);
  auto file = File::create(name);
  auto reader = File::open_read(name);
  const bool unlinked = ::unlink(name.c_str()) == 0;
  if (!file) return std::move(file).error();
  if (!reader) return std::move(reader).error();
  if (!unlinked) return errno_error(errno, "remove", name);
  content_bytes_ = TRY(gunzip(delivered_, *file, options.max_unpacked_bytes));
  unpacked_ = *std::move(reader);
  return {};
}

Result<void> Input::read_at(uint64_t offset, char* out, size_t size_bytes) const {
  const File& file = gzip_ ? unpacked_ : delivered_;
  size_t done = 0;
  while (done < size_bytes) {
    const size_t got = TRY(file.read_at(offset + done, out + done, size_bytes - done));
    if (got == 0) {
      return Error{Errc::unstable,
                   fmt::format("{}: the file became shorter while it was read; wait until the sender has "
                               "finished writing it, then run again",
                               printable_name(path_.filename().string()))};
    }
    done += got;
  }
  return {};
}

Result<void> Input::check_unchanged() const {
  const Stamp open_file = TRY(stamp_of(delivered_));
  Stamp by_name = stamp_;
  if (auto again = File::open_read(path_)) by_name = TRY(stamp_of(*again));
  if (open_file == stamp_ && by_name == stamp_) return {};
  return Error{
      Errc::unstable,
      fmt::format("{}: the file changed while it was read ({} bytes at first, {} now); wait until the sender has "
                  "finished writing it, then run again",
                  printable_name(path_.filename().string()), stamp_.size_bytes, by_name.size_bytes)};
}

}  // namespace caudal::delivery
