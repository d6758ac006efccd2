// SPDX-License-Identifier: Apache-2.0
// What large bodies are measured against: `cp` and fsync of a file of a gigabyte, and how to compare with it. For
// benchmarks.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/check.h"
#include "base/file.h"

namespace caudal::objects {

inline constexpr uint64_t kLargeBytes = uint64_t{1} << 30;
// Between two measurements that write: disks that lend speed for a while have it back then.
inline constexpr std::chrono::seconds kRest{3};

inline Result<void> make_large_file(const std::filesystem::path& path) {
  File file = TRY(File::create(path));
  std::string block(1 << 20, '\0');
  for (uint64_t written = 0; written < kLargeBytes; written += block.size()) {
    for (size_t i = 0; i < block.size(); i += 8) block[i] = static_cast<char>((written >> 20) + i * 31);
    TRY(file.write(block));
  }
  return file.sync();
}

inline void copy_and_sync(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::string command = fmt::format("cp '{}' '{}'", from.string(), to.string());
  CHECK(std::system(command.c_str()) == 0, "cp failed");
  const int fd = ::open(to.c_str(), O_RDONLY);
  CHECK(fd >= 0 && ::fsync(fd) == 0, "fsync failed");
  ::close(fd);
}

// Into the page cache: machines take pages back while nothing uses them, and what is timed must not begin with waiting
// for the disk on one side alone.
inline Result<void> warm(const std::filesystem::path& path) {
  File file = TRY(File::open_read(path));
  std::string block(1 << 20, '\0');
  for (uint64_t at = 0;;) {
    const size_t got = TRY(file.read_at(at, block.data(), block.size()));
    if (got == 0) return {};
    at += got;
  }
}

inline double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace caudal::objects
