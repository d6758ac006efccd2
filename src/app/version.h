// SPDX-License-Identifier: Apache-2.0
// The version of this build.
#pragma once

#include <string_view>

namespace caudal::app {

std::string_view version();  // "0.1.0"

}  // namespace caudal::app
