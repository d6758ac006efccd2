// SPDX-License-Identifier: Apache-2.0
// What lists of objects, of versions and of uploads share: delimiters, and where a page begins. Inside room objects
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caudal::objects {

inline constexpr uint32_t kMaxPage = 1000;

// The common prefix that `key` belongs to; empty when it stands for itself.
inline std::string_view rolled_up(std::string_view key, std::string_view prefix, std::string_view delimiter) {
  if (delimiter.empty()) return {};
  const size_t at = key.find(delimiter, prefix.size());
  return at == std::string_view::npos ? std::string_view() : key.substr(0, at + delimiter.size());
}

// Where a page begins: beyond `marker`, and beyond the common prefix that it is or belongs to.
template <class Cursor>
void start_after(Cursor& cursor, const std::string& marker, const std::string& prefix, const std::string& delimiter) {
  if (marker.empty() || marker < prefix) return;
  const std::string_view common = marker.starts_with(prefix) ? rolled_up(marker, prefix, delimiter) : "";
  if (common.empty()) {
    cursor.skip_key(marker);
  } else {
    cursor.skip_prefix(common);
  }
}

}  // namespace caudal::objects
