// SPDX-License-Identifier: Apache-2.0
// Whether the audit log is as it was written: every link, every sequence, nothing missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::audit {

struct Verification {
  size_t segments = 0;
  uint64_t first_sequence = 0;  // of the oldest record that is kept
  uint64_t records = 0;
  // Segments that have no closing frame: the one in use, and those that a crash ended. One more than there were crashes
  // means that an end was cut off.
  std::vector<std::string> unclosed = {};
  // Each says which segment and what: changed, missing, torn in the middle. Empty: the log is as it was written.
  std::vector<std::string> problems = {};
};

// `key`: as in LogOptions. Reads everything, frame by frame. Errors: of files.
Result<Verification> verify(const std::filesystem::path& directory, std::string_view key);

}  // namespace caudal::audit
