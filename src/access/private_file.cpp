// SPDX-License-Identifier: Apache-2.0
// The mode is looked at on the open descriptor, so that what was checked is what is read.
#include "access/private_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "access/errors.h"
#include "base/file.h"

namespace caudal::access {
namespace {

namespace fs = std::filesystem;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr uint64_t kMaxBytes = 64 * 1024;

Result<void> check_mode(const File& file) {
  struct stat info{};
  if (::fstat(file.descriptor(), &info) != 0) return errno_error(errno, "look at", file.path());
  if ((info.st_mode & kOthers) == 0) return {};
  return Error{Errc::too_open, fmt::format("{} holds a secret but others than its owner may use it (mode {:04o}); "
                                           "run `chmod 600 {}`, and replace the secret if somebody may have read it",
                                           file.path().string(), info.st_mode & 07777, file.path().string())};
}

}  // namespace

Result<std::optional<Secret>> read_private_file(const fs::path& path) {
  auto file = File::open_read(path);
  if (!file) {
    if (file.error().is(ErrorClass::kNotFound)) return std::optional<Secret>();
    return std::move(file).error();
  }
  TRY(check_mode(*file));
  const uint64_t size_bytes = TRY(file->size_bytes());
  if (size_bytes > kMaxBytes) {
    return Error{Errc::corrupt,
                 fmt::format("{} is too large to be what it is named for; restore it from a backup", path.string())};
  }
  std::string content(size_bytes, '\0');
  size_t filled = 0;
  while (filled < content.size()) {
    const size_t got = TRY(file->read(content.data() + filled, content.size() - filled));
    if (got == 0) break;
    filled += got;
  }
  content.resize(filled);
  return std::optional(Secret(std::move(content)));
}

Result<void> write_private_file(const fs::path& path, std::string_view content) {
  const fs::path temporary = path.string() + ".tmp";
  std::error_code
      gone;  // a leftover of a crash may have any mode; one that cannot be removed fails to be created below
  fs::remove(temporary, gone);
  File file = TRY(File::create_private(temporary));
  TRY(file.write(content));
  TRY(file.sync());
  TRY(file.close());
  TRY(rename_file(temporary, path));
  return sync_directory(path.parent_path());
}

Result<void> create_private_directory(const fs::path& path) {
  if (path.has_parent_path()) TRY(caudal::create_directories(path.parent_path()));
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return errno_error(errno, "create folder", path);
  return {};
}

}  // namespace caudal::access
