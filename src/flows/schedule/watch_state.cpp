// SPDX-License-Identifier: Apache-2.0
// Rows of family `schedule`: "since" flow, "slot" flow, "deadline" flow input, "late" flow input month, "inbox" name,
// "given up" flow work-key.
#include "flows/schedule/watch_state.h"

#include <utility>

#include "base/wire.h"
#include "kv/key.h"

namespace caudal::schedule {
namespace {

kv::KeyWriter key(std::string_view kind, std::string_view name) {
  kv::KeyWriter writer;
  writer.text(kind).text(name);
  return writer;
}

std::string late_key(std::string_view flow, std::string_view input, Month month) {
  return key("late", flow).text(input).raw(to_compact_string(month)).take();
}

std::string instant_text(Timestamp instant) {
  return WireWriter().signed_varint(instant.time_since_epoch().count()).take();
}

}  // namespace

Result<WatchState> WatchState::open(kv::Store& kv) { return WatchState(kv, TRY(kv.family("schedule"))); }

Result<std::optional<Timestamp>> WatchState::instant(const std::string& row_key) const {
  const auto value = TRY(kv_->get(family_, row_key));
  if (!value) return std::optional<Timestamp>();
  WireReader in(*value);
  const Timestamp at(std::chrono::microseconds(TRY(in.signed_varint())));
  TRY(in.finish());
  return std::optional<Timestamp>(at);
}

Result<Timestamp> WatchState::watched_since(std::string_view flow, Timestamp now) {
  const std::string row_key = key("since", flow).take();
  const auto known = TRY(instant(row_key));
  if (known) return *known;
  kv::Batch batch;
  batch.put(family_, row_key, instant_text(now));
  TRY(kv_->commit(std::move(batch)));
  return now;
}

Result<std::optional<Timestamp>> WatchState::last_slot(std::string_view flow) const {
  return instant(key("slot", flow).take());
}

Result<void> WatchState::set_last_slot(std::string_view flow, Timestamp slot) {
  kv::Batch batch;
  batch.put(family_, key("slot", flow).take(), instant_text(slot));
  return kv_->commit(std::move(batch));
}

Result<std::optional<Month>> WatchState::last_deadline(std::string_view flow, std::string_view input) const {
  const auto value = TRY(kv_->get(family_, key("deadline", flow).text(input).take()));
  if (!value) return std::optional<Month>();
  return std::optional<Month>(TRY(parse_month(*value)));
}

Result<std::vector<Month>> WatchState::late_months(std::string_view flow, std::string_view input) const {
  std::vector<Month> months;
  const std::string prefix = key("late", flow).text(input).take();
  kv::Scan scan = kv_->scan(family_, kv::Range::prefix(prefix));
  for (; scan.valid(); scan.next()) months.push_back(TRY(parse_month(scan.key().substr(prefix.size()))));
  TRY(scan.status());
  return months;
}

Result<void> WatchState::pass_deadline(std::string_view flow, std::string_view input, Month month, bool late) {
  kv::Batch batch;
  batch.put(family_, key("deadline", flow).text(input).take(), to_compact_string(month));
  if (late) batch.put(family_, late_key(flow, input, month), "");
  return kv_->commit(std::move(batch));
}

Result<void> WatchState::recover(std::string_view flow, std::string_view input, Month month) {
  kv::Batch batch;
  batch.remove(family_, late_key(flow, input, month));
  return kv_->commit(std::move(batch));
}

Result<bool> WatchState::was_given_up(std::string_view flow, std::string_view work_key) const {
  return TRY(kv_->get(family_, key("given up", flow).text(work_key).take())).has_value();
}

Result<void> WatchState::give_up(std::string_view flow, std::string_view work_key) {
  kv::Batch batch;
  batch.put(family_, key("given up", flow).text(work_key).take(), "");
  return kv_->commit(std::move(batch));
}

Result<std::optional<std::string>> WatchState::imported(std::string_view name) const {
  return kv_->get(family_, key("inbox", name).take());
}

Result<void> WatchState::set_imported(std::string_view name, std::string_view identity) {
  kv::Batch batch;
  batch.put(family_, key("inbox", name).take(), identity);
  return kv_->commit(std::move(batch));
}

}  // namespace caudal::schedule
