// SPDX-License-Identifier: Apache-2.0
// What `caudal doctor` looks at. Each check tells what it found; none stops the others.
#pragma once

#include <string>
#include <vector>

#include "app/context.h"
#include "objects/store.h"

namespace caudal::app {

struct Finding {
  enum class State { kOk, kWarning, kProblem };
  std::string check;
  State state = State::kOk;
  std::string detail;
};
std::string_view to_string(Finding::State state);

using Findings = std::vector<Finding>;

// Of uploads in parts that nobody completes any more. Errors: of the store.
Result<Finding> uploads_finding(const objects::Store& store, Timestamp now);

// Versions of the program and of the engines in it; the clock, and the time zones that schedules need.
void check_program(Context& context, Findings& findings);
// The file in effect, and every setting with where it came from.
void check_settings(Context& context, Findings& findings);
// Where the data directory is and why there, its format, the free space, and who has it. True when it could be opened.
bool check_data_directory(Context& context, Findings& findings);
// That every partition's location holds objects, that nothing staged and no upload was forgotten, that SQL runs. With
// `deep`, that every body is what was written.
void check_lake(Context& context, bool deep, Findings& findings);

}  // namespace caudal::app
