// SPDX-License-Identifier: Apache-2.0
// The rows of a statement as a command's table.
#pragma once

#include <string_view>

#include "app/context.h"

namespace caudal::app {

// Runs one SELECT over the lake and prints its rows as --output and --file ask, in any size.
Result<void> query_table(Context& context, std::string_view statement);

}  // namespace caudal::app
