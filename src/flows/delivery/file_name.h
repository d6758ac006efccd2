// SPDX-License-Identifier: Apache-2.0
// Names of delivered files: which month they claim to be of, and which names nobody should trust.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/result.h"

namespace caudal::delivery {

// Refuses names that could leave a folder, hide, or break a message: empty, `.`, `..`, with `/`, `\` or control
// characters, not UTF-8, longer than 255 bytes. Error: Errc::bad_name; the message shows the name escaped and
// shortened.
Result<void> check_file_name(std::string_view name);

// `name` for a message: control characters and invalid bytes escaped as \xNN, shortened to 80 bytes.
std::string printable_name(std::string_view name);

// A pattern such as `raw/ingestion/tb_faturas_{yyyyMM}.csv`; a trailing `.gz` on the name is accepted always.
class NamePattern {
 public:
  // Exactly one placeholder: {yyyyMM} or {yyyy-MM}. Error: Errc::bad_pattern.
  static Result<NamePattern> parse(std::string_view pattern);

  // nullopt when `key` (a whole object key, or a bare file name for a pattern's last part) is not of this pattern.
  // Errors (Errc::bad_name): it is of the pattern, but the month is none (202413), or the name is hostile.
  Result<std::optional<Month>> match(std::string_view key) const;

  // The name expected for `month`, without `.gz`.
  std::string name_for(Month month) const;
  const std::string& prefix() const { return prefix_; }  // what every matching key begins with

 private:
  NamePattern(std::string prefix, std::string suffix, bool dashed)
      : prefix_(std::move(prefix)), suffix_(std::move(suffix)), dashed_(dashed) {}
  std::string prefix_;
  std::string suffix_;
  bool dashed_;
};

}  // namespace caudal::delivery
