// SPDX-License-Identifier: Apache-2.0
// FilePattern: the keys under which an input's monthly files are delivered, such as
// raw/ingestion/tb_faturas_{yyyyMM}*.csv[.gz]. {yyyyMM}, {yyyy} and {MM} stand for the month, * for any characters but
// a slash, [...] for something that may be missing. Everything else stands for itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace caudal::flows {

class FilePattern {
 public:
  // Error invalid_pattern: an unknown {word}, no month, an unclosed bracket, a pattern with .. or control characters.
  static Result<FilePattern> parse(std::string_view text);

  // The month that a key is of; nothing when the key does not fit the pattern or names no possible month.
  std::optional<Month> match(std::string_view key) const;
  // The plainest key of a month: without the [...] parts, * as nothing. For saying which file is missing.
  std::string expected_key(Month month) const;
  // The fixed text before the first variable part: what to list.
  const std::string& prefix() const { return prefix_; }
  const std::string& text() const { return text_; }

 private:
  struct Part {
    enum class Kind { kText, kYearMonth, kYear, kMonth, kAnything, kOptional };
    Kind kind = Kind::kText;
    std::string text = {};  // of kText and kOptional
  };
  struct Found {
    int year = 0;
    int month = 0;
  };
  bool match_from(size_t part, std::string_view rest, Found& found, int& steps_left) const;
  bool match_digits(size_t part, std::string_view rest, Found& found, int& steps_left) const;

  std::string text_;
  std::string prefix_;
  std::vector<Part> parts_;
};

}  // namespace caudal::flows
