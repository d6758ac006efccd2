// SPDX-License-Identifier: Apache-2.0
// Help texts, made from the command tree.
#pragma once

#include <string>
#include <vector>

#include "app/cli/command.h"

namespace caudal::app {

// What `caudal` alone prints: what it is, and the three commands to try first.
std::string short_help(const Command& root);

// Usage, what it does, options, subcommands, examples.
std::string help_text(const std::vector<const Command*>& path);

}  // namespace caudal::app
