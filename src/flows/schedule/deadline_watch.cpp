// SPDX-License-Identifier: Apache-2.0
// Walking from month to month past the deadlines of each input.
#include "flows/schedule/deadline_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace caudal::schedule {
namespace {

constexpr std::chrono::months kOneMonth(1);

bool has_come(const Arrivals& arrivals, const std::string& input, Month month) {
  const auto found = arrivals.find(month);
  return found != arrivals.end() && found->second.has(input);
}

// Whether the edge is of a file of that month, or of one of many months that had rows of it. A row of another month in
// a month's own file brings that other month no nearer.
bool is_of_month(const runs::LineageRecord& edge, const std::string& input, Month month) {
  const std::string partition =
      fmt::format("ano={:04}/mes={:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
  if (edge.output_table == "raw." + input)
    return edge.output_partition.find("/" + partition + "/") != std::string::npos;
  return edge.output_partition == partition && edge.input.find("/raw/" + input + "/varios/") != std::string::npos;
}

std::string local_text(Timestamp instant, const TimeZone& zone) {
  const TimeZone::LocalTime local = zone.to_local(instant);
  const auto minutes = local.since_midnight.count() / 60;
  return fmt::format("{} {:02}:{:02} {}", caudal::to_string(local.date), minutes / 60, minutes % 60, zone.name());
}

}  // namespace

Result<Timestamp> DeadlineWatch::check(const Arrivals& arrivals, Timestamp since, Timestamp now) {
  Timestamp next = Timestamp::max();
  for (const flows::InputDefinition& input : flow_.inputs) {
    if (!input.deadline) continue;
    TRY(recover(input, arrivals, now));
    next = std::min(next, TRY(check_input(input, arrivals, since, now)));
  }
  return next;
}

Result<Timestamp> DeadlineWatch::check_input(const flows::InputDefinition& input, const Arrivals& arrivals,
                                             Timestamp since, Timestamp now) {
  const auto last = TRY(state_.last_deadline(flow_.name, input.name));
  // The deadline of a month lies in the month after; zones and a day in hand make it two.
  Month month = last ? *last + kOneMonth : month_of(std::chrono::floor<std::chrono::days>(since)) - 2 * kOneMonth;
  for (;; month += kOneMonth) {
    const Timestamp deadline = input.deadline->instant(month, zone_);
    if (deadline > now) return deadline;
    if (deadline <= since) continue;
    const bool late = !has_come(arrivals, input.name, month) && !TRY(was_run(input, month));
    if (late) raise(notices::Event::kLate, input, month, now);
    TRY(state_.pass_deadline(flow_.name, input.name, month, late));
  }
}

Result<void> DeadlineWatch::recover(const flows::InputDefinition& input, const Arrivals& arrivals, Timestamp now) {
  for (const Month month : TRY(state_.late_months(flow_.name, input.name))) {
    if (!has_come(arrivals, input.name, month)) continue;
    raise(notices::Event::kRecovered, input, month, now);
    TRY(state_.recover(flow_.name, input.name, month));
  }
  return {};
}

// A month may have come another way: by a run that was asked for it, or in files that were given by name.
Result<bool> DeadlineWatch::was_run(const flows::InputDefinition& input, Month month) const {
  const auto asked =
      TRY(runs_.list({.flow = flow_.name, .state = runs::RunState::kSucceeded, .month = month, .limit = 1}));
  if (!asked.empty()) return true;
  for (const runs::RunRecord& run : TRY(runs_.list({.flow = flow_.name, .state = runs::RunState::kSucceeded}))) {
    if (run.parameters.files.empty()) continue;
    for (const auto& [step, edge] : TRY(runs_.lineage(run.id))) {
      if (is_of_month(edge, input.name, month)) return true;
    }
  }
  return false;
}

void DeadlineWatch::raise(notices::Event event, const flows::InputDefinition& input, Month month, Timestamp now) const {
  const bool late = event == notices::Event::kLate;
  const std::string file = fmt::format("s3://{}/{}", flow_.bucket, input.pattern.expected_key(month));
  notices::Notice notice{.event = event, .flow = flow_.name, .happened = now};
  notice.title = late ? fmt::format("{}: {} of {} is late", flow_.name, input.name, to_string(month))
                      : fmt::format("{}: {} of {} has come", flow_.name, input.name, to_string(month));
  notice.facts = {{"input", input.name},
                  {"month", to_string(month)},
                  {late ? "expected file" : "file", file},
                  {"deadline", local_text(input.deadline->instant(month, zone_), zone_)}};
  notice.command = late ? fmt::format("caudal objects ls s3://{}/{}", flow_.bucket, input.pattern.prefix())
                        : fmt::format("caudal flows runs {}", flow_.name);
  const auto rule = flow_.notices.channels.find(late ? flows::NoticeEvent::kLate : flows::NoticeEvent::kRecovered);
  if (rule != flow_.notices.channels.end()) {
    notice.channels = rule->second;
  } else if (!flow_.notices.channels.empty()) {
    notice.channels = {"log"};  // the flow names channels for other events only
  }
  notify_(std::move(notice));
}

}  // namespace caudal::schedule
