// SPDX-License-Identifier: Apache-2.0
// What can be asked of a loaded flow.
#include "flows/definition/flow.h"

#include <array>

namespace caudal::flows {

Timestamp Deadline::instant(Month month, const TimeZone& zone) const {
  const Month following = month + std::chrono::months(1);
  return zone.to_instant(first_day(following) + std::chrono::days(day - 1), time);
}

const char* name_of(NoticeEvent event) {
  switch (event) {
    case NoticeEvent::kSucceeded: return "succeeded";
    case NoticeEvent::kFailed: return "failed";
    case NoticeEvent::kRefused: return "refused";
    case NoticeEvent::kLate: return "late";
    case NoticeEvent::kRecovered: return "recovered";
  }
  return "unknown";
}

bool ReadDefinition::covers(Date dt_base, Month month) const {
  const Date first = first_day(month);
  if (first >= dt_base) return false;
  if (!months) return true;
  // The window [dt_base − months, dt_base) touches the month unless the month ends before the window begins.
  const Month window_begin = month_of(dt_base) - std::chrono::months(*months);
  return month >= window_begin;
}

const char* StepDefinition::kind() const {
  constexpr std::array<const char*, std::variant_size_v<StepAction>> kKinds = {
      "deliver", "curate", "reconcile", "sql", "book", "dictionary", "drift", "collect"};
  return kKinds[action.index()];
}

const InputDefinition* FlowDefinition::find_input(std::string_view wanted) const {
  for (const InputDefinition& input : inputs) {
    if (input.name == wanted) return &input;
  }
  return nullptr;
}

const StepDefinition* FlowDefinition::find_step(std::string_view wanted) const {
  for (const StepDefinition& step : steps) {
    if (step.name == wanted) return &step;
  }
  return nullptr;
}

const SharedDefinition* FlowDefinition::find_shared(std::string_view wanted) const {
  for (const SharedDefinition& one : shared) {
    if (one.name == wanted) return &one;
  }
  return nullptr;
}

}  // namespace caudal::flows
