// SPDX-License-Identifier: Apache-2.0
// CHECK: a broken invariant ends the process with a message, so that corrupt state is never carried on. For mistakes of
// users and of the outside world use Result, never CHECK.
#pragma once

#include <string_view>

namespace caudal {
[[noreturn]] void check_failed(const char* file, int line, const char* expression, std::string_view message);
}  // namespace caudal

#define CHECK(condition, message) \
  ((condition) ? static_cast<void>(0) : ::caudal::check_failed(__FILE__, __LINE__, #condition, (message)))
