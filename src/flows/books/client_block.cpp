// SPDX-License-Identifier: Apache-2.0
// Counting events, and what the variables make of the counts. Must answer what book_sql.cpp's statement does, cell for
// cell, and fail where that fails.
#include "flows/books/client_block.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace caudal::flows::books {
namespace {

constexpr size_t kBlockBytes = 384 * 1024;
constexpr size_t kMostClients = 256;
constexpr int64_t kDecimalLimit = 1'000'000'000'000'000'000;  // 18 digits

enum class Outcome : uint8_t { kNull, kValue, kOverflow };

Outcome as_sum(Int128 sum, bool is_decimal, int64_t& out) {
  out = static_cast<int64_t>(sum);
  if (out != sum) return Outcome::kOverflow;
  if (is_decimal && (out <= -kDecimalLimit || out >= kDecimalLimit)) return Outcome::kOverflow;
  return Outcome::kValue;
}

// Half away from zero at six decimal places: (2 S ± n) / 2n cuts off towards zero. All in 64 bits, as in SQL.
Outcome as_average(Int128 sum, int64_t count, int64_t factor, int64_t& out) {
  const auto whole = static_cast<int64_t>(sum);
  int64_t dividend = 0;
  if (whole != sum || __builtin_mul_overflow(whole, factor, &dividend) ||
      __builtin_add_overflow(dividend, whole < 0 ? -count : count, &dividend))
    return Outcome::kOverflow;
  out = dividend / (2 * count);
  return out <= -kDecimalLimit || out >= kDecimalLimit ? Outcome::kOverflow : Outcome::kValue;
}

}  // namespace

ClientBlock::ClientBlock(const BookPlan& plan)
    : plan_(plan),
      cells_(plan.cells()),
      measures_(plan.measures.size()),
      most_clients_(std::clamp<size_t>(kBlockBytes / (cells_ * measures_ * sizeof(Sums)), 1, kMostClients)),
      events_(most_clients_ * cells_),
      sums_(most_clients_ * cells_ * measures_) {}

void ClientBlock::begin_client() {
  std::fill_n(events_.begin() + static_cast<ptrdiff_t>(at(clients_, 0)), cells_, 0);
  ++clients_;
}

void ClientBlock::add(const EventNumbers& events, size_t row) {
  const size_t window = events.window(row);
  events.each_value(row, [&](size_t value) {
    const size_t cell = at(clients_ - 1, value * plan_.windows + window);
    const bool is_first = events_[cell]++ == 0;
    for (size_t m = 0; m < measures_; ++m) {
      const PlannedMeasure& measure = plan_.measures[m];
      Sums& sums = sums_[cell * measures_ + m];
      if (is_first)
        sums = {.sum = 0,
                .count = 0,
                .max = std::numeric_limits<int64_t>::min(),
                .min = std::numeric_limits<int64_t>::max()};
      if (events.is_null(measure.value, row)) continue;
      const int64_t number = events.number(measure.value, row);
      ++sums.count;
      sums.sum += events.number(measure.whole, row);
      sums.max = std::max(sums.max, number);
      sums.min = std::min(sums.min, number);
    }
  });
}

void ClientBlock::add_cell(size_t from, size_t to) {
  if (events_[from] == 0) return;
  const Sums* const source = &sums_[from * measures_];
  Sums* const target = &sums_[to * measures_];
  if (std::exchange(events_[to], events_[to] + events_[from]) == 0) {
    std::copy_n(source, measures_, target);
    return;
  }
  for (size_t m = 0; m < measures_; ++m) {
    target[m].sum += source[m].sum;
    target[m].count += source[m].count;
    target[m].max = std::max(target[m].max, source[m].max);
    target[m].min = std::min(target[m].min, source[m].min);
  }
}

// Until now each event is in the shortest of its windows only.
void ClientBlock::add_windows(size_t client) {
  for (size_t value = 0; value < plan_.values(); ++value) {
    const size_t first = at(client, value * plan_.windows);
    for (size_t window = 1; window < plan_.windows; ++window) add_cell(first + window - 1, first + window);
  }
}

std::optional<ClientBlock::Overflow> ClientBlock::write(sql::ChunkWriter& writer, size_t first_row) {
  for (size_t client = 0; client < clients_; ++client) add_windows(client);
  for (size_t v = 0; v < plan_.variables.size(); ++v) {
    if (!writer.wanted(v + 1)) continue;
    if (const auto client = write_variable(writer, first_row, v)) return Overflow{.client = *client, .variable = v};
  }
  clients_ = 0;
  return std::nullopt;
}

// Writes a column by `work`, which makes a number of a cell's events and sums. Answers the client where it overflows.
template <class T, class Work>
std::optional<size_t> ClientBlock::fill(sql::ChunkWriter& writer, size_t first_row, size_t variable, Work work) {
  const PlannedVariable& planned = plan_.variables[variable];
  T* const cells = writer.cells<T>(variable + 1) + first_row;
  uint64_t* validity = nullptr;
  size_t cell = planned.cell;
  for (size_t client = 0; client < clients_; ++client, cell += cells_) {
    int64_t value = 0;
    const Outcome outcome = work(events_[cell], sums_[cell * measures_ + planned.measure], value);
    if (outcome == Outcome::kOverflow) return client;
    cells[client] = static_cast<T>(value);
    if (outcome == Outcome::kValue) continue;
    if (validity == nullptr) validity = writer.validity(variable + 1);
    const size_t row = first_row + client;
    validity[row >> 6] &= ~(uint64_t{1} << (row & 63));
  }
  return std::nullopt;
}

template <class T>
void ClientBlock::write_extremes(sql::ChunkWriter& writer, size_t first_row, size_t variable) {
  const bool is_max = plan_.variables[variable].aggregate == Aggregate::kMax;
  fill<T>(writer, first_row, variable, [is_max](int64_t events, const Sums& sums, int64_t& out) {
    if (events == 0 || sums.count == 0) return Outcome::kNull;
    out = is_max ? sums.max : sums.min;
    return Outcome::kValue;
  });
}

std::optional<size_t> ClientBlock::write_variable(sql::ChunkWriter& writer, size_t first_row, size_t variable) {
  const PlannedVariable& planned = plan_.variables[variable];
  switch (planned.aggregate) {
    case Aggregate::kSum:
      return fill<int64_t>(writer, first_row, variable, [&](int64_t events, const Sums& sums, int64_t& out) {
        return events == 0 || sums.count == 0 ? Outcome::kNull : as_sum(sums.sum, planned.is_decimal, out);
      });
    case Aggregate::kAvg:
      return fill<int64_t>(writer, first_row, variable, [&](int64_t events, const Sums& sums, int64_t& out) {
        if (events == 0 || sums.count == 0) return Outcome::kNull;
        return as_average(sums.sum, planned.counts_all ? events : sums.count, planned.average_factor, out);
      });
    case Aggregate::kCount:
      return fill<int64_t>(writer, first_row, variable, [&](int64_t events, const Sums& sums, int64_t& out) {
        out = events == 0 || planned.counts_all ? events : sums.count;
        return Outcome::kValue;
      });
    case Aggregate::kMax:
    case Aggregate::kMin: break;
  }
  switch (planned.width_bytes) {
    case 1: write_extremes<int8_t>(writer, first_row, variable); break;
    case 2: write_extremes<int16_t>(writer, first_row, variable); break;
    case 4: write_extremes<int32_t>(writer, first_row, variable); break;
    case 8: write_extremes<int64_t>(writer, first_row, variable); break;
    default: write_extremes<Int128>(writer, first_row, variable); break;
  }
  return std::nullopt;
}

}  // namespace caudal::flows::books
