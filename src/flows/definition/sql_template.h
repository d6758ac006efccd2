// SPDX-License-Identifier: Apache-2.0
// SqlTemplate: a SQL text of a flow with typed parameters such as ${dt_base}. Values are dates and months, written as
// SQL literals, so nothing of a user's text is ever pasted into a statement.
//
//   ${dt_base}              DATE '2024-02-01'
//   ${dt_base - 12 months}  DATE '2023-02-01'
//   ${dt_base - 1 day}      DATE '2024-01-31'
//   ${month}                DATE '2024-01-01', the month before dt_base
//   ${ano}, ${mes}          2024 and 1 of that month, as whole numbers
//   ${ano(dt_base - 12 months)}, ${mes(...)}   2023 and 2: of any such date, for predicates on partitions
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/mistakes.h"

namespace caudal::flows {

class SqlTemplate {
 public:
  // Finds the parameters. What is unknown or malformed is added to `mistakes` with its file and line; `start` is where
  // the text's first character stands. $ without a brace is left alone, and so is all in quotes and comments.
  static SqlTemplate parse(std::string text, TextPlace start, Mistakes& mistakes);

  // The statement for one dt_base, without a closing semicolon.
  std::string render(Date dt_base) const;
  const std::string& text() const { return text_; }
  const TextPlace& place() const { return start_; }

 private:
  enum class Form : uint8_t { kDate, kYearNumber, kMonthNumber };
  struct Parameter {
    size_t begin = 0;  // of "${" in text_
    size_t end = 0;    // after "}"
    Form form = Form::kDate;
    bool from_month = false;  // counted from the first day of the month before dt_base, not from dt_base
    int months = 0;           // added to the date
    int days = 0;
  };
  static bool read_parameter(std::string_view inside, Parameter& parameter);
  static bool read_date(std::string_view rest, Parameter& parameter);

  std::string text_;
  TextPlace start_;
  std::vector<Parameter> parameters_;
};

}  // namespace caudal::flows
