// SPDX-License-Identifier: Apache-2.0
// Case as policies see it: that of ASCII letters alone, whatever the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace caudal::access {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, [](char c) { return lower(c); }, [](char c) { return lower(c); });
}

}  // namespace caudal::access
