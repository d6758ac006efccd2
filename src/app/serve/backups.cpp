// SPDX-License-Identifier: Apache-2.0
#include "app/serve/backups.h"

#include <fmt/format.h>

#include "kv/data_directory.h"

namespace caudal::app {

namespace fs = std::filesystem;
using api::rest::Backup;

Backups::Backups(fs::path folder, Make make, std::function<void(std::string_view)> log)
    : folder_(std::move(folder)), make_(std::move(make)), log_(std::move(log)) {}

Backups::Begun Backups::begin(const std::string& name) {
  if (folder_.empty()) return Begun::kNotOffered;
  MutexLock lock(mutex_);
  if (newest_ && newest_->state == Backup::State::kMaking) {
    return newest_->name == name ? Begun::kTaken : Begun::kBusy;
  }
  std::error_code unknown;  // then making it tells
  if (fs::exists(folder_ / name, unknown)) return Begun::kTaken;
  // The one before has ended. The new one waits for the lock; where no thread can be had, nothing was begun.
  thread_ = std::jthread([this, name](const std::stop_token& stop) { run(name, stop); });
  newest_ = Backup{.name = name};
  return Begun::kBegun;
}

std::optional<Backup> Backups::find(const std::string& name) {
  if (folder_.empty()) return std::nullopt;
  MutexLock lock(mutex_);
  if (newest_ && newest_->name == name && newest_->state != Backup::State::kDone) return newest_;
  std::error_code unknown;
  if (fs::exists(folder_ / name / kv::DataDirectory::kFormatFile, unknown)) {
    return Backup{.name = name, .state = Backup::State::kDone, .percent = 100};
  }
  if (!fs::exists(folder_ / name / kv::DataDirectory::kUnfinishedFile, unknown)) return std::nullopt;
  return Backup{
      .name = name, .state = Backup::State::kFailed, .why = "the server ended meanwhile; remove what is left"};
}

void Backups::run(const std::string& name, const std::stop_token& stop) {
  const auto tell = [&](double share, std::string_view) {
    MutexLock lock(mutex_);
    newest_->percent = static_cast<int64_t>(share * 100);
  };
  const auto made = make_(folder_ / name, {.stop = stop, .progress = tell});
  log_(made ? fmt::format("backup {}: made in {}, {} files, {} bytes", name, folder_.string(), made->files, made->bytes)
            : fmt::format("backup {}: {}", name, made.error().to_string()));
  MutexLock lock(mutex_);
  newest_->state = made ? Backup::State::kDone : Backup::State::kFailed;
  newest_->percent = made ? 100 : 0;
  // Paths are for the operator, whom the log has told.
  if (!made)
    newest_->why = made.error().is(ErrorClass::kNoSpace) ? "there is no room for it" : "the server's log says why";
}

}  // namespace caudal::app
