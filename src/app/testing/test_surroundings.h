// SPDX-License-Identifier: Apache-2.0
// What a test brings along for a Context, and sees of it afterwards.
#pragma once

#include <map>
#include <string>

#include "app/context.h"

namespace caudal::app {

// `clock` outlives it.
class TestSurroundings {
 public:
  explicit TestSurroundings(Clock& clock) : clock_(clock) {
    for (const char* name : {"--data", "--config", "--output", "--file"}) arguments.declare(name);
  }
  TestSurroundings(const TestSurroundings&) = delete;
  TestSurroundings& operator=(const TestSurroundings&) = delete;
  // Of one command.
  Context context() { return {surroundings_, root_, arguments}; }

  StringSink output;
  StringSink error;
  std::map<std::string, std::string> variables;
  Arguments arguments;

 private:
  Clock& clock_;
  const Command root_{.name = "caudal", .summary = "test"};
  const Surroundings surroundings_{output,
                                   error,
                                   {},
                                   [this](const std::string& name) -> std::optional<std::string> {
                                     const auto found = variables.find(name);
                                     if (found == variables.end()) return std::nullopt;
                                     return found->second;
                                   },
                                   clock_,
                                   {}};
};

}  // namespace caudal::app
