// SPDX-License-Identifier: Apache-2.0
// EventNumbers: event rows as 64-bit numbers and sets of class values, column by column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flows/books/book_plan.h"
#include "flows/books/event_stream.h"

namespace caudal::flows::books {

// Not thread-safe.
class EventNumbers {
 public:
  explicit EventNumbers(const BookPlan& plan);

  // Reads the rows `rows.begin` to `rows.end`, by which they are asked for below; until the next call of this.
  void read(const EventRows& rows);

  // The shortest window that the event is in, from 0 on.
  size_t window(size_t row) const { return static_cast<size_t>(windows_[row]) - 1; }
  // Calls `use` with each value that the event is of, the totals' among them.
  template <class Use>
  void each_value(size_t row, Use use) const {
    for (size_t word = 0; word < words_; ++word) {
      for (uint64_t left = values_[row * words_ + word]; left != 0; left &= left - 1)
        use(word * 64 + static_cast<size_t>(__builtin_ctzll(left)));
    }
  }
  bool is_null(const NumberColumn& column, size_t row) const { return chunk_->is_null(column.column, row); }
  int64_t number(const NumberColumn& column, size_t row) const { return numbers_[column.column][row]; }

 private:
  void read_values(const EventRows& rows);
  void read_numbers(const NumberColumn& column, const EventRows& rows);

  const BookPlan& plan_;
  const size_t words_;  // of one row's set of values
  std::shared_ptr<const sql::Chunk> chunk_;
  const int8_t* windows_ = nullptr;
  std::vector<uint64_t> values_;
  std::vector<const int64_t*> numbers_;        // by the column of the events: in the chunk, or in widened_
  std::vector<std::vector<int64_t>> widened_;  // the same, for columns of less than 64 bits
};

}  // namespace caudal::flows::books
