// SPDX-License-Identifier: Apache-2.0
// Prints the broken invariant and aborts.
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace caudal {

void check_failed(const char* file, int line, const char* expression, std::string_view message) {
  std::fprintf(stderr, "caudal: broken invariant at %s:%d: %s: %.*s\n", file, line, expression,
               static_cast<int>(message.size()), message.data());
  std::abort();
}

}  // namespace caudal
