// SPDX-License-Identifier: Apache-2.0
// The patterns of SHOW ... LIKE, as Athena and Hive have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::queries {

// `*`, or `.*`, is any characters, `.` any one, `|` stands between alternatives; case does not matter.
class ShowPattern {
 public:
  // Errc::statement_refused for SQL's `%`, which would match nothing here.
  static Result<ShowPattern> parse(std::string_view text);
  bool matches(std::string_view name) const;

 private:
  std::vector<std::string> alternatives_;  // in lower case, each `*` once, not `.*`
};

}  // namespace caudal::queries
