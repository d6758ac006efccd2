// SPDX-License-Identifier: Apache-2.0
// Commands as data: help, completion and parsing all read the same tree, so they cannot disagree.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/arguments.h"
#include "base/result.h"

namespace caudal::app {

class Context;

// What a shell offers where a value is wanted.
enum class Completes { kNothing, kFile, kFolder };

struct Option {
  std::string name;        // "--month"
  std::string value = {};  // what it takes, as shown in help: "YYYY-MM"; empty: a switch
  std::string help = {};
  bool required = false;
  bool repeatable = false;
  std::vector<std::string> choices = {};  // when not empty, the only values taken
  Completes completes = Completes::kNothing;
};

struct Positional {
  std::string name;  // "FILE"
  std::string help = {};
  bool required = true;
  bool repeatable = false;  // only the last one of a command
  std::vector<std::string> choices = {};
  Completes completes = Completes::kNothing;
};

struct Command {
  std::string name;
  std::string summary;                     // one line, in lists
  std::string details = {};                // paragraphs, in its own help
  std::vector<std::string> examples = {};  // whole lines to type
  std::vector<Option> options = {};
  std::vector<Positional> positionals = {};
  std::vector<Command> subcommands = {};
  bool hidden = false;  // works, but is in no list and no completion
  std::function<Result<void>(Context&, const Arguments&)> run = {};

  const Command* find(std::string_view subcommand) const;
};

}  // namespace caudal::app
