// SPDX-License-Identifier: Apache-2.0
// `caudal docs`: prints the reference documents of docs/ that are made from the code. Hidden; ctest compares.
#include <fmt/format.h>

#include "app/cli/help.h"
#include "app/commands/all.h"
#include "app/context.h"
#include "app/settings.h"

namespace caudal::app {
namespace {

void append_commands(std::string& text, std::vector<const Command*>& path) {
  const Command& command = *path.back();
  if (command.hidden) return;
  if (command.run || path.size() == 1) {
    std::string name;
    for (const Command* part : path) name += (name.empty() ? "" : " ") + part->name;
    text += fmt::format("\n## {}\n\n```\n{}```\n", name, help_text(path));
  }
  for (const Command& subcommand : command.subcommands) {
    path.push_back(&subcommand);
    append_commands(text, path);
    path.pop_back();
  }
}

Result<void> run_cli(Context& context, const Arguments&) {
  std::string text =
      "# Commands\n\nMade by `caudal docs cli` from the program's own help; do not edit.\n\n"
      "Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 usage or\n"
      "configuration, 3 data refused, 130 interrupted.\n";
  std::vector<const Command*> path = {&context.root()};
  append_commands(text, path);
  return context.output().write(text);
}

Result<void> run_config(Context& context, const Arguments&) {
  return context.output().write(
      "# Configuration\n\nMade by `caudal docs config` from the program's own table; do not edit.\n\n"
      "A setting is taken from the command's flag where it has one, else from the environment, else from the file, "
      "else\n"
      "it is the default. The file is YAML: `--config FILE`, else `CAUDAL_CONFIG`, else `caudal.yaml` in the current\n"
      "folder, else `/etc/caudal/caudal.yaml`. A dot in a key is a nested mapping. Unknown keys are refused.\n"
      "`caudal doctor` shows every setting in effect and where it came from.\n\n" +
      config_reference(settings()));
}

}  // namespace

Command docs_command() {
  return {.name = "docs",
          .summary = "print reference documents",
          .subcommands = {{.name = "cli", .summary = "docs/cli.md", .run = run_cli},
                          {.name = "config", .summary = "docs/configuration.md", .run = run_config}},
          .hidden = true};
}

}  // namespace caudal::app
