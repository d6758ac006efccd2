// SPDX-License-Identifier: Apache-2.0
// What the command knows of the terminals it was started on.
#pragma once

#include <cstddef>

#include "app/terminal/environment.h"

namespace caudal::app {

struct Terminal {
  bool output_is_terminal = false;  // standard output
  bool error_is_terminal = false;   // standard error
  size_t width = 0;                 // columns of standard output, or of standard error; 0 when neither is a terminal
  bool color = false;               // a terminal that takes colours, and NO_COLOR is not set

  // Looks at the process's own descriptors.
  static Terminal look(const Environment& environment);
};

}  // namespace caudal::app
