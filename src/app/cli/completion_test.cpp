// SPDX-License-Identifier: Apache-2.0
#include "app/cli/completion.h"

#include <gtest/gtest.h>

namespace caudal::app {
namespace {

Command tree() {
  Command run{.name = "run",
              .summary = "it's run",
              .options = {{.name = "--month", .value = "YYYY-MM"}, {.name = "--force"}},
              .positionals = {{.name = "FLOW"}, {.name = "FILE", .completes = Completes::kFile}}};
  Command flows{.name = "flows", .summary = "flows", .subcommands = {run}};
  Command secret{.name = "secret", .summary = "hidden", .hidden = true};
  return {.name = "caudal",
          .summary = "root",
          .options = {{.name = "--data", .value = "DIR", .completes = Completes::kFolder}},
          .subcommands = {flows, secret}};
}

TEST(BashCompletion, OffersWhatFitsAtEachCommandAndNothingHidden) {
  const std::string script = bash_completion(tree());
  EXPECT_NE(script.find("'caudal') offers='flows --data --help' kind=words ;;"), std::string::npos) << script;
  EXPECT_NE(script.find("'caudal flows run') offers='--month --force --data --help' kind=both ;;"), std::string::npos);
  EXPECT_NE(script.find("'caudal flows':run) place=\"$place $word\" ;;"), std::string::npos);
  EXPECT_NE(script.find("'caudal flows run':--month) skip=1 ;;"), std::string::npos);
  EXPECT_NE(script.find("*:--data) kind=folders offers='' ;;"), std::string::npos);
  EXPECT_EQ(script.find("secret"), std::string::npos);
}

TEST(FishCompletion, QuotesDescriptions) {
  const std::string script = fish_completion(tree());
  EXPECT_NE(script.find("-a run -d 'it'\\''s run'"), std::string::npos) << script;
  EXPECT_NE(script.find("complete -c caudal -l data -r -F"), std::string::npos);
}

TEST(ZshCompletion, IsACompdefFunction) { EXPECT_TRUE(zsh_completion(tree()).starts_with("#compdef caudal\n")); }

// They are $PATH and the words of the line to zsh, whatever a function makes of them.
TEST(ZshCompletion, LeavesZshsOwnVariablesAlone) {
  const std::string script = zsh_completion(tree());
  for (const char* const taken : {"local path", " path=", "local words", " words=", "local line"})
    EXPECT_EQ(script.find(taken), std::string::npos) << taken;
}

}  // namespace
}  // namespace caudal::app
