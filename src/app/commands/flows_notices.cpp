// SPDX-License-Identifier: Apache-2.0
// Notices as the settings say.
#include <fmt/format.h>

#include "app/commands/flows_run.h"
#include "app/settings.h"

namespace caudal::app {

Result<std::unique_ptr<notices::Notifier>> open_notifier(Context& context) {
  const notices::Configuration configuration = notices_configuration(*TRY(context.config()));
  Teller& teller = context.teller();
  const size_t width = context.terminal().error_is_terminal ? context.terminal().width : 0;
  const auto log = [&teller, width](notices::LogLevel, std::string_view line) {
    teller.say(width > 0 ? cut_to_width(line, width) : std::string(line));
  };
  return notices::Notifier::open(configuration, context.clock(), log);
}

void tell_unsent(Context& context, const std::vector<notices::Outcome>& outcomes) {
  for (const notices::Outcome& outcome : outcomes) {
    if (outcome.state != notices::Outcome::State::kPending) continue;
    context.say(fmt::format("the notice '{}' of {} was not sent to {} in time", notices::to_string(outcome.event),
                            outcome.flow, outcome.channel));
  }
}

}  // namespace caudal::app
