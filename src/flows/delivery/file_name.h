// SPDX-License-Identifier: Apache-2.0
// Names of delivered files: which month they claim to be of, and which names nobody should trust.
#pragma once

#include <string>
#include <string_view>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/file_pattern.h"

namespace caudal::delivery {

// Refuses names that could leave a folder, hide, or break a message: empty, `.`, `..`, with `/`, `\` or control
// characters, not UTF-8, longer than 255 bytes. Error: Errc::bad_name; the message shows the name escaped and
// shortened.
Result<void> check_file_name(std::string_view name);

// `name` for a message: control characters and invalid bytes escaped as \xNN, shortened to 80 bytes.
std::string printable_name(std::string_view name);

// The month that a delivered file's name claims, by its input's pattern (whose folder is not part of `name`).
// Error Errc::bad_name: a hostile name, one that is not of the pattern, or a month that is none (202413).
Result<Month> month_of_file_name(const flows::FilePattern& pattern, std::string_view name);

}  // namespace caudal::delivery
