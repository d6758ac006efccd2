// SPDX-License-Identifier: Apache-2.0
// The names that mark what JSON has no form for. For the writer and the reader of plain_json.h alone.
#pragma once

#include <string_view>

namespace caudal::items {

inline constexpr std::string_view kSetMark = "$set";
inline constexpr std::string_view kBinaryMark = "$binary";
inline constexpr std::string_view kMapMark = "$map";

constexpr bool is_mark(std::string_view name) { return name == kSetMark || name == kBinaryMark || name == kMapMark; }

}  // namespace caudal::items
