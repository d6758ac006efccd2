// SPDX-License-Identifier: Apache-2.0
// Facts of a run, from its record.
#include "flows/engine/run_notice.h"

#include <fmt/format.h>

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

void add_counts(const runs::RunStore& runs, const runs::RunId& id, notices::Notice& notice) {
  const auto reconciliation = runs.reconciliation(id);
  if (!reconciliation) return;
  for (const auto& [step, record] : *reconciliation) {
    notice.facts.emplace_back(record.file,
                              fmt::format("{} rows read, {} curated, {} quarantined, {} repeats", record.rows_read,
                                          record.rows_curated, record.rows_quarantined, record.rows_duplicated));
    if (!record.amount_column.empty()) {
      notice.facts.emplace_back(
          record.file + " " + record.amount_column,
          fmt::format("{} read, {} curated", record.amount_read.to_string(), record.amount_curated.to_string()));
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
  notice.command =
      fmt::format("caudal flows {} {} {}", summary.error ? "logs" : "show", flow.name, summary.run.id.text());
  return notice;
}

}  // namespace caudal::flows::engine
