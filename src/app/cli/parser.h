// SPDX-License-Identifier: Apache-2.0
// From what was typed to the command meant and its arguments. CLI11 splits the options; which command is meant, and
// what to say to a mistyped one, is decided here.
#pragma once

#include <string>
#include <vector>

#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "base/result.h"

namespace caudal::app {

struct Parsed {
  std::vector<const Command*> path;  // from the root to the command meant; never empty
  bool help = false;                 // asked for, or the command only groups others
  Arguments arguments;               // of the command and the root's options

  const Command& command() const { return *path.back(); }
};

// `words` without the program's name. The root's options are taken anywhere. Errors: kUsage.
Result<Parsed> parse(const Command& root, const std::vector<std::string>& words);

// "caudal flows run".
std::string full_name(const std::vector<const Command*>& path);

}  // namespace caudal::app
