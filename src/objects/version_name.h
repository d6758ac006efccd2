// SPDX-License-Identifier: Apache-2.0
// How versions are named. Inside room objects only.
#pragma once

#include <string_view>

#include "base/result.h"

namespace caudal::objects {

// "null" or 32 hexadecimal digits. Errors: invalid_argument, in S3's words.
Result<void> check_version(std::string_view version);

}  // namespace caudal::objects
