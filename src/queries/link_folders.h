// SPDX-License-Identifier: Apache-2.0
// The folders in which sessions link a table's objects, kept for later sessions, of later processes too: emptied, but
// with their subfolders, as making and removing hundreds of those costs ten times what the links in them do. Each is
// one session's alone while it is in use, and no link outlives its session.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::queries {

// Thread-safe.
class LinkFolders {
 public:
  // Idle folders are kept in `directory`, which belongs to it. Those that an earlier process has left serve again.
  static Result<std::unique_ptr<LinkFolders>> open(std::filesystem::path directory);

  // Makes `folder`, in an existing one: without any file, perhaps with the subfolders of an earlier use for `table`.
  Result<void> take(const std::string& table, const std::filesystem::path& folder);
  // Keeps a folder that has no file any more. Leaves it where it is when there are enough, when the table's name cannot
  // be a folder's, or when it cannot be moved.
  void give_back(const std::string& table, const std::filesystem::path& folder);

 private:
  struct Idle {
    std::filesystem::path path;
    bool is_inherited = false;  // from an earlier process, which may have died before it was empty
  };
  explicit LinkFolders(std::filesystem::path directory) : directory_(std::move(directory)) {}
  Result<void> inherit();
  // Takes the idle folder that came first off the list; its path.
  std::filesystem::path forget_oldest() CAUDAL_REQUIRES(mutex_);

  const std::filesystem::path directory_;
  Mutex mutex_;
  uint64_t next_ CAUDAL_GUARDED_BY(mutex_) = 1;
  size_t kept_ CAUDAL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::vector<Idle>> idle_ CAUDAL_GUARDED_BY(mutex_);  // by table
};

}  // namespace caudal::queries
