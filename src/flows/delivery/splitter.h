// SPDX-License-Identifier: Apache-2.0
// Splits a piece into records and fields at the speed of memory: delimiters, line ends and quotes are found 64 bytes at
// a time. A record with a quote is left to read_record, whose outcome is the definition.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "flows/delivery/batch.h"

namespace caudal::delivery {

// Readable bytes wanted after a piece's last.
inline constexpr size_t kPaddingBytes = 64;

// One thread's. Not thread-safe.
class Splitter {
 public:
  // `column_of_field[i]` is the contract's column that the file's field i holds; each column once.
  Splitter(const RecordLimits& limits, std::vector<uint16_t> column_of_field);

  // `bytes` ends in a line feed, is followed by kPaddingBytes readable bytes, and stays until the piece is done.
  void start(std::string_view bytes, uint64_t first_line, bool has_nul);
  // Adds records to an empty `batch` until it is full or the piece ends. False: the piece had ended before.
  bool next(Batch& batch);

 private:
  bool find_marks();
  void plain_record(Batch& batch, uint32_t end, size_t fields, uint32_t last_begin);
  void quoted_record(Batch& batch);
  void add_row(Batch& batch, uint32_t end);
  void add_broken(Batch& batch, uint32_t end, RecordFault fault, size_t fields);
  bool has_nul(uint32_t end) const;

  static constexpr size_t kWindowBytes = 4096;
  RecordLimits limits_;
  std::vector<uint16_t> column_of_field_;
  std::string_view bytes_;
  uint64_t line_ = 1;
  bool may_have_nul_ = false;
  uint32_t record_ = 0;   // where the present record begins
  uint32_t scanned_ = 0;  // marks are known up to here
  size_t mark_ = 0;
  size_t marks_end_ = 0;
  std::array<uint32_t, kWindowBytes> marks_;
  std::vector<Field> fields_;  // of a quoted record
};

}  // namespace caudal::delivery
