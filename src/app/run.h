// SPDX-License-Identifier: Apache-2.0
// One call of the program, from what was typed to the exit code.
#pragma once

#include <string>
#include <vector>

#include "app/context.h"

namespace caudal::app {

// `words` without the program's name. Everything is written to the surroundings' sinks. Exit codes: see exit_code().
int run(const Surroundings& surroundings, const std::vector<std::string>& words);

}  // namespace caudal::app
