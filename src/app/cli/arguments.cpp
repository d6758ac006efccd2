// SPDX-License-Identifier: Apache-2.0
// Typed reading of what was typed.
#include "app/cli/arguments.h"

#include <fmt/format.h>

#include <charconv>

#include "app/errors.h"
#include "base/check.h"

namespace caudal::app {
namespace {

Error bad_value(std::string_view name, std::string_view expected, std::string_view found) {
  return {Errc::usage, fmt::format("{} must be {}, found '{}'", name, expected, found)};
}

}  // namespace

const std::vector<std::string>& Arguments::texts(std::string_view name) const {
  const auto found = values_.find(name);
  CHECK(found != values_.end(), fmt::format("the command does not declare {}", name));
  return found->second;
}

std::optional<std::string> Arguments::text(std::string_view name) const {
  const auto& values = texts(name);
  if (values.empty()) return std::nullopt;
  return values.back();
}

std::string Arguments::text_or(std::string_view name, std::string_view otherwise) const {
  return text(name).value_or(std::string(otherwise));
}

Result<std::optional<int64_t>> Arguments::whole(std::string_view name, int64_t least, int64_t most) const {
  const auto typed = text(name);
  if (!typed) return std::optional<int64_t>();
  int64_t value = 0;
  const auto [end, error] = std::from_chars(typed->data(), typed->data() + typed->size(), value);
  if (error != std::errc() || end != typed->data() + typed->size() || value < least || value > most) {
    return bad_value(name, fmt::format("a whole number from {} to {}", least, most), *typed);
  }
  return std::optional(value);
}

Result<std::optional<Month>> Arguments::month(std::string_view name) const {
  const auto typed = text(name);
  if (!typed) return std::optional<Month>();
  const auto parsed = parse_month(*typed);
  if (!parsed) return bad_value(name, "a month such as 2024-01", *typed);
  return std::optional(*parsed);
}

Result<std::optional<Date>> Arguments::date(std::string_view name) const {
  const auto typed = text(name);
  if (!typed) return std::optional<Date>();
  const auto parsed = parse_date(*typed);
  if (!parsed) return bad_value(name, "a date such as 2024-02-01", *typed);
  return std::optional(*parsed);
}

}  // namespace caudal::app
