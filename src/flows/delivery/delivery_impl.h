// SPDX-License-Identifier: Apache-2.0
// What a Delivery holds; for the units of this room only.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/thread_annotations.h"
#include "flows/delivery/decoder.h"
#include "flows/delivery/delivery.h"

namespace caudal::delivery {

class Delivery::Impl {
 public:
  Impl(OpenFile opened, int32_t ordinal)
      : file(std::move(opened)), file_ordinal(ordinal), piece_totals(file.pieces.size()) {}

  // Keeps what decoding a piece counted; a piece decoded again counts the same, and once.
  void finish_piece(size_t piece, const Totals& totals) CAUDAL_EXCLUDES(mutex);
  // A piece's share; decodes it if nobody has yet.
  Result<Totals> totals_of(size_t piece) CAUDAL_EXCLUDES(mutex);
  // Appends the records of `piece` at the first of `lines`; answers how many of them lie in it.
  Result<size_t> extract_from(const Piece& piece, std::span<const uint64_t> lines,
                              std::vector<RawRecord>& records) const;

  const OpenFile file;
  const int32_t file_ordinal;
  Mutex mutex;
  std::vector<std::optional<Totals>> piece_totals CAUDAL_GUARDED_BY(mutex);
};

}  // namespace caudal::delivery
