// SPDX-License-Identifier: Apache-2.0
// Keeps idle folders of links, each named by its table and a number: curated.tb_faturas@3.
#include "queries/link_folders.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/file.h"

namespace caudal::queries {
namespace {

// More sessions on one table at once than this are rare, and an idle folder is disk space.
constexpr size_t kMostOfATable = 4;
constexpr size_t kMost = 128;
constexpr size_t kLongestName = 200;

bool can_name_a_folder(const std::string& table) {
  return !table.empty() && table.size() <= kLongestName && !table.starts_with('.') &&
         std::ranges::all_of(table, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
         });
}

// The number after the last '@', or 0.
uint64_t number_of(const std::string& name) {
  uint64_t number = 0;
  const size_t at = name.rfind('@');
  if (at != std::string::npos) std::from_chars(name.data() + at + 1, name.data() + name.size(), number);
  return number;
}

// Whether nothing but folders is left.
bool remove_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->symlink_status(error).type() == std::filesystem::file_type::directory) continue;
    if (!error) std::filesystem::remove(entry->path(), error);
    if (error) break;
  }
  return !error;
}

}  // namespace

Result<std::unique_ptr<LinkFolders>> LinkFolders::open(std::filesystem::path directory) {
  TRY(caudal::create_directories(directory));
  std::unique_ptr<LinkFolders> folders(new LinkFolders(std::move(directory)));
  TRY(folders->inherit());
  return folders;
}

Result<void> LinkFolders::inherit() {
  const MutexLock lock(mutex_);
  std::error_code error;
  std::filesystem::directory_iterator entry(directory_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const uint64_t number = number_of(name);
    if (number == 0 || kept_ >= kMost) {
      std::filesystem::remove_all(entry->path(), error);
      if (error) break;
      continue;
    }
    idle_[name.substr(0, name.rfind('@'))].push_back({.path = entry->path(), .is_inherited = true});
    next_ = std::max(next_, number + 1);
    ++kept_;
  }
  if (error) return errno_error(error.value(), "clean up", directory_);
  for (auto& [table, kept] : idle_)
    std::ranges::sort(kept, {}, [](const Idle& idle) { return number_of(idle.path.filename().string()); });
  return {};
}

Result<void> LinkFolders::take(const std::string& table, const std::filesystem::path& folder) {
  Idle idle;
  {
    const MutexLock lock(mutex_);
    const auto found = idle_.find(table);
    if (found != idle_.end() && !found->second.empty()) {
      idle = std::move(found->second.back());
      found->second.pop_back();
      --kept_;
    }
  }
  if (!idle.path.empty() && (!idle.is_inherited || remove_files(idle.path)) &&
      caudal::rename_file(idle.path, folder).has_value())
    return {};
  return caudal::create_directories(folder);
}

void LinkFolders::give_back(const std::string& table, const std::filesystem::path& folder) {
  if (!can_name_a_folder(table)) return;
  std::filesystem::path too_many;
  {
    const MutexLock lock(mutex_);
    std::vector<Idle>& kept = idle_[table];
    if (kept.size() >= kMostOfATable) return;
    std::filesystem::path idle = directory_ / fmt::format("{}@{}", table, next_++);
    if (!caudal::rename_file(folder, idle)) return;
    kept.push_back({.path = std::move(idle)});
    if (++kept_ > kMost) too_many = forget_oldest();
  }
  std::error_code ignored;  // what stays is found by the next process
  if (!too_many.empty()) std::filesystem::remove_all(too_many, ignored);
}

std::filesystem::path LinkFolders::forget_oldest() {
  std::vector<Idle>* holder = nullptr;
  uint64_t oldest = UINT64_MAX;
  for (auto& [table, kept] : idle_) {
    // Each table's stand in the order in which they came.
    const uint64_t number = kept.empty() ? UINT64_MAX : number_of(kept.front().path.filename().string());
    if (number >= oldest) continue;
    oldest = number;
    holder = &kept;
  }
  CHECK(holder != nullptr, "there are too many idle folders, and none");
  std::filesystem::path path = std::move(holder->front().path);
  holder->erase(holder->begin());
  --kept_;
  return path;
}

}  // namespace caudal::queries
