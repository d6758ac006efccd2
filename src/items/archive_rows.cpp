// SPDX-License-Identifier: Apache-2.0
#include "items/archive_rows.h"

#include <charconv>

#include "base/wire.h"

namespace caudal::items {
namespace {

constexpr uint64_t kFormat = 1;
constexpr uint64_t kRestoreToMoment = 2;  // what the first has, then the source
constexpr uint64_t kRestoreByTime = 3;    // the same; the moment tells what is undone

int64_t micros(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp at(int64_t micros) { return Timestamp(std::chrono::microseconds(micros)); }

Error unknown_format(std::string_view what) {
  return {Errc::corrupt, "the row of " + std::string(what) + " has an unknown format; upgrade Caudal"};
}

}  // namespace

std::string backup_key(std::string_view id) { return std::string("b").append(id); }
std::string restore_key(std::string_view table) { return std::string("r").append(table); }
std::string given_up_key(Space space) { return "g" + std::to_string(space); }

Result<Space> given_up_space(std::string_view key) {
  Space space = 0;
  const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), space);
  if (error == std::errc() && end == key.data() + key.size()) return space;
  return Error{Errc::corrupt, "the row of a restore that was given up is damaged; restore the data directory"};
}

std::string encode(const BackupRow& row) {
  const Volume& volume = row.info.table.volume;
  return WireWriter()
      .varint(kFormat)
      .text(row.info.name)
      .varint(static_cast<uint64_t>(row.info.state))
      .signed_varint(micros(row.info.created))
      .text(row.table.info.definition.name)
      .text(encode(row.table))
      .varint(row.space)
      .signed_varint(volume.items)
      .signed_varint(volume.bytes)
      .take();
}

Result<BackupRow> decode_backup(std::string_view id, std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kFormat) return unknown_format("a backup");
  BackupRow row;
  row.info.id = id;
  row.info.name = TRY(in.text());
  row.info.state = TRY(in.varint()) == 0 ? BackupState::kCreating : BackupState::kAvailable;
  row.info.created = at(TRY(in.signed_varint()));
  const std::string_view table = TRY(in.text());
  row.table = TRY(decode_table(table, TRY(in.text())));
  row.space = static_cast<Space>(TRY(in.varint()));
  row.info.table = row.table.info;
  row.info.table.volume.items = TRY(in.signed_varint());
  row.info.table.volume.bytes = TRY(in.signed_varint());
  for (const IndexDefinition& index : row.info.table.definition.indexes) {
    row.info.table.indexes.push_back({.name = index.name});
  }
  TRY(in.finish());
  return row;
}

std::string encode(const RestoreRow& row) {
  const RestoreSource& source = row.source;
  WireWriter out;
  const uint64_t to_moment = source.is_by_time ? kRestoreByTime : kRestoreToMoment;
  out.varint(source.table.empty() ? kFormat : to_moment).text(row.backup_id).signed_varint(micros(row.since));
  out.text(encode(row.table));
  if (source.table.empty()) return out.take();
  out.text(source.table).varint(source.space).varint(source.journal).varint(source.end);
  return out.signed_varint(micros(source.moment)).take();
}

Result<RestoreRow> decode_restore(std::string_view table, std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(in.varint());
  if (format < kFormat || format > kRestoreByTime) return unknown_format("a table that is being restored");
  RestoreRow row;
  row.backup_id = TRY(in.text());
  row.since = at(TRY(in.signed_varint()));
  row.table = TRY(decode_table(table, TRY(in.text())));
  if (format != kFormat) {
    row.source.is_by_time = format == kRestoreByTime;
    row.source.table = TRY(in.text());
    row.source.space = static_cast<Space>(TRY(in.varint()));
    row.source.journal = static_cast<Space>(TRY(in.varint()));
    row.source.end = TRY(in.varint());
    row.source.moment = at(TRY(in.signed_varint()));
  }
  TRY(in.finish());
  return row;
}

}  // namespace caudal::items
