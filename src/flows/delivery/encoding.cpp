// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/encoding.h"

#include <cstdint>
#include <cstring>

namespace caudal::delivery {
namespace {

bool is_continuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Lowest and highest second byte that may follow a lead byte; empty range for bytes that lead nothing.
struct SecondByte {
  uint8_t low, high;
};
SecondByte second_byte_range(uint8_t lead) {
  switch (lead) {
    case 0xE0: return {0xA0, 0xBF};
    case 0xED: return {0x80, 0x9F};
    case 0xF0: return {0x90, 0xBF};
    case 0xF4: return {0x80, 0x8F};
    default: return {0x80, 0xBF};
  }
}

}  // namespace

size_t utf8_sequence_size(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto lead = static_cast<uint8_t>(bytes[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes.size() < size) return 0;
  const auto [low, high] = second_byte_range(lead);
  const auto second = static_cast<uint8_t>(bytes[1]);
  if (second < low || second > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if (!is_continuation(bytes[i])) return 0;
  }
  return size;
}

bool is_ascii(std::string_view bytes) {
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    if ((word & 0x8080808080808080u) != 0) return false;
  }
  for (; left > 0; ++at, --left) {
    if ((static_cast<uint8_t>(*at) & 0x80) != 0) return false;
  }
  return true;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() >= 16 && is_ascii(bytes.substr(0, 16))) {
      bytes.remove_prefix(16);
      continue;
    }
    const size_t size = utf8_sequence_size(bytes);
    if (size == 0) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

void append_latin1_as_utf8(std::string_view latin1, std::string& out) {
  for (const char c : latin1) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
}

std::string utf8_with_replacements(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t size = utf8_sequence_size(bytes);
    if (size == 0) {
      out += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
    } else {
      out.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
  }
  return out;
}

}  // namespace caudal::delivery
