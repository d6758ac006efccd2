// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/splitter.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "flows/delivery/simd.h"

namespace caudal::delivery {

Batch::Batch(const Schema& schema)
    : columns(schema.columns.size()), lines(kBatchRows), begins(kBatchRows), ends(kBatchRows), refused(kBatchRows) {
  good.reserve(kBatchRows);
  for (size_t i = 0; i < columns.size(); ++i) {
    ColumnCells& cells = columns[i];
    const ColumnType& type = schema.columns[i].type;
    cells.fields.resize(kBatchRows);
    cells.states.resize(kBatchRows);
    if (type.kind == TypeKind::kString) {
      cells.texts.resize(kBatchRows);
    } else if (type.kind == TypeKind::kDouble) {
      cells.reals.resize(kBatchRows);
    } else if (type.kind == TypeKind::kDecimal && type.precision > 18) {
      cells.wide.resize(kBatchRows);
    } else {
      cells.numbers.resize(kBatchRows);
    }
  }
}

void Batch::clear() {
  rows = 0;
  good.clear();
  broken.clear();
  problems.clear();
  blank_lines = 0;
  converted.clear();
}

Splitter::Splitter(const RecordLimits& limits, std::vector<uint16_t> column_of_field)
    : limits_(limits), column_of_field_(std::move(column_of_field)) {}

void Splitter::start(std::string_view bytes, uint64_t first_line, bool has_nul) {
  bytes_ = bytes;
  line_ = first_line;
  may_have_nul_ = has_nul;
  record_ = 0;
  scanned_ = 0;
  mark_ = 0;
  marks_end_ = 0;
}

// The next window's marks; false at the end of the piece.
bool Splitter::find_marks() {
  mark_ = 0;
  marks_end_ = 0;
  const auto size = static_cast<uint32_t>(bytes_.size());
  while (marks_end_ == 0 && scanned_ < size) {
    const uint32_t end = std::min<uint32_t>(size, scanned_ + kWindowBytes);
    uint32_t* out = marks_.data();
    for (uint32_t at = scanned_; at < end; at += 64) {
      const Chunk64 chunk(bytes_.data() + at);
      uint64_t mask = chunk.equal_to(limits_.delimiter) | chunk.equal_to('\n') | chunk.equal_to('"');
      if (end - at < 64) mask &= ~uint64_t{0} >> (64 - (end - at));
      while (mask != 0) {
        *out++ = at + static_cast<uint32_t>(std::countr_zero(mask));
        mask &= mask - 1;
      }
    }
    marks_end_ = static_cast<size_t>(out - marks_.data());
    scanned_ = end;
  }
  return marks_end_ != 0;
}

bool Splitter::next(Batch& batch) {
  if (record_ >= bytes_.size()) return false;
  const size_t expected = column_of_field_.size();
  const char* const bytes = bytes_.data();
  while (batch.rows < kBatchRows && batch.broken.size() < kBatchRows && record_ < bytes_.size()) {
    size_t field = 0;
    uint32_t begin = record_;
    for (;;) {
      // The piece ends in a line feed, so a record that has begun always finds its mark.
      if (mark_ == marks_end_ && !find_marks()) return true;
      const uint32_t mark = marks_[mark_];
      const char c = bytes[mark];
      if (c == limits_.delimiter) {
        if (field < expected)
          batch.columns[column_of_field_[field]].fields[batch.rows] = {begin, (mark - begin) & 0x7FFFFFFFu, 0};
        ++field;
        begin = mark + 1;
        ++mark_;
      } else if (c == '\n') {
        ++mark_;
        plain_record(batch, mark, field, begin);
        break;
      } else {
        quoted_record(batch);
        break;
      }
    }
  }
  return true;
}

// A record without quotes that ends at the line feed `newline`; `fields` are closed, the last one begins at `last`.
void Splitter::plain_record(Batch& batch, uint32_t newline, size_t fields, uint32_t last) {
  const uint32_t end = newline > record_ && bytes_[newline - 1] == '\r' ? newline - 1 : newline;
  if (end == record_) {
    ++batch.blank_lines;
  } else if (may_have_nul_ && has_nul(end)) {
    add_broken(batch, end, RecordFault::kNulByte, 0);
  } else if (fields + 1 != column_of_field_.size()) {
    add_broken(batch, end, RecordFault::kFieldCount, fields + 1);
  } else {
    batch.columns[column_of_field_[fields]].fields[batch.rows] = {last, (end - last) & 0x7FFFFFFFu, 0};
    add_row(batch, end);
  }
  record_ = newline + 1;
  ++line_;
}

void Splitter::quoted_record(Batch& batch) {
  const RecordEnd record = read_record(bytes_, record_, true, limits_, &fields_);
  const auto end = static_cast<uint32_t>(record.content_end);
  if (may_have_nul_ && has_nul(end)) {
    add_broken(batch, end, RecordFault::kNulByte, 0);
  } else if (record.fault != RecordFault::kNone) {
    add_broken(batch, end, record.fault, 0);
  } else if (fields_.size() != column_of_field_.size()) {
    add_broken(batch, end, RecordFault::kFieldCount, fields_.size());
  } else {
    for (size_t i = 0; i < fields_.size(); ++i) batch.columns[column_of_field_[i]].fields[batch.rows] = fields_[i];
    add_row(batch, end);
  }
  record_ = static_cast<uint32_t>(record.next);
  line_ += record.lines;
  while (mark_ < marks_end_ && marks_[mark_] < record_) ++mark_;
  if (mark_ == marks_end_) scanned_ = std::max(scanned_, record_);
}

void Splitter::add_row(Batch& batch, uint32_t end) {
  batch.begins[batch.rows] = record_;
  batch.ends[batch.rows] = end;
  batch.lines[batch.rows] = line_;
  ++batch.rows;
}

void Splitter::add_broken(Batch& batch, uint32_t end, RecordFault fault, size_t fields) {
  batch.broken.push_back({record_, end, line_, fault, fields});
}

bool Splitter::has_nul(uint32_t end) const {
  return std::memchr(bytes_.data() + record_, '\0', end - record_) != nullptr;
}

}  // namespace caudal::delivery
