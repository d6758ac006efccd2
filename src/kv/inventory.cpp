// SPDX-License-Identifier: Apache-2.0
// The file CLOSED: of each of the store's files a line with its name and its size.
#include "kv/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "kv/errc.h"

namespace caudal::kv {
namespace {

namespace fs = std::filesystem;
using Sizes = std::map<std::string, uint64_t, std::less<>>;

constexpr std::string_view kName = "CLOSED";
constexpr std::string_view kEnd = "end\n";  // without it the file is not whole

bool holds_rows_or_says_where(const fs::path& file) {
  const std::string name = file.filename().string();
  const std::string ending = file.extension().string();
  return name == "CURRENT" || name.starts_with("MANIFEST-") || ending == ".log" || ending == ".sst" ||
         ending == ".blob";
}

// Nothing: it cannot be looked through.
std::optional<Sizes> sizes_in(const fs::path& directory) {
  Sizes sizes;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (!holds_rows_or_says_where(entry->path())) continue;
    const uint64_t size = entry->file_size(error);
    if (error) break;
    sizes.emplace(entry->path().filename().string(), size);
  }
  return error ? std::nullopt : std::optional(std::move(sizes));
}

std::optional<Sizes> parse(std::string_view text) {
  if (!text.ends_with(kEnd)) return std::nullopt;
  text.remove_suffix(kEnd.size());
  Sizes sizes;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const size_t blank = line.find(' ');
    uint64_t size = 0;
    const auto [end, error] =
        std::from_chars(line.data() + std::min(blank, line.size()) + 1, line.data() + line.size(), size);
    if (blank == std::string_view::npos || error != std::errc() || end != line.data() + line.size())
      return std::nullopt;
    sizes.emplace(line.substr(0, blank), size);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return sizes;
}

// Every opening begins another manifest.
bool was_opened_since(const Sizes& sizes, const fs::path& directory) {
  const auto current = read_file(directory / "CURRENT");
  if (!current) return false;
  const std::string_view name = std::string_view(*current).substr(0, current->find('\n'));
  return name.starts_with("MANIFEST-") && name.size() < current->size() && !sizes.contains(name);
}

Error damaged(const fs::path& directory, std::string_view what) {
  return {Errc::corrupt,
          fmt::format("the store {} is not as it was closed: {}; restore it from a backup", directory.string(), what)};
}

}  // namespace

void write_inventory(const fs::path& directory) {
  const auto sizes = sizes_in(directory);
  if (!sizes) return;
  std::string text;
  for (const auto& [name, size] : *sizes) text += fmt::format("{} {}\n", name, size);
  text += kEnd;
  // Not synced: should the machine fail it is there, or is not, or is not whole.
  auto file = File::create(directory / kName);
  if (file && file->write(text)) (void)file->close();
}

Result<void> check_inventory(const fs::path& directory) {
  const auto text = read_file(directory / kName);
  const auto wanted = text ? parse(*text) : std::nullopt;
  if (wanted && !was_opened_since(*wanted, directory)) {
    const auto there = sizes_in(directory);
    for (const auto& [name, size] : *wanted) {
      if (!there) break;
      const auto found = there->find(name);
      if (found == there->end()) return damaged(directory, fmt::format("its file {} is gone", name));
      if (found->second != size) {
        return damaged(directory, fmt::format("its file {} has {} bytes, and had {}", name, found->second, size));
      }
    }
  }
  std::error_code absent;
  fs::remove(directory / kName, absent);
  return {};
}

}  // namespace caudal::kv
