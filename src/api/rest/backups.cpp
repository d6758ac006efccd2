// SPDX-License-Identifier: Apache-2.0
// Backups of the server's data directory: begun, and looked at.
#include "api/rest/backup_desk.h"
#include "api/rest/handlers.h"
#include "api/rest/json_text.h"

namespace caudal::api::rest {
namespace {

std::string_view name_of(Backup::State state) {
  switch (state) {
    case Backup::State::kMaking: return "MAKING";
    case Backup::State::kDone: return "DONE";
    case Backup::State::kFailed: return "FAILED";
  }
  return "FAILED";
}

Reply reply_with(const Backup& backup, int status) {
  JsonText json;
  json.begin_object()
      .member("name", std::string_view(backup.name))
      .member("state", name_of(backup.state))
      .member("percent", backup.percent)
      .member_if_any("why", backup.why)
      .end_object();
  return {.status = status, .body = json.take()};
}

Problem not_offered() {
  return {.kind = Kind::kNotFound, .detail = "This server makes no backups: its setting backups.folder is not set."};
}

}  // namespace

Outcome<Reply> create_backup(Call& call) {
  const std::string name = call.member("name").value_or("");
  TRY(call.require("backup/" + name));
  if (call.backups == nullptr) return not_offered();
  switch (call.backups->begin(name)) {
    case BackupDesk::Begun::kBegun: break;
    case BackupDesk::Begun::kTaken:
      return Problem{.kind = Kind::kBackupTaken, .detail = "There is a backup of this name, or what is left of one."};
    case BackupDesk::Begun::kBusy:
      return Problem{.kind = Kind::kBackupUnderWay, .detail = "Another backup is being made."};
    case BackupDesk::Begun::kNotOffered: return not_offered();
  }
  Reply reply = reply_with(call.backups->find(name).value_or(Backup{.name = name}), 202);
  reply.headers.add("Location", "/v1/backups/" + name);
  return reply;
}

Outcome<Reply> get_backup(Call& call) {
  const std::string name = call.parameter("backup").value_or("");
  TRY(call.require("backup/" + name));
  const auto found = call.backups == nullptr ? std::nullopt : call.backups->find(name);
  if (!found) return Problem{.kind = Kind::kNotFound, .detail = "There is no backup of this name."};
  return reply_with(*found, 200);
}

}  // namespace caudal::api::rest
