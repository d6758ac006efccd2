// SPDX-License-Identifier: Apache-2.0
// Notices as the settings say.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

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

std::string unconfigured_channels(const flows::FlowDefinition& flow, const notices::Configuration& configuration) {
  std::set<std::string> configured = {"log"};
  for (const auto& email : configuration.emails) configured.insert(email.name);
  for (const auto& webhook : configuration.webhooks) configured.insert(webhook.name);
  std::set<std::string> events;
  std::set<std::string> missing;
  std::set<std::string> keys;
  for (const auto& [event, channels] : flow.notices.channels) {
    for (const std::string& channel : channels) {
      if (configured.contains(channel)) continue;
      events.insert(flows::name_of(event));
      missing.insert(channel);
      keys.insert(channel == "email" ? "notices.email.host" : "notices.chat.url");
    }
  }
  if (missing.empty()) return {};
  return fmt::format(
      "{}: nobody is told of {} by {}, which {} not configured; set {}, or take {} out of the flow's notices",
      flow.name, fmt::join(events, ", "), fmt::join(missing, " or "), missing.size() == 1 ? "is" : "are",
      fmt::join(keys, " and "), missing.size() == 1 ? "it" : "them");
}

Result<void> tell_unconfigured(Context& context, const std::vector<flows::FlowDefinition>& flows) {
  const notices::Configuration configuration = notices_configuration(*TRY(context.config()));
  for (const flows::FlowDefinition& flow : flows) {
    const std::string line = unconfigured_channels(flow, configuration);
    if (!line.empty()) context.say(line);
  }
  return {};
}

void tell_unsent(Context& context, const std::vector<notices::Outcome>& outcomes) {
  for (const notices::Outcome& outcome : outcomes) {
    if (outcome.state != notices::Outcome::State::kPending) continue;
    context.say(fmt::format("the notice '{}' of {} was not sent to {} in time", notices::to_string(outcome.event),
                            outcome.flow, outcome.channel));
  }
}

}  // namespace caudal::app
