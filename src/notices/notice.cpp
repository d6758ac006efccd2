// SPDX-License-Identifier: Apache-2.0
// The names of events, as flows and logs write them.
#include "notices/notice.h"

#include <array>

#include "base/check.h"

namespace caudal::notices {
namespace {

constexpr std::array<std::string_view, 5> kEvents = {"succeeded", "failed", "refused", "late", "recovered"};

}  // namespace

std::string_view to_string(Event event) {
  const auto index = static_cast<size_t>(event);
  CHECK(index < kEvents.size(), "an event that has a name");
  return kEvents[index];
}

std::optional<Event> parse_event(std::string_view text) {
  for (size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i] == text) return static_cast<Event>(i);
  }
  return std::nullopt;
}

}  // namespace caudal::notices
