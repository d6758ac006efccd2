// SPDX-License-Identifier: Apache-2.0
// What the programs of a measurement read from their command lines.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "base/check.h"

namespace caudal {

// A whole number; these programs are called by bench/run alone, so that anything else is its mistake.
inline uint64_t number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(error == std::errc() && end == text.data() + text.size(), "not a number");
  return value;
}

}  // namespace caudal
