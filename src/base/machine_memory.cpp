// SPDX-License-Identifier: Apache-2.0
// Limits of memory as the kernel tells them in files.
#include "base/machine_memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/file.h"

namespace caudal {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kNoLimit = UINT64_MAX;

uint64_t physical_bytes() {
  const auto pages = static_cast<uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L));
  const auto page_bytes = static_cast<uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
  return pages * page_bytes;
}

// A number on a line of its own; "max" (version 2), and a file that is not there, are no limit.
uint64_t limit_in(const fs::path& file) {
  const auto content = read_file(file);
  if (!content) return kNoLimit;
  uint64_t bytes = 0;
  const char* const end = content->data() + content->size();
  return std::from_chars(content->data(), end, bytes).ec == std::errc() ? bytes : kNoLimit;
}

// The least of the limits of a group and of those around it, which stand in `files`.
uint64_t limit_of(const fs::path& hierarchy, std::string_view group, std::initializer_list<const char*> files) {
  uint64_t least = kNoLimit;
  const auto look_in = [&](const fs::path& folder) {
    for (const char* file : files) least = std::min(least, limit_in(folder / file));
  };
  look_in(hierarchy);
  fs::path folder = hierarchy;
  for (const fs::path& name : fs::path(group).relative_path()) look_in(folder /= name);
  return least;
}

// The least limit that a line of /proc/self/cgroup leads to: "hierarchy:controllers:group".
uint64_t limit_of_line(const fs::path& groups, std::string_view line) {
  const size_t first = line.find(':');
  const size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
  if (second == std::string_view::npos) return kNoLimit;
  const std::string_view controllers = line.substr(first + 1, second - first - 1);
  const std::string_view group = line.substr(second + 1);
  if (controllers.empty()) return limit_of(groups, group, {"memory.max", "memory.high"});
  if ((',' + std::string(controllers) + ',').contains(",memory,"))
    return limit_of(groups / "memory", group, {"memory.limit_in_bytes"});
  return kNoLimit;
}

}  // namespace

uint64_t machine_memory_bytes(const fs::path& root) {
  uint64_t bytes = physical_bytes();
  const auto lines = read_file(root / "proc/self/cgroup");
  if (!lines) return bytes;
  std::string_view rest = *lines;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    bytes = std::min(bytes, limit_of_line(root / "sys/fs/cgroup", rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return bytes;
}

}  // namespace caudal
