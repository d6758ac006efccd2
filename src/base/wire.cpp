// SPDX-License-Identifier: Apache-2.0
// Varints and length-prefixed strings.
#include "base/wire.h"

#include <fmt/format.h>

namespace caudal {
namespace {

Error damaged(std::string_view what) {
  return {Errc::corrupt, fmt::format("a stored row is damaged: {}; restore it from a backup", what)};
}

}  // namespace

WireWriter& WireWriter::varint(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

WireWriter& WireWriter::signed_varint(int64_t value) {
  return varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

WireWriter& WireWriter::fixed64(uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<char>(value >> shift));
  return *this;
}

WireWriter& WireWriter::boolean(bool value) {
  bytes_.push_back(value ? '\1' : '\0');
  return *this;
}

WireWriter& WireWriter::text(std::string_view value) {
  varint(value.size());
  bytes_.append(value);
  return *this;
}

Result<uint64_t> WireReader::varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return damaged("it ends inside a number");
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) return damaged("a number has a superfluous byte");
      return value;
    }
  }
  return damaged("a number has more than 64 bits");
}

Result<int64_t> WireReader::signed_varint() {
  const uint64_t value = TRY(varint());
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

Result<uint64_t> WireReader::fixed64() {
  if (rest_.size() < 8) return damaged("it ends inside a number");
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value |= static_cast<uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
  rest_.remove_prefix(8);
  return value;
}

Result<bool> WireReader::boolean() {
  if (rest_.empty()) return damaged("it ends before a flag");
  const char byte = rest_.front();
  if (byte != '\0' && byte != '\1') return damaged("a flag is neither 0 nor 1");
  rest_.remove_prefix(1);
  return byte == '\1';
}

Result<std::string_view> WireReader::text() {
  const uint64_t size = TRY(varint());
  if (size > rest_.size()) return damaged("it ends inside a text");
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

Result<size_t> WireReader::count() {
  const uint64_t value = TRY(varint());
  if (value > rest_.size()) return damaged("it announces more elements than it has bytes");
  return static_cast<size_t>(value);
}

Result<void> WireReader::finish() const {
  if (!rest_.empty()) return damaged(fmt::format("{} bytes are left over", rest_.size()));
  return {};
}

}  // namespace caudal
