// SPDX-License-Identifier: Apache-2.0
// Escaped texts and big-endian numbers.
#include "kv/key.h"

#include "kv/errc.h"

namespace caudal::kv {
namespace {

Error damaged_key() { return {Errc::corrupt, "a stored key is damaged; restore the data directory from a backup"}; }

}  // namespace

KeyWriter& KeyWriter::text_prefix(std::string_view value) {
  for (const char c : value) {
    bytes_.push_back(c);
    if (c == '\0') bytes_.push_back('\xff');
  }
  return *this;
}

KeyWriter& KeyWriter::text(std::string_view value) {
  text_prefix(value);
  bytes_.append("\0\1", 2);
  return *this;
}

KeyWriter& KeyWriter::u64(uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<char>(value >> shift));
  return *this;
}

KeyWriter& KeyWriter::u64_descending(uint64_t value) { return u64(~value); }

KeyWriter& KeyWriter::raw(std::string_view value) {
  bytes_.append(value);
  return *this;
}

Result<std::string> KeyReader::text() {
  std::string value;
  for (size_t i = 0; i + 1 < rest_.size(); ++i) {
    if (rest_[i] != '\0') {
      value.push_back(rest_[i]);
    } else if (rest_[++i] == '\xff') {
      value.push_back('\0');
    } else if (rest_[i] == '\1') {
      rest_.remove_prefix(i + 1);
      return value;
    } else {
      break;
    }
  }
  return damaged_key();
}

Result<uint64_t> KeyReader::u64() {
  if (rest_.size() < 8) return damaged_key();
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(8);
  return value;
}

Result<uint64_t> KeyReader::u64_descending() { return ~TRY(u64()); }

std::optional<std::string> prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::nullopt;
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace caudal::kv
