// SPDX-License-Identifier: Apache-2.0
#include "aws/request_ids.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <functional>

#include "base/encoding.h"
#include "base/random.h"

namespace caudal::aws {

// Random's generator walks through all 64-bit values before it repeats one; each step is one addition to its state.
uint64_t RequestIds::next() {
  constexpr uint64_t kStep = 0x9e3779b97f4a7c15;
  return Random(state_.fetch_add(kStep, std::memory_order_relaxed)).next();
}

std::string RequestIds::for_s3() { return to_hex_id(next()); }

std::string RequestIds::for_json() {
  const uint64_t first = next();
  const uint64_t more = Random(~first).next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", first >> 32, first >> 16 & 0xffff, more & 0xfff,
                     0x8000 | (more >> 16 & 0x3fff), first & 0xffff, more >> 32);
}

std::string RequestIds::for_dynamodb() {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  uint64_t word = next();
  Random more(~word);
  std::string id;
  for (int part = 0; part < 4; ++part) {  // 13 digits of base 36 hold 64 bits
    for (int i = 0; i < 13; ++i, word /= kDigits.size()) id.push_back(kDigits[word % kDigits.size()]);
    word = more.next();
  }
  return id;
}

std::string host_id_of(std::string_view request_id) {
  constexpr size_t kWords = 7;
  Random random(std::hash<std::string_view>()(request_id));
  std::array<char, kWords * sizeof(uint64_t)> bytes;
  for (size_t word = 0; word < kWords; ++word) {
    const uint64_t value = random.next();
    std::memcpy(bytes.data() + word * sizeof value, &value, sizeof value);
  }
  return to_base64({bytes.data(), bytes.size()});
}

}  // namespace caudal::aws
