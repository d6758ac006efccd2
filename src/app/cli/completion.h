// SPDX-License-Identifier: Apache-2.0
// Completion scripts for shells, made from the command tree.
#pragma once

#include <string>

#include "app/cli/command.h"

namespace caudal::app {

std::string bash_completion(const Command& root);
std::string zsh_completion(const Command& root);
std::string fish_completion(const Command& root);

}  // namespace caudal::app
