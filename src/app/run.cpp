// SPDX-License-Identifier: Apache-2.0
// Parses, runs, and tells errors.
#include "app/run.h"

#include "app/cli/help.h"
#include "app/cli/parser.h"
#include "app/commands/all.h"
#include "app/errors.h"

namespace caudal::app {
namespace {

Result<void> run_parsed(const Surroundings& surroundings, const Command& root, const Parsed& parsed,
                        bool anything_typed) {
  if (parsed.help) {
    return surroundings.output.write(anything_typed ? help_text(parsed.path) : short_help(root));
  }
  Context context(surroundings, root, parsed.arguments);
  return parsed.command().run(context, parsed.arguments);
}

Result<void> run_words(const Surroundings& surroundings, const Command& root, const std::vector<std::string>& words) {
  const Parsed parsed = TRY(parse(root, words));
  auto result = run_parsed(surroundings, root, parsed, !words.empty());
  auto finished = surroundings.output.finish();
  if (!result) return result;
  return finished;
}

}  // namespace

int run(const Surroundings& surroundings, const std::vector<std::string>& words) {
  const Command root = root_command();
  const auto result = run_words(surroundings, root, words);
  if (result) return 0;
  const int code = exit_code(result.error());
  // Standard error that cannot be written to leaves nobody to tell.
  if (code != 0 && surroundings.error.write(describe(result.error()))) (void)surroundings.error.finish();
  return code;
}

}  // namespace caudal::app
