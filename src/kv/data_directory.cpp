// SPDX-License-Identifier: Apache-2.0
// FORMAT and LOCK.
#include "kv/data_directory.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "kv/errc.h"

namespace caudal::kv {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kFormatWord = "caudal data directory, format ";

// LOCK holds the number of its process and, once that answers somewhere, the URL: a line each.
struct Holder {
  std::string pid;
  std::string url;
};

Holder read_holder(const fs::path& lock_path) {
  const std::string content = read_file(lock_path).value_or("");
  const size_t end = std::min(content.find('\n'), content.size());
  const size_t begin = std::min(end + 1, content.size());
  const size_t end_of_url = content.find('\n', begin);
  // A line without its end is being written.
  return {content.substr(0, end), end_of_url == std::string::npos ? "" : content.substr(begin, end_of_url - begin)};
}

// "1234 (caudal flows watch, since 2024-05-01 10:00:00 UTC)", as much of it as can be learnt.
std::string describe_holder(const fs::path& lock_path, const std::string& pid) {
  if (pid.empty()) return "that is just starting";
  std::string command = read_file("/proc/" + pid + "/cmdline").value_or("");
  while (!command.empty() && command.back() == '\0') command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  struct stat info{};
  std::string since;
  if (::stat(lock_path.c_str(), &info) == 0) {  // written by the holder right after it got the lock
    since = fmt::format("since {:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(info.st_mtime));
  }
  return fmt::format("{} ({}{}{})", pid, command, command.empty() || since.empty() ? "" : ", ", since);
}

Result<File> take_lock(const fs::path& directory) {
  const fs::path lock_path = directory / DataDirectory::kLockFile;
  File lock = TRY(File::open_append(lock_path));
  if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return errno_error(errno, "lock", lock_path);
    const Holder holder = read_holder(lock_path);
    const std::string process = describe_holder(lock_path, holder.pid);
    return Error{Errc::in_use,
                 holder.url.empty()
                     ? fmt::format("data directory {} is in use by process {}; stop it or use another --data",
                                   directory.string(), process)
                     : fmt::format("data directory {} is in use by process {}, which answers at {}; ask it there, stop "
                                   "it, or use another --data",
                                   directory.string(), process, holder.url)};
  }
  if (::ftruncate(lock.descriptor(), 0) != 0) return errno_error(errno, "write", lock_path);
  TRY(lock.write(fmt::format("{}\n", ::getpid())));
  return lock;
}

// A folder that has no FORMAT yet may hold nothing but our own beginnings.
Result<void> check_empty(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / DataDirectory::kUnfinishedFile, error)) {
    return Error{Errc::not_a_data_directory,
                 fmt::format("{} is a backup that is being made, or did not come to its end: it lacks a part of what "
                             "it should hold; if nobody is making it, remove it and make another",
                             directory.string())};
  }
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const fs::path name = entry.path().filename();
    if (name == DataDirectory::kLockFile || name == "FORMAT.tmp" || name == "lost+found") continue;
    return Error{Errc::not_a_data_directory,
                 fmt::format("{} is not a Caudal data directory: it has no file FORMAT, but holds {}; "
                             "name an empty or new folder with --data",
                             directory.string(), name.string())};
  }
  if (error) return errno_error(error.value(), "list", directory);
  return {};
}

Result<void> check_format(const fs::path& directory) {
  const fs::path path = directory / DataDirectory::kFormatFile;
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (error) return errno_error(error.value(), "look at", path);
    TRY(check_empty(directory));
    return write_file_durably(path, fmt::format("{}{}\n", kFormatWord, DataDirectory::kFormat));
  }
  const std::string content = TRY(read_file(path));
  int format = 0;
  if (content.starts_with(kFormatWord)) {
    std::from_chars(content.data() + kFormatWord.size(), content.data() + content.size(), format);
  }
  if (format <= 0) {
    return Error{Errc::corrupt, fmt::format("{} does not say \"{}N\"; restore the data directory from a backup",
                                            path.string(), kFormatWord)};
  }
  if (format > DataDirectory::kFormat) {
    return Error{Errc::newer_format,
                 fmt::format("data directory {} has format {}, written by a newer Caudal; this one knows formats up to "
                             "{}: upgrade Caudal, or use another --data",
                             directory.string(), format, DataDirectory::kFormat)};
  }
  return {};
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  if (error) return errno_error(error.value(), "find", path);
  TRY(caudal::create_directories(absolute));
  File lock = TRY(take_lock(absolute));
  TRY(check_format(absolute));
  return DataDirectory(std::move(absolute), std::move(lock));
}

Result<void> DataDirectory::announce(std::string_view url) { return lock_.write(fmt::format("{}\n", url)); }

std::optional<std::string> DataDirectory::announced(const fs::path& path) {
  std::string url = read_holder(path / kLockFile).url;
  if (url.empty()) return std::nullopt;
  return url;
}

}  // namespace caudal::kv
