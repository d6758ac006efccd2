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
    const bool late = !has_come(arrivals, input.name, month) && !TRY(was_run(month));
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

// A month may have come another way: a backfill of files that hold many months.
Result<bool> DeadlineWatch::was_run(Month month) const {
  const auto found =
      TRY(runs_.list({.flow = flow_.name, .state = runs::RunState::kSucceeded, .month = month, .limit = 1}));
  return !found.empty();
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
