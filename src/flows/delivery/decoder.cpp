// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/decoder.h"

#include <algorithm>
#include <cstring>

#include "flows/delivery/columns.h"
#include "flows/delivery/encoding.h"
#include "flows/delivery/reason.h"

namespace caudal::delivery {

Totals empty_totals(const Schema& schema) {
  Totals totals;
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    const Column& column = schema.columns[i];
    if (column.is_amount) totals.amounts.push_back({.column = i, .scale = column.type.scale});
  }
  return totals;
}

void add_totals(const Totals& part, Totals& sum) {
  sum.records += part.records;
  sum.good += part.good;
  sum.refused += part.refused;
  sum.blank_lines += part.blank_lines;
  sum.rows_without_month += part.rows_without_month;
  for (const auto& [month, rows] : part.months) sum.months[month] += rows;
  for (size_t i = 0; i < part.amounts.size(); ++i) {
    const AmountTotal& from = part.amounts[i];
    AmountTotal& to = sum.amounts[i];
    to.sum += from.sum;
    to.refused_sum += from.refused_sum;
    to.read += from.read;
    to.empty += from.empty;
    to.unreadable += from.unreadable;
  }
}

PieceDecoder::PieceDecoder(const OpenFile& file, bool explain)
    : file_(file), explain_(explain), splitter_(file.limits, file.column_of_field) {}

Result<void> PieceDecoder::start(const Piece& piece) {
  piece_ = piece;
  totals_ = empty_totals(file_.schema);
  done_ = false;
  const size_t size = piece.too_long ? std::min<uint64_t>(piece.size_bytes, kTooLongKeptBytes) : piece.size_bytes;
  if (buffer_.size() < size + 1 + kPaddingBytes) buffer_.resize(size + 1 + kPaddingBytes);
  if (auto read = file_.input.read_at(piece.offset, buffer_.data(), size); !read) return read;
  size_t end = size;
  if (!piece.too_long && buffer_[size - 1] != '\n') buffer_[end++] = '\n';
  std::memset(buffer_.data() + end, 0, kPaddingBytes);
  bytes_ = {buffer_.data(), end};
  if (!piece.too_long) splitter_.start(bytes_, piece.first_line, piece.has_nul);
  return {};
}

bool PieceDecoder::next(Batch& batch) {
  batch.clear();
  if (done_) return false;
  if (piece_.too_long) {
    done_ = true;
    batch.broken.push_back({0, static_cast<uint32_t>(bytes_.size()), piece_.first_line, RecordFault::kTooLong, 0});
  } else if (!splitter_.next(batch)) {
    done_ = true;
    return false;
  }
  parse_columns(file_.schema, file_.detected, bytes_, {.check_utf8 = !piece_.is_utf8, .explain = explain_}, batch);
  count(batch);
  return true;
}

void PieceDecoder::count(const Batch& batch) {
  totals_.records += batch.rows + batch.broken.size();
  totals_.good += batch.good.size();
  totals_.refused += batch.rows - batch.good.size() + batch.broken.size();
  totals_.blank_lines += batch.blank_lines;
  for (AmountTotal& total : totals_.amounts) count_amount(batch, total);
  if (file_.schema.month_column) count_months(batch);
}

void PieceDecoder::count_amount(const Batch& batch, AmountTotal& total) const {
  const ColumnCells& cells = batch.columns[total.column];
  total.unreadable += batch.broken.size();
  for (size_t row = 0; row < batch.rows; ++row) {
    if (cells.states[row] != CellState::kValue) [[unlikely]] {
      ++(cells.states[row] == CellState::kNull ? total.empty : total.unreadable);
      continue;
    }
    const Int128 value = cells.wide.empty() ? Int128{cells.numbers[row]} : cells.wide[row];
    total.sum += value;
    ++total.read;
    if (batch.refused[row] != 0) total.refused_sum += value;
  }
}

void PieceDecoder::count_months(const Batch& batch) {
  const ColumnCells& cells = batch.columns[*file_.schema.month_column];
  // Files hold mostly one month, or few: look a month up only when it changes.
  int64_t first = 0;
  int64_t end = 0;
  uint64_t* rows = nullptr;
  for (const uint16_t row : batch.good) {
    if (cells.states[row] != CellState::kValue) {
      ++totals_.rows_without_month;
      continue;
    }
    const int64_t day = cells.numbers[row];
    if (day < first || day >= end) {
      const Month month = month_of(Date{std::chrono::days{day}});
      first = first_day(month).time_since_epoch().count();
      end = first_day(month + std::chrono::months{1}).time_since_epoch().count();
      rows = &totals_.months[month];
    }
    ++*rows;
  }
}

std::string to_utf8(std::string_view bytes, Encoding encoding) {
  if (encoding != Encoding::kLatin1) return utf8_with_replacements(bytes);
  std::string text;
  append_latin1_as_utf8(bytes, text);
  return text;
}

void collect_refusals(const OpenFile& file, const PieceDecoder& decoder, const Batch& batch,
                      std::vector<Refusal>& out) {
  const std::string_view bytes = decoder.bytes();
  const Encoding encoding = file.detected.encoding;
  const size_t before = out.size();
  std::string scratch;
  for (const BrokenRecord& broken : batch.broken) {
    out.push_back({.line = broken.line,
                   .reasons = record_reason(broken, file.column_of_field.size(), file.limits.max_record_bytes),
                   .record = to_utf8(bytes.substr(broken.begin, broken.end - broken.begin), encoding),
                   .fields = {}});
  }
  std::vector<std::string> reasons(batch.rows);
  // Problems come column by column, so each row's reasons are in the contract's order.
  for (const CellProblem& problem : batch.problems) {
    const Column& column = file.schema.columns[problem.column];
    const Field& field = batch.columns[problem.column].fields[problem.row];
    std::string& reason = reasons[problem.row];
    if (!reason.empty()) reason += "; ";
    reason += cell_reason(column, problem, file.detected, to_utf8(field_text(bytes, field, scratch), encoding));
  }
  for (uint32_t row = 0; row < batch.rows; ++row) {
    if (batch.refused[row] == 0) continue;
    Refusal refusal{.line = batch.lines[row],
                    .reasons = std::move(reasons[row]),
                    .record = to_utf8(bytes.substr(batch.begins[row], batch.ends[row] - batch.begins[row]), encoding),
                    .fields = {}};
    for (const ColumnCells& cells : batch.columns) {
      refusal.fields.push_back(to_utf8(field_text(bytes, cells.fields[row], scratch), encoding));
    }
    out.push_back(std::move(refusal));
  }
  std::sort(out.begin() + static_cast<ptrdiff_t>(before), out.end(),
            [](const Refusal& a, const Refusal& b) { return a.line < b.line; });
}

}  // namespace caudal::delivery
