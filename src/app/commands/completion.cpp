// SPDX-License-Identifier: Apache-2.0
// `caudal completion bash|zsh|fish`.
#include "app/cli/completion.h"

#include "app/commands/all.h"
#include "app/context.h"

namespace caudal::app {

Command completion_command() {
  return {.name = "completion",
          .summary = "print a completion script for your shell",
          .details =
              "For bash, add to ~/.bashrc:   source <(caudal completion bash)\n"
              "For zsh, add to ~/.zshrc:     source <(caudal completion zsh)\n"
              "For fish:                     caudal completion fish > ~/.config/fish/completions/caudal.fish",
          .examples = {"source <(caudal completion bash)"},
          .positionals = {{.name = "SHELL", .help = "bash, zsh or fish", .choices = {"bash", "zsh", "fish"}}},
          .run = [](Context& context, const Arguments& arguments) -> Result<void> {
            const std::string shell = arguments.text_or("SHELL", "");
            return context.output().write(shell == "bash"  ? bash_completion(context.root())
                                          : shell == "zsh" ? zsh_completion(context.root())
                                                           : fish_completion(context.root()));
          }};
}

}  // namespace caudal::app
