// SPDX-License-Identifier: Apache-2.0
// The commands of `caudal flows` that run something, and what they share.
#pragma once

#include <memory>
#include <vector>

#include "app/context.h"
#include "flows/definition/flow.h"
#include "notices/notifier.h"

namespace caudal::app {

// With the channels that the settings name; what it logs goes to standard error.
Result<std::unique_ptr<notices::Notifier>> open_notifier(Context& context);
// One line for each notice that is still waiting to be sent; those that were given up are in the log already.
void tell_unsent(Context& context, const std::vector<notices::Outcome>& outcomes);

// Runs the refused rows through their contracts again, as a run of its own.
Result<void> replay_quarantined(Context& context, const flows::FlowDefinition& flow);

Command flows_run_command();
Command flows_backfill_command();
Command flows_resume_command();
Command flows_rollback_command();
Command flows_quarantine_command();
Command flows_watch_command();

}  // namespace caudal::app
