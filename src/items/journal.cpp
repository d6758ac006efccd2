// SPDX-License-Identifier: Apache-2.0
#include "items/journal.h"

#include <algorithm>

#include "base/wire.h"
#include "items/errors.h"

namespace caudal::items {
namespace {

constexpr uint64_t kFormat = 1;

}  // namespace

std::string encode(const JournalRow& row) {
  WireWriter out;
  out.varint(kFormat).varint(row.decided).text(row.place).boolean(row.before.has_value());
  if (row.before) out.text(*row.before);
  return out.take();
}

Result<JournalRow> decode_journal(std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kFormat) {
    return Error{Errc::corrupt, "what a table was is kept in an unknown format; upgrade Caudal"};
  }
  JournalRow row{.decided = TRY(in.varint()), .place = {}};
  row.place = TRY(in.text());
  if (TRY(in.boolean())) row.before = TRY(in.text());
  TRY(in.finish());
  return row;
}

Sequence end_of(Timestamp moment) { return first_sequence_at(moment + std::chrono::milliseconds(1)); }

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
