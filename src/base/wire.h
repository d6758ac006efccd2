// SPDX-License-Identifier: Apache-2.0
// A small binary codec for rows kept in a store: varints and length-prefixed strings, read back with bounds checks.
// Not self-describing and not order-preserving: a row begins with a format number of its own, and keys have kv/key.h.
//
//   WireWriter out;                              WireReader in(row);
//   out.varint(1).text("name").boolean(true);    const uint64_t format = TRY(in.varint());
//   store(out.take());                           std::string name(TRY(in.text()));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal {

class WireWriter {
 public:
  WireWriter() = default;
  // With room for so many bytes.
  explicit WireWriter(size_t size_bytes) { bytes_.reserve(size_bytes); }
  // LEB128: 7 bits a byte, low first.
  WireWriter& varint(uint64_t value);
  // Zig-zag, so that small negative numbers are short too.
  WireWriter& signed_varint(int64_t value);
  // Eight bytes, little-endian.
  WireWriter& fixed64(uint64_t value);
  WireWriter& boolean(bool value);
  // Any bytes, after their length.
  WireWriter& text(std::string_view value);
  size_t size_bytes() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Every read answers Errc::corrupt when the bytes end too early or could not have been written by WireWriter. The
// views returned point into the bytes given to the constructor, which must outlive them.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  Result<uint64_t> varint();
  Result<int64_t> signed_varint();
  Result<uint64_t> fixed64();
  Result<bool> boolean();
  Result<std::string_view> text();
  // A varint that says how many elements follow; refused when the rest cannot hold so many of at least one byte, so a
  // damaged count never makes a caller reserve gigabytes.
  Result<size_t> count();
  bool at_end() const { return rest_.empty(); }
  // An error when bytes are left over.
  Result<void> finish() const;

 private:
  std::string_view rest_;
};

}  // namespace caudal
