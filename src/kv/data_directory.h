// SPDX-License-Identifier: Apache-2.0
// The folder that holds one Caudal's data: its format version, and the lock that keeps a second process out. What lies
// in it besides is the business of the rooms that are given subdirectories.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace caudal::kv {

// Holds the lock for as long as it lives. Movable; not thread-safe.
class DataDirectory {
 public:
  // The format that this Caudal writes, in the file FORMAT.
  static constexpr int kFormat = 1;
  // The files that say so, and that one is being made: a folder that has the second instead of the first is refused.
  static constexpr std::string_view kFormatFile = "FORMAT";
  static constexpr std::string_view kUnfinishedFile = "FORMAT.unfinished";
  // A process' own, which no copy has.
  static constexpr std::string_view kLockFile = "LOCK";

  // Opens `path`, making it (and its parents) when it is not there. Errors: in_use when another process has it open
  // (the message names that process, and where it answers), newer_format, not_a_data_directory when the folder holds
  // something else or an unfinished backup, permission_denied, no_space.
  static Result<DataDirectory> open(const std::filesystem::path& path);

  // Absolute.
  const std::filesystem::path& path() const { return path_; }

  // Tells other processes where this one answers, for as long as it holds the lock.
  Result<void> announce(std::string_view url);
  // Where the process that has `path` open answers; nothing when it does not say. For those who were refused by in_use.
  static std::optional<std::string> announced(const std::filesystem::path& path);

 private:
  DataDirectory(std::filesystem::path path, File lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::filesystem::path path_;
  File lock_;  // flock(2) on it is released by close, so also by a crash
};

}  // namespace caudal::kv
