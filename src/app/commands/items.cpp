// SPDX-License-Identifier: Apache-2.0
// `caudal items`: the family.
#include "app/commands/items_common.h"

namespace caudal::app {

Command items_command() {
  return {.name = "items",
          .summary = "tables of items: look things up, put, list, export, import",
          .details = "While `caudal serve` has the data directory open, these commands ask it, with the root key.",
          .subcommands = {items_tables_command(), items_describe_command(), items_get_command(), items_put_command(),
                          items_delete_command(), items_query_command(), items_scan_command(), items_export_command(),
                          items_import_command(), items_create_command(), items_drop_command()}};
}

}  // namespace caudal::app
