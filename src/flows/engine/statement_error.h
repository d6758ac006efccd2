// SPDX-License-Identifier: Apache-2.0
// What DuckDB says of a statement, taken apart: the message, and the place that its "LINE 3: ..." with a caret shows.
#pragma once

#include <string>

#include "base/result.h"

namespace caudal::flows::engine {

struct StatementError {
  std::string message;  // on one line
  int line = 1;         // of the statement, from 1
  int column = 0;       // from 1; 0 where it is not known
};
StatementError statement_error(const Error& error);

}  // namespace caudal::flows::engine
