// SPDX-License-Identifier: Apache-2.0
// The folder that becomes a data directory. Until finish() it has the file FORMAT.unfinished in the place of FORMAT, so
// it is none, whatever happens. Files come into it by a second name or as copies; which is right is for the caller to
// say. Inside room backup only.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "backup/report.h"
#include "base/file.h"
#include "base/result.h"

namespace caudal::backup {

// Not thread-safe. Every call can block on the disk. Errors beside those that are named: of files, no space, and
// cancelled once a stop was requested.
class Target {
 public:
  // `directory` must not exist, in a folder that does, or must be empty. `format` is what FORMAT will hold; `likeness`,
  // the folder whose mode and owner a new folder gets. Errors: invalid_target, target_taken.
  static Result<std::unique_ptr<Target>> begin(const std::filesystem::path& directory, std::string_view format,
                                               const std::filesystem::path& likeness, const Rules& rules);
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  // Unless it was finished, all of it goes.
  ~Target();

  std::filesystem::path of(const std::filesystem::path& name) const { return directory_ / name; }
  // The folder `name`, below one that is there, with mode and owner of `likeness`.
  Result<void> make_folder(const std::filesystem::path& name, const std::filesystem::path& likeness);
  // The first `size_bytes` of `from`, or as much as there is at the moment.
  Result<void> copy(const std::filesystem::path& from, const std::filesystem::path& name,
                    std::optional<uint64_t> size_bytes = {});
  // A second name for `from`, which is never written again; where the file system has none to give, a copy.
  Result<void> link(const std::filesystem::path& from, const std::filesystem::path& name);
  Result<void> write(const std::filesystem::path& name, std::string_view contents);
  // Whatever others wrote into the folder `name` is given to the folder's owner, and made durable.
  Result<void> take_in(const std::filesystem::path& name);
  // Makes all of it durable, and only then a data directory, durably.
  Result<void> finish();

  const Report& report() const { return report_; }

 private:
  Target(std::filesystem::path directory, const Rules& rules) : directory_(std::move(directory)), rules_(rules) {}
  Result<void> claim(std::string_view format, const std::filesystem::path& likeness);
  // Before each change of the disk.
  Result<void> step(std::string_view doing, const std::filesystem::path& path);
  Result<void> pour(const File& in, File& out, uint64_t size_bytes);
  // Not yet durable: syncing many together costs a fraction.
  Result<void> keep(File file, uint64_t size_bytes);
  Result<void> sync_kept();
  void remove_all();

  const std::filesystem::path directory_;
  const Rules& rules_;
  Report report_;
  std::vector<std::filesystem::path> folders_;  // made, the outer before the inner
  std::vector<File> kept_;
  uint64_t kept_bytes_ = 0;
  bool links_ = true;         // until the file system refuses
  bool made_folder_ = false;  // it was not there before
  bool is_ours_ = false;      // claimed: what is in it is to be removed
  bool is_finished_ = false;
};

}  // namespace caudal::backup
