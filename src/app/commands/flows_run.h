// SPDX-License-Identifier: Apache-2.0
// The commands of `caudal flows` that run something, and what they share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/context.h"
#include "flows/definition/flow.h"
#include "flows/runs/records.h"
#include "notices/notifier.h"

namespace caudal::app {

// With the channels that the settings name; what it logs goes to standard error.
Result<std::unique_ptr<notices::Notifier>> open_notifier(Context& context);
// One line for each flow some of whose notices go to channels that the settings do not have: said where flows are
// checked and where watching begins, since a run cannot help it.
Result<void> tell_unconfigured(Context& context, const std::vector<flows::FlowDefinition>& flows);
// Such a line; empty when the flow's channels are all configured.
std::string unconfigured_channels(const flows::FlowDefinition& flow, const notices::Configuration& configuration);
// One line for each notice that is still waiting to be sent; those that were given up are in the log already.
void tell_unsent(Context& context, const std::vector<notices::Outcome>& outcomes);

// Runs the refused rows through their contracts again, as a run of its own.
Result<void> replay_quarantined(Context& context, const flows::FlowDefinition& flow);

// The partitions that a rollback moved, from which run to which, and what to type next.
Result<void> print_moved(Context& context, const runs::RunRecord& rollback);
// That the run of `flow` can be rolled back to, as an error that names those which can, where it cannot.
Result<void> check_rollback(Context& context, const runs::RunRecord& target);

Command flows_run_command();
Command flows_backfill_command();
Command flows_resume_command();
Command flows_rollback_command();
Command flows_quarantine_command();
Command flows_watch_command();

}  // namespace caudal::app
