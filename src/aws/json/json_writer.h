// SPDX-License-Identifier: Apache-2.0
// Appends JSON to a string. Commas are the caller's: a value or a member follows separate() unless it is the first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace caudal::aws {

// A quoted string. Well-formed UTF-8 stays as it is.
void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, int64_t number);
// The shortest digits that read back the same; null for what is no number.
void append_json(std::string& out, double number);
void append_json(std::string& out, bool value);
// Seconds since 1970, with as many decimals as are needed and at most three.
void append_json(std::string& out, Timestamp instant);
// Base64, quoted.
void append_json_blob(std::string& out, std::string_view bytes);
// "name":
void append_json_name(std::string& out, std::string_view name);

}  // namespace caudal::aws
