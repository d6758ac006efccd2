// SPDX-License-Identifier: Apache-2.0
// Making, filling and giving up the folder of a backup.
#include "backup/target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "backup/errors.h"
#include "base/check.h"
#include "kv/data_directory.h"

namespace caudal::backup {
namespace {

namespace fs = std::filesystem;
constexpr size_t kPieceBytes = size_t{1} << 20;
// What is synced together: few enough to be open at once, and not more than a disk takes in a moment.
constexpr size_t kMostKept = 128;
constexpr uint64_t kMostKeptBytes = uint64_t{64} << 20;
constexpr mode_t kModeBits = 07777;
constexpr std::string_view kOfFileSystem = "lost+found";  // at the top of one that was just made

Error interrupted() { return {caudal::Errc::cancelled, "interrupted; there is no backup"}; }

Result<struct stat> look(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return errno_error(errno, "look at", path);
  return info;
}

// As the original has them, as far as whoever runs this may say so and the file system knows such things: a server that
// runs as another user must be able to use what root has copied, and secrets stay their owner's.
void liken(int descriptor, const struct stat& info) {
  if (::geteuid() == 0 && ::fchown(descriptor, info.st_uid, info.st_gid) != 0) return;
  if (::fchmod(descriptor, info.st_mode & kModeBits) != 0) return;
}

Result<bool> holds_nothing(const fs::path& directory) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename() != kOfFileSystem) return false;
  }
  if (error) return errno_error(error.value(), "list", directory);
  return true;
}

// Where there is no second name to be had, by whichever reason, a copy does as well.
bool is_about_links(int error_number) {
  return error_number == EXDEV || error_number == EPERM || error_number == EMLINK || error_number == EOPNOTSUPP ||
         error_number == ENOSYS;
}

}  // namespace

Result<std::unique_ptr<Target>> Target::begin(const fs::path& directory, std::string_view format,
                                              const fs::path& likeness, const Rules& rules) {
  std::unique_ptr<Target> target(new Target(directory, rules));
  TRY(target->claim(format, likeness));
  return target;
}

Result<void> Target::claim(std::string_view format, const fs::path& likeness) {
  std::error_code error;
  const fs::path parent = directory_.parent_path();
  if (!fs::is_directory(parent, error)) {
    return Error{Errc::invalid_target, fmt::format("there is no folder {} to make the backup in; make it, or mount the "
                                                   "disk that it is on",
                                                   parent.string())};
  }
  TRY(step("create folder", directory_));
  if (::mkdir(directory_.c_str(), S_IRWXU) == 0) {
    made_folder_ = true;
    TRY(make_folder("", likeness));
  } else if (errno != EEXIST) {
    return errno_error(errno, "create folder", directory_);
  } else if (!fs::is_directory(directory_, error)) {
    return Error{Errc::target_taken,
                 fmt::format("{} is no folder; name a new one for the backup", directory_.string())};
  } else if (!TRY(holds_nothing(directory_))) {
    return Error{Errc::target_taken,
                 fmt::format("{} is not empty; a backup needs a new or an empty folder", directory_.string())};
  }
  if (!made_folder_) folders_.emplace_back();
  // Whoever makes this file has the folder, if two come at once.
  TRY(step("create", of(kv::DataDirectory::kUnfinishedFile)));
  File unfinished = TRY(File::create_private(of(kv::DataDirectory::kUnfinishedFile)));
  is_ours_ = true;
  liken(unfinished.descriptor(), TRY(look(likeness / kv::DataDirectory::kFormatFile)));
  TRY(unfinished.write(format));
  TRY(unfinished.sync());
  return sync_directory(directory_);
}

Target::~Target() {
  if (is_finished_) return;
  std::error_code unknown;  // what cannot be removed stays
  if (is_ours_) {
    remove_all();
  } else if (made_folder_) {
    fs::remove(directory_, unknown);  // unless somebody else has claimed it meanwhile
  }
}

// What cannot be removed stays, and so does then the file that says what it is.
void Target::remove_all() {
  const fs::path unfinished = of(kv::DataDirectory::kUnfinishedFile);
  const fs::path format = of(kv::DataDirectory::kFormatFile);
  std::error_code error;
  kept_.clear();
  if (fs::exists(format, error)) fs::rename(format, unfinished, error);
  if (error) return;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (name != kOfFileSystem && name != kv::DataDirectory::kUnfinishedFile) entries.push_back(entry->path());
  }
  for (const fs::path& entry : entries) {
    if (!error) fs::remove_all(entry, error);
  }
  if (error) return;
  fs::remove(unfinished, error);
  if (!error && made_folder_) fs::remove(directory_, error);
}

Result<void> Target::step(std::string_view doing, const fs::path& path) {
  if (rules_.stop.stop_requested()) return interrupted();
  const int error_number = rules_.step ? rules_.step() : 0;
  if (error_number != 0) return errno_error(error_number, doing, path);
  return {};
}

Result<void> Target::make_folder(const fs::path& name, const fs::path& likeness) {
  const fs::path path = name.empty() ? directory_ : of(name);
  if (!name.empty()) {
    TRY(step("create folder", path));
    if (::mkdir(path.c_str(), S_IRWXU) != 0) return errno_error(errno, "create folder", path);
  }
  const struct stat info = TRY(look(likeness));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno_error(errno, "open folder", path);
  liken(descriptor, info);
  ::close(descriptor);
  folders_.push_back(name);
  return {};
}

Result<void> Target::pour(const File& in, File& out, uint64_t size_bytes) {
  std::string buffer(static_cast<size_t>(std::min<uint64_t>(size_bytes, kPieceBytes)), '\0');
  for (uint64_t done = 0; done < size_bytes;) {
    const size_t got = TRY(in.read_at(done, buffer.data(), std::min<uint64_t>(buffer.size(), size_bytes - done)));
    if (got == 0) {
      return Error{Errc::incomplete_source, fmt::format("{} has {} bytes, and should have {}; `caudal doctor` tells "
                                                        "what else is wrong",
                                                        in.path().string(), done, size_bytes)};
    }
    TRY(step("write", out.path()));
    TRY(out.write(std::string_view(buffer).substr(0, got)));
    done += got;
  }
  return {};
}

Result<void> Target::copy(const fs::path& from, const fs::path& name, std::optional<uint64_t> size_bytes) {
  const File in = TRY(File::open_read(from));
  struct stat info{};
  if (::fstat(in.descriptor(), &info) != 0) return errno_error(errno, "look at", from);
  TRY(step("create", of(name)));
  File out = TRY(File::create_private(of(name)));
  liken(out.descriptor(), info);
  const uint64_t size = size_bytes.value_or(static_cast<uint64_t>(info.st_size));
  TRY(pour(in, out, size));
  return keep(std::move(out), size);
}

Result<void> Target::link(const fs::path& from, const fs::path& name) {
  if (rules_.copies_all || !links_) return copy(from, name);
  TRY(step("link to", of(name)));
  if (::link(from.c_str(), of(name).c_str()) != 0) {
    if (!is_about_links(errno)) return errno_error(errno, "link to", of(name));
    links_ = errno == EMLINK;  // that is about one file, the others about all
    return copy(from, name);
  }
  const struct stat info = TRY(look(of(name)));
  const auto size = static_cast<uint64_t>(info.st_size);
  report_.files += 1;
  report_.bytes += size;
  report_.linked_files += 1;
  report_.linked_bytes += size;
  return {};
}

Result<void> Target::write(const fs::path& name, std::string_view contents) {
  TRY(step("create", of(name)));
  File file = TRY(File::create(of(name)));
  TRY(step("write", of(name)));
  TRY(file.write(contents));
  return keep(std::move(file), contents.size());
}

Result<void> Target::take_in(const fs::path& name) {
  const struct stat folder = TRY(look(of(name)));
  std::error_code error;
  for (fs::directory_iterator entry(of(name), error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->is_regular_file(error) || entry->hard_link_count(error) != 1) continue;
    File file = TRY(File::open_read(entry->path()));
    if (::geteuid() == 0 && ::fchown(file.descriptor(), folder.st_uid, folder.st_gid) != 0) {
      return errno_error(errno, "give its owner", entry->path());
    }
    TRY(step("sync", entry->path()));
    TRY(file.sync());
  }
  if (error) return errno_error(error.value(), "list", of(name));
  return {};
}

Result<void> Target::keep(File file, uint64_t size_bytes) {
  report_.files += 1;
  report_.bytes += size_bytes;
  kept_.push_back(std::move(file));
  kept_bytes_ += size_bytes;
  if (kept_.size() < kMostKept && kept_bytes_ < kMostKeptBytes) return {};
  return sync_kept();
}

Result<void> Target::sync_kept() {
  for (File& file : kept_) {
    TRY(step("sync", file.path()));
    TRY(file.sync());
    TRY(file.close());
  }
  kept_.clear();
  kept_bytes_ = 0;
  return {};
}

Result<void> Target::finish() {
  TRY(sync_kept());
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
    const fs::path path = folder->empty() ? directory_ : of(*folder);
    TRY(step("sync folder", path));
    TRY(sync_directory(path));
  }
  const fs::path parent = directory_.parent_path();
  TRY(step("sync folder", parent));
  TRY(sync_directory(parent));
  TRY(step("rename to", of(kv::DataDirectory::kFormatFile)));
  TRY(rename_file(of(kv::DataDirectory::kUnfinishedFile), of(kv::DataDirectory::kFormatFile)));
  TRY(step("sync folder", directory_));
  TRY(sync_directory(directory_));
  is_finished_ = true;
  return {};
}

}  // namespace caudal::backup
