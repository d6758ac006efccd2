// SPDX-License-Identifier: Apache-2.0
#include "app/cli/help.h"

#include <gtest/gtest.h>

#include <functional>

#include "app/cli/parser.h"
#include "app/commands/all.h"

namespace caudal::app {
namespace {

void for_each_command(const std::function<void(const std::vector<const Command*>&)>& visit) {
  const Command root = root_command();
  std::vector<const Command*> path = {&root};
  const std::function<void()> walk = [&] {
    visit(path);
    const Command& command = *path.back();
    for (const Command& subcommand : command.subcommands) {
      path.push_back(&subcommand);
      walk();
      path.pop_back();
    }
  };
  walk();
}

TEST(HelpText, ShowsUsageOptionsAndExamples) {
  const Command root{
      .name = "caudal", .summary = "r", .options = {{.name = "--data", .value = "DIR", .help = "where"}}};
  const Command command{.name = "sql",
                        .summary = "asks",
                        .examples = {"caudal sql 'select 1'"},
                        .options = {{.name = "--output", .value = "FORMAT", .help = "how", .choices = {"csv", "json"}},
                                    {.name = "--to", .value = "F", .help = "where to", .required = true}},
                        .positionals = {{.name = "STATEMENT", .help = "what", .required = false}}};
  EXPECT_EQ(help_text({&root, &command}),
            "asks\n\n"
            "Usage: caudal sql --to F [options] [STATEMENT]\n\n"
            "Arguments:\n  STATEMENT  what\n\n"
            "Options:\n"
            "  --output FORMAT  how [csv, json]\n"
            "  --to F           where to (required)\n\n"
            "Everywhere:\n  --data DIR  where\n\n"
            "Examples:\n  caudal sql 'select 1'\n");
}

TEST(HelpText, EveryCommandHasASummaryAndEachThatRunsAnExampleThatParses) {
  for_each_command([](const std::vector<const Command*>& path) {
    const Command& command = *path.back();
    SCOPED_TRACE(full_name(path));
    EXPECT_FALSE(command.summary.empty());
    EXPECT_NE(static_cast<bool>(command.run), !command.subcommands.empty());
    EXPECT_TRUE(command.hidden || path[path.size() - 1]->hidden || path.size() < 2 || path[1]->hidden || !command.run ||
                !command.examples.empty());
    for (const Option& option : command.options) EXPECT_FALSE(option.help.empty()) << option.name;
    for (const Positional& positional : command.positionals) EXPECT_FALSE(positional.help.empty()) << positional.name;
  });
}

TEST(HelpText, LinesFitAHundredColumns) {
  for_each_command([](const std::vector<const Command*>& path) {
    const std::string text = help_text(path);
    size_t start = 0;
    for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
      const std::string line = text.substr(start, end - start);
      EXPECT_TRUE(line.size() <= 116) << full_name(path) << ": " << line;
      start = end + 1;
    }
  });
}

TEST(ShortHelp, NamesEveryFamilyOfCommandsAndThreeToTryFirst) {
  const Command root = root_command();
  const std::string text = short_help(root);
  for (const Command& command : root.subcommands) {
    EXPECT_EQ(text.find("  " + command.name + " ") != std::string::npos, !command.hidden) << command.name;
  }
  EXPECT_NE(text.find("caudal sample make"), std::string::npos);
  EXPECT_NE(text.find("caudal flows backfill"), std::string::npos);
  EXPECT_NE(text.find("caudal sql"), std::string::npos);
}

}  // namespace
}  // namespace caudal::app
