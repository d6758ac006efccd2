// SPDX-License-Identifier: Apache-2.0
// The lines of a source of bytes, in memory one at a time; or its records, where a line's end in quotes is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "objects/byte_source.h"

namespace caudal::transfer {

// No item in any of the formats takes more.
inline constexpr size_t kLongestLineBytes = size_t{8} << 20;

// Not thread-safe.
class LineReader {
 public:
  // `source` must outlive it. `delimiter`, of CSV: ends of lines in a field that begins with " belong to the record, up
  // to the " that ends it; two of them are one that does not.
  explicit LineReader(objects::ByteSource& source, std::optional<char> delimiter = {})
      : source_(source), delimiter_(delimiter) {}

  // To the next line, without its end (LF or CR LF); false after the last. Errors: those of the source;
  // Errc::line_too_long.
  Result<bool> next();
  // Until the next call.
  std::string_view text() const { return text_; }
  // From 1: where the text begins.
  uint64_t line() const { return line_; }

 private:
  // Where one is in a record of CSV.
  enum class At : uint8_t { kFieldStart, kPlain, kQuoted, kQuoteInQuotes };
  // Where the record ends: at its LF; npos when more must be read.
  size_t find_end();
  At after(char c) const;

  objects::ByteSource& source_;
  const std::optional<char> delimiter_;
  std::string buffer_;
  size_t begin_ = 0;         // of what is not taken yet
  size_t looked_ = 0;        // up to where no end was found
  At at_ = At::kFieldStart;  // at looked_
  bool at_end_ = false;
  std::string_view text_;
  uint64_t line_ = 0;
  uint64_t next_line_ = 1;
};

}  // namespace caudal::transfer
