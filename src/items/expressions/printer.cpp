// SPDX-License-Identifier: Apache-2.0
#include "items/expressions/printer.h"

#include <fmt/format.h>

namespace caudal::items {

Printer& Printer::path(const Path& path) {
  bool first = true;
  for (const PathElement& element : path.elements) {
    if (const auto* const index = std::get_if<uint32_t>(&element)) {
      printed_.text += fmt::format("[{}]", *index);
      continue;
    }
    const auto& name = std::get<std::string>(element);
    const auto [at, added] = placeholders_.try_emplace(name, fmt::format("#n{}", placeholders_.size()));
    if (added) printed_.names.emplace(at->second, name);
    if (!first) raw(".");
    raw(at->second);
    first = false;
  }
  return *this;
}

Printer& Printer::value(const Value* value) {
  std::string placeholder = fmt::format(":v{}", printed_.values.size());
  raw(placeholder);
  printed_.values.emplace(std::move(placeholder), value);
  return *this;
}

}  // namespace caudal::items
