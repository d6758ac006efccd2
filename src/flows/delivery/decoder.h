// SPDX-License-Identifier: Apache-2.0
// One piece of a file as batches of typed rows, with its share of the totals.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/result.h"
#include "flows/delivery/batch.h"
#include "flows/delivery/delivery.h"
#include "flows/delivery/input.h"
#include "flows/delivery/layout.h"
#include "flows/delivery/splitter.h"

namespace caudal::delivery {

// A file that has been opened, looked through and cut; immutable.
struct OpenFile {
  Input input;
  Schema schema;
  Detected detected;
  RecordLimits limits;
  std::vector<uint16_t> column_of_field;
  std::vector<Piece> pieces;
};

// How much of a record that is longer than allowed is kept.
inline constexpr size_t kTooLongKeptBytes = size_t{64} << 10;

Totals empty_totals(const Schema& schema);
void add_totals(const Totals& part, Totals& sum);

// One thread's. Not thread-safe. `file` must outlive it.
class PieceDecoder {
 public:
  explicit PieceDecoder(const OpenFile& file, bool explain);

  // Reads a piece's bytes. Errors of I/O.
  Result<void> start(const Piece& piece);
  // The next records of the piece; false at its end, when totals() are complete.
  bool next(Batch& batch);
  const Totals& totals() const { return totals_; }
  // The present piece; what fields and records of a batch refer to.
  std::string_view bytes() const { return bytes_; }

 private:
  void count(const Batch& batch);
  void count_amount(const Batch& batch, AmountTotal& total) const;
  void count_months(const Batch& batch);

  const OpenFile& file_;
  bool explain_;
  Splitter splitter_;
  std::vector<char> buffer_;
  std::string_view bytes_;
  Piece piece_;
  bool done_ = true;
  Totals totals_;
};

// A refused record, in words.
struct Refusal {
  uint64_t line = 0;
  std::string reasons;              // joined by "; "
  std::string record;               // UTF-8
  std::vector<std::string> fields;  // the contract's order, UTF-8; none when the record cannot be split
};

// Appends the refusals of `batch`, which an explaining `decoder` has just filled, in the order of their lines.
void collect_refusals(const OpenFile& file, const PieceDecoder& decoder, const Batch& batch, std::vector<Refusal>& out);

// Bytes of the file as UTF-8 text.
std::string to_utf8(std::string_view bytes, Encoding encoding);

}  // namespace caudal::delivery
