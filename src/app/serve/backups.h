// SPDX-License-Identifier: Apache-2.0
// The backups that a server makes of its own data directory, one at a time and beside all else, in one folder.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "api/rest/backup_desk.h"
#include "backup/report.h"
#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::app {

class Backups final : public api::rest::BackupDesk {
 public:
  // Makes one in the folder that it is given; from a thread of this one's.
  using Make = std::function<Result<backup::Report>(const std::filesystem::path& target, const backup::Rules& rules)>;

  // `folder`: must be there when one is made; empty: none is. `log` takes a line and is thread-safe. What is being made
  // when this ends is given up.
  Backups(std::filesystem::path folder, Make make, std::function<void(std::string_view)> log);

  Begun begin(const std::string& name) override CAUDAL_EXCLUDES(mutex_);
  std::optional<api::rest::Backup> find(const std::string& name) override CAUDAL_EXCLUDES(mutex_);

 private:
  void run(const std::string& name, const std::stop_token& stop) CAUDAL_EXCLUDES(mutex_);

  const std::filesystem::path folder_;
  const Make make_;
  const std::function<void(std::string_view)> log_;
  Mutex mutex_;
  std::optional<api::rest::Backup> newest_ CAUDAL_GUARDED_BY(mutex_);  // of this process
  std::jthread thread_ CAUDAL_GUARDED_BY(mutex_);                      // last: it uses the rest
};

}  // namespace caudal::app
