// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <array>
#include <cstdint>

namespace caudal {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> values_of(std::string_view digits) {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t i = 0; i < digits.size(); ++i) values[static_cast<unsigned char>(digits[i])] = static_cast<uint8_t>(i);
  return values;
}
constexpr std::array<uint8_t, 256> kBase64Values = values_of(kBase64Digits);

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void append_hex(std::string& text, std::string_view bytes) {
  const size_t before = text.size();
  text.resize(before + 2 * bytes.size());
  char* out = text.data() + before;
  for (const char c : bytes) {
    *out++ = kHexDigits[static_cast<unsigned char>(c) >> 4];
    *out++ = kHexDigits[static_cast<unsigned char>(c) & 15];
  }
}

std::string to_hex_id(uint64_t number) {
  constexpr std::string_view kCapitals = "0123456789ABCDEF";
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; number >>= 4) text[i] = kCapitals[number & 15];
  return text;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  append_hex(text, bytes);
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t have = bytes.size() - at < 3 ? bytes.size() - at : 3;
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < have ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (size_t i = 0; i <= have; ++i) out[i] = kBase64Digits[group >> (18 - 6 * i) & 63];
    out += 4;
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t at = 0; at < text.size(); at += 4) {
    size_t digits = 4;
    if (at + 4 == text.size()) digits = text.ends_with("==") ? 2 : text.ends_with('=') ? 3 : 4;
    uint32_t group = 0;
    for (size_t i = 0; i < digits; ++i) {
      const uint8_t value = kBase64Values[static_cast<unsigned char>(text[at + i])];
      if (value == kNoDigit) return std::nullopt;
      group = group << 6 | value;
    }
    group <<= 6 * (4 - digits);
    for (size_t i = 0; i + 1 < digits; ++i) bytes.push_back(static_cast<char>(group >> (16 - 8 * i)));
    if ((group & ((1U << (8 * (4 - digits))) - 1)) != 0) return std::nullopt;
  }
  return bytes;
}

}  // namespace caudal
