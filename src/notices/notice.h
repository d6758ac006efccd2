// SPDX-License-Identifier: Apache-2.0
// A notice: something that happened to a run, which people want to hear of. Only the facts; how they read in an e-mail
// or a chat is render.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace caudal::notices {

enum class Event {
  kSucceeded,  // a run came to its end
  kFailed,     // a run stopped by a trouble of its own
  kRefused,    // quality rules or reconciliation stopped a run: nothing was published
  kLate,       // an input is not there at its deadline
  kRecovered   // what was late has come, or what had failed succeeded
};
std::string_view to_string(Event event);  // "succeeded", …
std::optional<Event> parse_event(std::string_view text);

// Text may be any UTF-8: each channel escapes or folds what it cannot carry, line breaks included.
struct Notice {
  Event event = Event::kFailed;
  std::string flow = {};
  std::string run = {};                                         // empty when there is no run (late)
  std::string title = {};                                       // one line; empty: made of event and flow
  std::vector<std::pair<std::string, std::string>> facts = {};  // name and value, shown in this order
  std::string error = {};                                       // what went wrong, may have many lines
  std::string command = {};                                     // what to type to look closer
  std::vector<std::string> channels = {};                       // by name, such as "email", "chat", "log"; empty: all
  Timestamp happened = {};                                      // zero: when it is handed to the Notifier
};

}  // namespace caudal::notices
