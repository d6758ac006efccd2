// SPDX-License-Identifier: Apache-2.0
// Environment variables, as something that tests can give.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace caudal::app {

// The value of a variable, nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

}  // namespace caudal::app
