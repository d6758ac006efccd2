// SPDX-License-Identifier: Apache-2.0
// Two columns, wrapped at 100 characters.
#include "app/cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "app/cli/parser.h"

namespace caudal::app {
namespace {

constexpr size_t kWidth = 100;
constexpr size_t kWidestLeft = 34;

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string wrapped(const std::string& text, size_t indent) {
  std::string out;
  size_t column = indent;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    const size_t length = end - start;
    if (column > indent && column + 1 + length > kWidth) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(start, length);
    column += length;
    start = end + 1;
  }
  return out;
}

std::string two_columns(const Rows& rows) {
  size_t left_width = 0;
  for (const auto& [left, right] : rows) left_width = std::max(left_width, std::min(left.size(), kWidestLeft));
  std::string out;
  for (const auto& [left, right] : rows) {
    const size_t indent = left_width + 4;
    out += "  " + left;
    out += left.size() > left_width ? '\n' + std::string(indent, ' ') : std::string(indent - 2 - left.size(), ' ');
    out += wrapped(right, indent) + '\n';
  }
  return out;
}

std::string option_help(const Option& option) {
  std::string help = option.help;
  if (!option.choices.empty()) help += fmt::format(" [{}]", fmt::join(option.choices, ", "));
  if (option.required) help += " (required)";
  if (option.repeatable) help += " (may be repeated)";
  return help;
}

Rows option_rows(const Command& command) {
  Rows rows;
  for (const Option& option : command.options) {
    rows.emplace_back(option.value.empty() ? option.name : option.name + " " + option.value, option_help(option));
  }
  return rows;
}

Rows command_rows(const Command& command) {
  Rows rows;
  for (const Command& subcommand : command.subcommands) {
    if (!subcommand.hidden) rows.emplace_back(subcommand.name, subcommand.summary);
  }
  return rows;
}

std::string usage_line(const std::vector<const Command*>& path) {
  const Command& command = *path.back();
  std::string usage = full_name(path);
  if (!command.subcommands.empty()) usage += " COMMAND";
  for (const Option& option : command.options) {
    if (option.required) usage += " " + option.name + " " + option.value;
  }
  if (std::ranges::any_of(command.options, [](const Option& option) { return !option.required; }))
    usage += " [options]";
  for (const Positional& positional : command.positionals) {
    const std::string shown = positional.name + (positional.repeatable ? "..." : "");
    usage += positional.required ? " " + shown : " [" + shown + "]";
  }
  return usage;
}

}  // namespace

std::string short_help(const Command& root) {
  return fmt::format(
      "{}\n\n{}\nTry first:\n"
      "  caudal sample make --clients 1000 --months 13 --seed 7 --dirty 0.01 --out lender   make up a lender's files\n"
      "  caudal flows backfill invoices lender/tb_*.csv                                     turn them into tables\n"
      "  caudal sql 'select * from refined.book_variaveis'                                  ask them something\n\n"
      "`caudal COMMAND --help` explains a command, with examples.\n",
      root.summary, two_columns(command_rows(root)));
}

std::string help_text(const std::vector<const Command*>& path) {
  const Command& command = *path.back();
  std::string text = command.summary + "\n\nUsage: " + usage_line(path) + "\n";
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  if (const Rows commands = command_rows(command); !commands.empty()) text += "\nCommands:\n" + two_columns(commands);
  Rows positionals;
  for (const Positional& positional : command.positionals) positionals.emplace_back(positional.name, positional.help);
  if (!positionals.empty()) text += "\nArguments:\n" + two_columns(positionals);
  if (const Rows options = option_rows(command); !options.empty()) text += "\nOptions:\n" + two_columns(options);
  if (path.size() > 1) text += "\nEverywhere:\n" + two_columns(option_rows(*path.front()));
  if (!command.examples.empty()) {
    text += "\nExamples:\n";
    for (const std::string& example : command.examples) text += "  " + example + "\n";
  }
  return text;
}

}  // namespace caudal::app
