// SPDX-License-Identifier: Apache-2.0
// `caudal flows`: the family.
#include "app/commands/all.h"
#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"

namespace caudal::app {

Command flows_command() {
  return {.name = "flows",
          .summary = "flows: from partners' files to trusted tables",
          .subcommands = {flows_list_command(), flows_check_command(), flows_show_command(), flows_run_command(),
                          flows_resume_command(), flows_backfill_command(), flows_watch_command(), flows_runs_command(),
                          flows_logs_command(), flows_rollback_command(), flows_quarantine_command()}};
}

}  // namespace caudal::app
