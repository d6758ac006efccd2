// SPDX-License-Identifier: Apache-2.0
// Facts of a run, from its record.
#include "flows/engine/run_notice.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace caudal::flows::engine {
namespace {

NoticeEvent event_of(runs::RunState state) {
  if (state == runs::RunState::kSucceeded) return NoticeEvent::kSucceeded;
  if (state == runs::RunState::kRefused) return NoticeEvent::kRefused;
  return NoticeEvent::kFailed;
}

notices::Event to_notice(NoticeEvent event) {
  switch (event) {
    case NoticeEvent::kSucceeded: return notices::Event::kSucceeded;
    case NoticeEvent::kFailed: return notices::Event::kFailed;
    case NoticeEvent::kRefused: return notices::Event::kRefused;
    case NoticeEvent::kLate: return notices::Event::kLate;
    case NoticeEvent::kRecovered: return notices::Event::kRecovered;
  }
  return notices::Event::kFailed;
}

// What became of one table's files, all together.
struct TableCounts {
  std::set<std::string> files;
  uint64_t read = 0;
  uint64_t curated = 0;
  uint64_t quarantined = 0;
  uint64_t repeats = 0;
  // Absent once a sum does not fit 38 digits: then it is not told at all.
  struct Sums {
    std::optional<Decimal> read = Decimal();
    std::optional<Decimal> curated = Decimal();
  };
  std::map<std::string, Sums> amounts = {};  // by column

  void add(const runs::ReconciliationRecord& record) {
    // A file with several amounts has a record for each; its rows count once.
    if (files.insert(record.file).second) {
      read += record.rows_read;
      curated += record.rows_curated;
      quarantined += record.rows_quarantined;
      repeats += record.rows_duplicated;
    }
    if (record.amount_column.empty()) return;
    Sums& sums = amounts[record.amount_column];
    if (sums.read) sums.read = sums.read->plus(record.amount_read);
    if (sums.curated) sums.curated = sums.curated->plus(record.amount_curated);
  }
};

void add_counts(const runs::RunStore& runs, const runs::RunId& id, notices::Notice& notice) {
  const auto reconciliation = runs.reconciliation(id);
  if (!reconciliation) return;
  std::map<std::string, TableCounts> tables;
  for (const auto& [step, record] : *reconciliation) tables[record.table].add(record);
  for (const auto& [table, counts] : tables) {
    notice.facts.emplace_back(table, fmt::format("{} file{}: {} rows read, {} curated, {} quarantined, {} repeats",
                                                 counts.files.size(), counts.files.size() == 1 ? "" : "s", counts.read,
                                                 counts.curated, counts.quarantined, counts.repeats));
    for (const auto& [column, sums] : counts.amounts) {
      if (!sums.read || !sums.curated) continue;
      notice.facts.emplace_back(table + " " + column,
                                fmt::format("{} read, {} curated", sums.read->to_string(), sums.curated->to_string()));
    }
  }
}

}  // namespace

std::optional<notices::Notice> notice_of(const FlowDefinition& flow, const runs::RunStore& runs,
                                         const Summary& summary) {
  const NoticeEvent event = event_of(summary.run.state);
  const auto channels = flow.notices.channels.find(event);
  if (channels == flow.notices.channels.end() || channels->second.empty()) return std::nullopt;
  notices::Notice notice{.event = to_notice(event), .flow = flow.name, .run = summary.run.id.text()};
  notice.channels = channels->second;
  notice.facts.emplace_back("kind", std::string(to_string(summary.run.kind)));
  if (summary.run.parameters.from) notice.facts.emplace_back("month", to_string(*summary.run.parameters.from));
  if (summary.run.ended) {
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(*summary.run.ended - summary.run.started);
    notice.facts.emplace_back("took", fmt::format("{:.1f} s", static_cast<double>(taken.count()) / 1000));
  }
  if (summary.run.warnings > 0) notice.facts.emplace_back("warnings", std::to_string(summary.run.warnings));
  add_counts(runs, summary.run.id, notice);
  if (summary.error) notice.error = summary.error->to_string();
  notice.command = fmt::format("caudal flows logs {} {}", flow.name, summary.run.id.text());
  return notice;
}

}  // namespace caudal::flows::engine
