// SPDX-License-Identifier: Apache-2.0
// BookPlan: what a book's variables are worked out from, in numbers: which columns of an event are read, which cells an
// event belongs to, and what each variable takes from its cell.
//
// A cell is one window of one class value (or of all events, for totals). Windows are nested, so an event counts in the
// cell of the shortest window that it is in, and longer windows take over the shorter ones' cells afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "flows/definition/book.h"
#include "sql/type.h"

namespace caudal::flows::books {

// A column of the event rows that is read as a 64-bit whole number: an integer, or a decimal without its point.
struct NumberColumn {
  size_t column = 0;
  uint8_t width_bytes = 0;
  bool is_signed = true;
};

// What every cell keeps of one measure.
struct PlannedMeasure {
  std::string name = {};
  NumberColumn value = {};  // for count, max and min
  NumberColumn whole = {};  // what is added up: the same column, unless the source's scale is not the declared one
};

struct PlannedVariable {
  Aggregate aggregate = Aggregate::kSum;
  size_t cell = 0;
  size_t measure = 0;          // among BookPlan::measures
  uint8_t width_bytes = 8;     // of the variable's cells
  bool counts_all = false;     // the divisor and the count are those of the cell's events, NULL or not
  int64_t average_factor = 0;  // 2 × what makes a sum one of six decimal places
  bool is_decimal = false;     // at most 18 digits, else 64 bits
};

struct BookPlan {
  std::vector<sql::Column> columns = {};  // of the book: the entity, then variables[i] as column i + 1
  std::string select = {};                // the event rows, those of one entity together
  size_t classes = 0;                     // columns 2, 3, ... of the event rows; 0 is the entity, 1 is k
  bool totals = false;                    // the cells of the value after the last class are those of all events
  size_t windows = 0;
  std::vector<PlannedMeasure> measures = {};
  std::vector<PlannedVariable> variables = {};

  size_t values() const { return classes + (totals ? 1 : 0); }
  size_t cells() const { return values() * windows; }  // value × windows + window
};

// `events` are the columns of book_events(book, dt_base). Errc::unsupported_type names the entity or the measure that
// the source gives in a type which cannot be computed with.
Result<BookPlan> plan_book(const BookDefinition& book, Date dt_base, std::span<const sql::Column> events);

}  // namespace caudal::flows::books
