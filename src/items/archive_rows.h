// SPDX-License-Identifier: Apache-2.0
// Where the archive keeps what, as keys and rows of room kv. Inside room items only.
//
//   items.archive   "b", id -> a backup; its items are rows of items.rows, in a space of its own
//                   "r", name of the table -> what is being restored to it
//                   "g", a space -> nothing: of a restore that was given up, to be taken away
#pragma once

#include <string>
#include <string_view>

#include "items/archive.h"
#include "items/rows.h"

namespace caudal::items {

struct BackupRow {
  BackupInfo info;
  TableRow table;  // the table as it was
  Space space = 0;
};
std::string backup_key(std::string_view id);
std::string encode(const BackupRow& row);
Result<BackupRow> decode_backup(std::string_view id, std::string_view bytes);

// Of a table that is restored to a moment.
struct RestoreSource {
  std::string table = {};  // empty: it is restored from a backup
  Space space = 0;
  Space journal = 0;
  uint64_t end = 0;  // what was decided under this number or a greater one is undone
  Timestamp moment = {};
  // So is what was decided after the last decision that was made by the moment. Else `end` alone tells.
  bool is_by_time = false;
};

struct RestoreRow {
  std::string backup_id;
  RestoreSource source = {};
  Timestamp since = {};
  TableRow table;  // as it will be
};
std::string restore_key(std::string_view table);
std::string given_up_key(Space space);
Result<Space> given_up_space(std::string_view key);
std::string encode(const RestoreRow& row);
Result<RestoreRow> decode_restore(std::string_view table, std::string_view bytes);

}  // namespace caudal::items
