// SPDX-License-Identifier: Apache-2.0
// A file that lives in memory, and everything that decoding made of it as comparable text, for tests and fuzzers.
#pragma once

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "flows/delivery/open.h"

namespace caudal::delivery {

class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("delivery", MFD_CLOEXEC)) {
    CHECK(descriptor_ >= 0, "memfd_create");
    CHECK(::write(descriptor_, content.data(), content.size()) == static_cast<ssize_t>(content.size()), "write");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

struct Decoded {
  std::vector<std::string> records;  // "line good|refused ..." in the order of the file
  Totals totals;
};

// A good row as text, from its typed cells.
inline std::string good_text(const OpenFile& file, const Batch& batch, size_t row) {
  std::string text = fmt::format("{} good", batch.lines[row]);
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    const ColumnCells& cells = batch.columns[i];
    if (cells.states[row] == CellState::kNull) {
      text += "|NULL";
    } else if (!cells.texts.empty()) {
      text += fmt::format("|'{}'", cells.texts[row]);
    } else if (!cells.reals.empty()) {
      text += fmt::format("|{}", cells.reals[row]);
    } else if (!cells.wide.empty()) {
      text += "|" + Decimal(cells.wide[row], file.schema.columns[i].type.scale).to_string();
    } else {
      text += fmt::format("|{}", cells.numbers[row]);
    }
  }
  return text;
}

// Decodes every piece, the last one first, so that nothing can lean on the order.
inline Result<Decoded> decode_all(const OpenFile& file) {
  std::vector<std::pair<uint64_t, std::string>> records;
  Decoded decoded{{}, empty_totals(file.schema)};
  PieceDecoder decoder(file, true);
  Batch batch(file.schema);
  for (size_t i = file.pieces.size(); i-- > 0;) {
    if (auto started = decoder.start(file.pieces[i]); !started) return std::move(started).error();
    while (decoder.next(batch)) {
      for (const uint16_t row : batch.good) records.emplace_back(batch.lines[row], good_text(file, batch, row));
      std::vector<Refusal> refusals;
      collect_refusals(file, decoder, batch, refusals);
      for (const Refusal& refusal : refusals) {
        records.emplace_back(refusal.line, fmt::format("{} refused {} '{}' {}", refusal.line, refusal.reasons,
                                                       refusal.record, refusal.fields.size()));
      }
    }
    add_totals(decoder.totals(), decoded.totals);
  }
  std::sort(records.begin(), records.end());
  for (auto& [line, text] : records) decoded.records.push_back(std::move(text));
  return decoded;
}

}  // namespace caudal::delivery
