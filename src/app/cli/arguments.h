// SPDX-License-Identifier: Apache-2.0
// What one call of a command was given: values by the name of their option or positional.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace caudal::app {

// Names are those of the Command ("--month", "FILE"); any other name breaks an invariant. Typed getters refuse with
// the option's name and what was expected.
class Arguments {
 public:
  // For the parser: declares a name, then adds its values.
  void declare(const std::string& name) { values_[name]; }
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }

  bool has(std::string_view name) const { return !texts(name).empty(); }
  const std::vector<std::string>& texts(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  std::string text_or(std::string_view name, std::string_view otherwise) const;
  Result<std::optional<int64_t>> whole(std::string_view name, int64_t least, int64_t most) const;
  Result<std::optional<Month>> month(std::string_view name) const;
  Result<std::optional<Date>> date(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace caudal::app
