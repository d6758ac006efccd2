// SPDX-License-Identifier: Apache-2.0
// Reads the bytes of item_codec.h piece by piece. Not base/wire.h: this is the hottest path of all, and makes no Result
// for each byte but remembers that it failed. For this room's readers of stored items alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "items/values/number_bytes.h"
#include "items/values/value.h"

namespace caudal::items {

// Stored: never to be changed. So are the numbers of Type.
inline constexpr uint8_t kItemFormat = 1;
inline constexpr uint8_t kTrueByte = 0x10 | static_cast<uint8_t>(Type::kBoolean);  // false is the plain type
inline constexpr size_t kItemLengthBytes = 4;

// Sticky: after a failure everything reads as nothing.
class ItemCursor {
 public:
  explicit ItemCursor(std::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  uint8_t byte() {
    if (rest_.empty()) {
      fail();
      return 0;
    }
    const auto value = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::string_view bytes(size_t length) {
    if (length > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  // In its shortest form only.
  size_t count() {
    size_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const uint8_t next = byte();
      value |= static_cast<size_t>(next & 0x7f) << shift;
      if ((next & 0x80) != 0) continue;
      if (next == 0 && shift > 0) fail();
      return value;
    }
    fail();
    return 0;
  }
  std::string_view text() { return bytes(count()); }
  std::string_view measured() {
    const std::string_view length = bytes(kItemLengthBytes);
    if (failed_) return {};
    size_t value = 0;
    for (size_t i = 0; i < kItemLengthBytes; ++i)
      value |= static_cast<size_t>(static_cast<uint8_t>(length[i])) << (8 * i);
    return bytes(value);
  }
  Number number() {
    const auto value = read_number_bytes(rest_);
    if (!value) fail();
    return value.value_or(Number());
  }
  // The bytes of a value with its type, by its lengths alone.
  std::string_view value() {
    const std::string_view begin = rest_;
    const uint8_t type = byte();
    if (type == kTrueByte) return begin.substr(0, 1);
    switch (static_cast<Type>(type)) {
      case Type::kString:
      case Type::kBinary: text(); break;
      case Type::kNumber: bytes(number_bytes_length(rest_)); break;
      case Type::kBoolean:
      case Type::kNull: break;
      case Type::kStringSet:
      case Type::kNumberSet:
      case Type::kBinarySet:
      case Type::kList:
      case Type::kMap: measured(); break;
      default: fail();
    }
    return failed_ ? std::string_view() : begin.substr(0, begin.size() - rest_.size());
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace caudal::items
