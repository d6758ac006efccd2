// SPDX-License-Identifier: Apache-2.0
// Reading chunks of event rows.
#include "flows/books/event_numbers.h"

#include <algorithm>

#include "base/check.h"

namespace caudal::flows::books {
namespace {

constexpr size_t kWindowColumn = 1;
constexpr size_t kFirstClassColumn = 2;

template <class T>
void widen(const EventRows& rows, size_t column, std::vector<int64_t>& out) {
  const std::span<const T> cells = rows.chunk->cells<T>(column);
  for (size_t row = rows.begin; row < rows.end; ++row) out[row] = static_cast<int64_t>(cells[row]);
}

}  // namespace

EventNumbers::EventNumbers(const BookPlan& plan) : plan_(plan), words_((plan.values() + 63) / 64) {
  size_t columns = 0;
  for (const PlannedMeasure& measure : plan.measures)
    columns = std::max({columns, measure.value.column + 1, measure.whole.column + 1});
  numbers_.resize(columns);
  widened_.resize(columns);
}

void EventNumbers::read(const EventRows& rows) {
  chunk_ = rows.chunk;
  windows_ = chunk_->cells<int8_t>(kWindowColumn).data();
  for (size_t row = rows.begin; row < rows.end; ++row)
    CHECK(windows_[row] >= 1 && static_cast<size_t>(windows_[row]) <= plan_.windows, "an event is in no window");
  read_values(rows);
  for (const PlannedMeasure& measure : plan_.measures) {
    read_numbers(measure.value, rows);
    if (measure.whole.column != measure.value.column) read_numbers(measure.whole, rows);
  }
}

void EventNumbers::read_values(const EventRows& rows) {
  values_.assign(rows.end * words_, 0);
  for (size_t value = 0; value < plan_.values(); ++value) {
    uint64_t* const words = values_.data() + value / 64;
    const uint64_t bit = uint64_t{1} << (value % 64);
    if (value == plan_.classes) {
      for (size_t row = rows.begin; row < rows.end; ++row) words[row * words_] |= bit;
      continue;
    }
    const size_t column = kFirstClassColumn + value;
    const std::span<const bool> cells = chunk_->cells<bool>(column);
    for (size_t row = rows.begin; row < rows.end; ++row) {
      if (!chunk_->is_null(column, row) && cells[row]) words[row * words_] |= bit;
    }
  }
}

void EventNumbers::read_numbers(const NumberColumn& column, const EventRows& rows) {
  if (column.width_bytes == 8) {
    numbers_[column.column] = chunk_->cells<int64_t>(column.column).data();
    return;
  }
  std::vector<int64_t>& out = widened_[column.column];
  out.resize(rows.chunk->rows());
  switch (column.width_bytes * 2 + (column.is_signed ? 1 : 0)) {
    case 2: widen<uint8_t>(rows, column.column, out); break;
    case 3: widen<int8_t>(rows, column.column, out); break;
    case 4: widen<uint16_t>(rows, column.column, out); break;
    case 5: widen<int16_t>(rows, column.column, out); break;
    case 8: widen<uint32_t>(rows, column.column, out); break;
    case 9: widen<int32_t>(rows, column.column, out); break;
    default: CHECK(false, "a number of another width");
  }
  numbers_[column.column] = out.data();
}

}  // namespace caudal::flows::books
