// SPDX-License-Identifier: Apache-2.0
#include "items/journal.h"

#include <algorithm>

#include "base/wire.h"
#include "items/errors.h"

namespace caudal::items {
namespace {

constexpr uint64_t kWithoutTime = 1;
constexpr uint64_t kFormat = 2;

}  // namespace

std::string encode(const JournalRow& row) {
  WireWriter out;
  out.varint(kFormat).varint(row.decided).signed_varint(row.at.time_since_epoch().count());
  out.text(row.place).boolean(row.before.has_value());
  if (row.before) out.text(*row.before);
  return out.take();
}

Result<JournalRow> decode_journal(std::string_view bytes) {
  WireReader in(bytes);
  const uint64_t format = TRY(in.varint());
  if (format != kFormat && format != kWithoutTime) {
    return Error{Errc::corrupt, "what a table was is kept in an unknown format; upgrade Caudal"};
  }
  JournalRow row{.decided = TRY(in.varint()), .place = {}};
  row.at = format == kFormat ? Timestamp(std::chrono::microseconds(TRY(in.signed_varint()))) : time_of(row.decided);
  row.place = TRY(in.text());
  if (TRY(in.boolean())) row.before = TRY(in.text());
  TRY(in.finish());
  return row;
}

Timestamp after(Timestamp moment) {
  return std::chrono::floor<std::chrono::milliseconds>(moment) + std::chrono::milliseconds(1);
}

Sequence end_of(Timestamp moment) { return first_sequence_at(after(moment)); }

Result<Sequence> last_journaled(const kv::Store& kv, const Families& families, const std::vector<TablePtr>& tables) {
  Sequence last = 0;
  for (const TablePtr& table : tables) {
    if (table->row.recovery.space == 0) continue;
    kv::Scan scan = kv.scan(families.journal, rows_of(table->row.recovery.space));
    scan.to_last();
    if (scan.valid()) last = std::max(last, sequence_of(scan.key()));
    TRY(scan.status());
  }
  return last;
}

Timestamp earliest_moment(const Recovery& recovery, Timestamp now) {
  return std::chrono::ceil<std::chrono::seconds>(
      std::max<Timestamp>(recovery.since, now - std::chrono::days(recovery.days)));
}

}  // namespace caudal::items
