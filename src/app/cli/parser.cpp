// SPDX-License-Identifier: Apache-2.0
// The only file that sees CLI11, which is slow to compile.
#include "app/cli/parser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <list>

#include "app/errors.h"
#include "base/mistakes.h"

namespace caudal::app {
namespace {

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }
bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

const Option* find_option(const Command& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  const auto found = std::ranges::find(command.options, name, &Option::name);
  return found == command.options.end() ? nullptr : &*found;
}

Error unknown_command(const std::vector<const Command*>& path, const std::string& word) {
  std::vector<std::string> known;
  for (const Command& command : path.back()->subcommands) {
    if (!command.hidden) known.push_back(command.name);
  }
  const std::string group = full_name(path);
  return {Errc::usage, fmt::format("'{}' is no command of `{}`{}; it has: {}. See `{} --help`", word, group,
                                   did_you_mean(word, known), fmt::join(known, ", "), group)};
}

Error leftover(const Parsed& parsed, const std::string& word) {
  const std::string name = full_name(parsed.path);
  if (!is_option(word))
    return {Errc::usage, fmt::format("'{}' is one argument too many for `{}`; see `{} --help`", word, name, name)};
  std::vector<std::string> known = {"--help"};
  for (const Command* command : {parsed.path.front(), parsed.path.back()}) {
    for (const Option& option : command->options) known.push_back(option.name);
  }
  const std::string typed = word.substr(0, word.find('='));
  return {Errc::usage,
          fmt::format("`{}` has no option {}{}; see `{} --help`", name, typed, did_you_mean(typed, known), name)};
}

// Follows the words that name commands; what is left are options and positionals.
Result<std::vector<std::string>> follow_commands(const std::vector<std::string>& words, Parsed& parsed) {
  std::vector<std::string> rest;
  bool asks_for_help = false;
  for (size_t index = 0; index < words.size(); ++index) {
    const std::string& word = words[index];
    const Command& current = parsed.command();
    if (word == "--") {
      rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(index), words.end());
      break;
    }
    if (is_help(word) || (word == "help" && parsed.path.size() == 1)) {
      asks_for_help = true;
    } else if (is_option(word) || current.subcommands.empty()) {
      const Option* option = find_option(*parsed.path.front(), word);
      if (option == nullptr && !current.subcommands.empty()) return leftover(parsed, word);
      rest.push_back(word);
      const bool takes_next = option != nullptr && !option->value.empty() && word.find('=') == std::string::npos;
      if (takes_next && index + 1 < words.size()) rest.push_back(words[++index]);
    } else {
      const Command* subcommand = current.find(word);
      if (subcommand == nullptr) return unknown_command(parsed.path, word);
      parsed.path.push_back(subcommand);
    }
  }
  parsed.help = asks_for_help;
  return rest;
}

struct Slot {
  const Option* option = nullptr;  // or a positional
  const Positional* positional = nullptr;
  std::vector<std::string> values = {};
  bool flag = false;

  const std::string& name() const { return option != nullptr ? option->name : positional->name; }
  bool required() const { return option != nullptr ? option->required : positional->required; }
  const std::vector<std::string>& choices() const { return option != nullptr ? option->choices : positional->choices; }
};

void bind(CLI::App& app, Slot& slot) {
  if (slot.option != nullptr && slot.option->value.empty()) {
    app.add_flag(slot.name(), slot.flag);
    return;
  }
  auto* added = app.add_option(slot.name(), slot.values);
  const bool repeatable = slot.option != nullptr ? slot.option->repeatable : slot.positional->repeatable;
  added->type_name(slot.option != nullptr ? slot.option->value : slot.name());
  if (slot.option != nullptr) {
    added->allow_extra_args(false);
    if (!repeatable) added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  } else if (!repeatable) {
    added->allow_extra_args(false)->expected(1);
  }
}

Result<void> check_slot(const Parsed& parsed, const Slot& slot) {
  if (slot.values.empty() && !slot.flag && slot.required()) {
    const std::string value = slot.option != nullptr ? " " + slot.option->value : "";
    return Error{Errc::usage, fmt::format("`{}` needs {}{}; see `{} --help`", full_name(parsed.path), slot.name(),
                                          value, full_name(parsed.path))};
  }
  if (slot.choices().empty()) return {};
  for (const std::string& value : slot.values) {
    if (std::ranges::find(slot.choices(), value) != slot.choices().end()) continue;
    return Error{Errc::usage, fmt::format("{} must be one of {}, found '{}'{}", slot.name(),
                                          fmt::join(slot.choices(), ", "), value, did_you_mean(value, slot.choices()))};
  }
  return {};
}

Result<void> split_options(std::vector<std::string> words, Parsed& parsed) {
  std::list<Slot> slots;  // a list: CLI11 keeps pointers into it
  for (const Option& option : parsed.path.front()->options) slots.push_back({.option = &option});
  if (parsed.path.size() > 1) {
    for (const Option& option : parsed.command().options) slots.push_back({.option = &option});
  }
  for (const Positional& positional : parsed.command().positionals) slots.push_back({.positional = &positional});

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  try {
    for (Slot& slot : slots) bind(app, slot);
    std::ranges::reverse(words);  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::Error& error) {
    return Error{Errc::usage, fmt::format("{}; see `{} --help`", error.what(), full_name(parsed.path))};
  }
  for (const std::string& word : app.remaining()) {
    if (word != "--") return leftover(parsed, word);  // CLI11 leaves the mark itself among what remains
  }
  for (Slot& slot : slots) {
    TRY(check_slot(parsed, slot));
    parsed.arguments.declare(slot.name());
    if (slot.flag) parsed.arguments.add(slot.name(), "true");
    for (std::string& value : slot.values) parsed.arguments.add(slot.name(), std::move(value));
  }
  return {};
}

}  // namespace

std::string full_name(const std::vector<const Command*>& path) {
  std::string name;
  for (const Command* command : path) name += (name.empty() ? "" : " ") + command->name;
  return name;
}

const Command* Command::find(std::string_view subcommand) const {
  const auto found = std::ranges::find(subcommands, subcommand, &Command::name);
  return found == subcommands.end() ? nullptr : &*found;
}

Result<Parsed> parse(const Command& root, const std::vector<std::string>& words) {
  Parsed parsed;
  parsed.path.push_back(&root);
  std::vector<std::string> rest = TRY(follow_commands(words, parsed));
  if (parsed.help) return parsed;
  if (!parsed.command().run) {
    if (parsed.path.size() == 1) {
      TRY(split_options(std::move(rest), parsed));
      parsed.help = true;
      return parsed;
    }
    const std::string name = full_name(parsed.path);
    return Error{Errc::usage, fmt::format("`{}` needs one of its commands; see `{} --help`", name, name)};
  }
  TRY(split_options(std::move(rest), parsed));
  return parsed;
}

}  // namespace caudal::app
