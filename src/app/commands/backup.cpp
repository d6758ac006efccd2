// SPDX-License-Identifier: Apache-2.0
// `caudal backup`.
#include <fmt/format.h>

#include "app/commands/all.h"
#include "app/context.h"
#include "app/errors.h"
#include "kv/errc.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;

// Opening would make one.
Result<void> require_data_directory(const fs::path& data) {
  std::error_code unknown;  // then opening it tells
  if (fs::exists(data / kv::DataDirectory::kFormatFile, unknown) || fs::exists(data / "kv", unknown) || unknown)
    return {};
  return Error{Errc::usage,
               fmt::format("there is no data directory {} to back up; name one with --data", data.string())};
}

// A server can do it itself.
Error with_advice(Error error, const fs::path& data) {
  if (error.code != kv::Errc::in_use) return error;
  error.message += fmt::format(
      "; a server whose setting backups.folder names a folder makes a backup there when it is asked to: POST "
      "{}/v1/backups",
      kv::DataDirectory::announced(data).value_or(""));
  return error;
}

// What a person has to know who relies on it.
void tell_limits(Context& context, const Platform& platform, const backup::Report& report) {
  if (report.linked_files > 0) {
    context.say(
        fmt::format("{} of its files, {} bytes, are second names of the original's on the same disk: what damages the "
                    "disk damages both, so copy the backup to another one, or make it there",
                    report.linked_files, report.linked_bytes));
  }
  for (const fs::path& file : platform.keys_elsewhere()) {
    context.say(fmt::format("not in it, as the settings keep it elsewhere: {}; keep a copy, a restore needs it",
                            file.string()));
  }
  if (!platform.keeps_items()) context.say("not in it, as the settings keep them elsewhere: tables of items");
}

Result<void> run_backup(Context& context, const Arguments& arguments) {
  const fs::path data = TRY(context.data_directory());
  TRY(require_data_directory(data));
  const auto opened = context.platform();
  if (!opened) return with_advice(opened.error(), data);
  Platform& platform = **opened;
  const fs::path target = arguments.text_or("DIR", "");
  const backup::Rules rules{
      .copies_all = arguments.has("--copy"),
      .stop = context.stop(),
      .progress = [&](double share, std::string_view what) { context.teller().progress(share, what); }};
  auto made = platform.back_up(target, rules);
  context.teller().clear();
  const backup::Report report = TRY(std::move(made));
  using Kind = Column::Kind;
  const std::vector<Column> columns = {{"backup"},
                                       {"files", Kind::kNumber},
                                       {"bytes", Kind::kNumber},
                                       {"linked_files", Kind::kNumber},
                                       {"linked_bytes", Kind::kNumber}};
  TRY(context.table(columns, [&](TableWriter& rows) {
    return rows.row({target.string(), std::to_string(report.files), std::to_string(report.bytes),
                     std::to_string(report.linked_files), std::to_string(report.linked_bytes)});
  }));
  tell_limits(context, platform, report);
  return {};
}

}  // namespace

Command backup_command() {
  return {
      .name = "backup",
      .summary = "copy the whole data directory to where it can be used",
      .details =
          "What it makes in DIR is a data directory, as the original was at that moment: to restore it, name it with\n"
          "--data, or copy it back. When the command ends well all of it is on the disk; one that is interrupted or\n"
          "fails leaves no backup, and nothing in the original. On the same file system, files that are never written\n"
          "again get a second name instead of a copy: quick and small, but no help against a damaged disk.\n"
          "Beside a server ask that instead: POST /v1/backups, and its setting backups.folder.\n"
          "Settings, and keys that they keep elsewhere, are not in it. `caudal doctor --deep --data DIR` checks one.",
      .examples = {"caudal backup /mnt/backup/2024-05-01", "caudal --data /mnt/backup/2024-05-01 doctor --deep"},
      .options = table_options({{.name = "--copy", .help = "copy every byte, also on the same file system"}}),
      .positionals = {{.name = "DIR",
                       .help = "a new folder in an existing one, or an empty one",
                       .completes = Completes::kFolder}},
      .run = run_backup};
}

}  // namespace caudal::app
