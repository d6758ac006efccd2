// SPDX-License-Identifier: Apache-2.0
// `caudal version`.
#include "app/version.h"
#include "app/commands/all.h"
#include "app/context.h"

namespace caudal::app {

Command version_command() {
  return {.name = "version",
          .summary = "print the version",
          .examples = {"caudal version"},
          .run = [](Context& context, const Arguments&) -> Result<void> {
            return context.output().write("caudal " + std::string(version()) + "\n");
          }};
}

}  // namespace caudal::app
