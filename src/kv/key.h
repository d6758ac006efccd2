// SPDX-License-Identifier: Apache-2.0
// Order-preserving pieces of keys: the bytes of two encoded keys compare as the values do, piece by piece.
//
//   KeyWriter key;
//   key.text(database).text(table).u64_descending(version);
//   batch.put(family, key.bytes(), row);
//   KeyReader in(scan.key());  std::string database = TRY(in.text()); ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::kv {

class KeyWriter {
 public:
  KeyWriter() = default;
  // Any bytes: NUL becomes 00 FF, the end is 00 01, so that "a" sorts before "a\0" and both before "ab".
  KeyWriter& text(std::string_view value);
  // As text() without its end: every key whose piece starts with `value` starts with these bytes. Only as last piece.
  KeyWriter& text_prefix(std::string_view value);
  // Big-endian, small first.
  KeyWriter& u64(uint64_t value);
  // Big-endian of the complement: large (newest) first.
  KeyWriter& u64_descending(uint64_t value);
  // Bytes as they are; only as last piece, or of a fixed length.
  KeyWriter& raw(std::string_view value);
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads the pieces back in the order in which they were written. Errors: corrupt.
class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) : rest_(bytes) {}
  Result<std::string> text();
  Result<uint64_t> u64();
  Result<uint64_t> u64_descending();
  // Everything that is left.
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// The smallest key greater than every key that starts with `prefix`; nothing when there is none (all bytes FF).
std::optional<std::string> prefix_end(std::string_view prefix);

// Keys from `lower` (inclusive) up to `upper` (exclusive; nothing: to the end).
struct Range {
  std::string lower = {};
  std::optional<std::string> upper = std::nullopt;

  static Range all() { return {}; }
  static Range prefix(std::string_view bytes) { return {std::string(bytes), prefix_end(bytes)}; }
};

}  // namespace caudal::kv
