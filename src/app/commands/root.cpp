// SPDX-License-Identifier: Apache-2.0
// The tree of commands.
#include "app/commands/all.h"
#include "app/commands/items_common.h"

namespace caudal::app {

Command root_command() {
  return {.name = "caudal",
          .summary = "caudal: a lender's data platform in one binary",
          .examples = {"caudal sample make --clients 1000 --months 13 --seed 7 --out lender", "caudal flows list",
                       "caudal sql 'select * from caudal.runs'"},
          .options = {{.name = "--data",
                       .value = "DIR",
                       .help = "the data directory (default: CAUDAL_DATA, the configuration, ~/.local/share/caudal)",
                       .completes = Completes::kFolder},
                      {.name = "--config",
                       .value = "FILE",
                       .help = "the configuration (default: CAUDAL_CONFIG, ./caudal.yaml, /etc/caudal/caudal.yaml)",
                       .completes = Completes::kFile}},
          .subcommands = {serve_command(), sample_command(), flows_command(), sql_command(), catalog_command(),
                          objects_command(), items_command(), payments_command(), keys_command(), users_command(),
                          backup_command(), doctor_command(), completion_command(), docs_command(), version_command()}};
}

}  // namespace caudal::app
