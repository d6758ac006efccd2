// SPDX-License-Identifier: Apache-2.0
// Values and items drawn from a seed, with the corners of DynamoDB's types: NULs, the largest and smallest numbers,
// names that begin alike.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "items/values/value.h"

namespace caudal::items::testing {

// CAUDAL_SEED when it is given, else a new one; printed, so that a failure can be repeated.
inline uint64_t test_seed() {
  const char* const fixed = std::getenv("CAUDAL_SEED");
  const uint64_t seed = fixed != nullptr ? std::strtoull(fixed, nullptr, 10) : secure_random_u64();
  std::printf("seed %llu (CAUDAL_SEED=%llu repeats it)\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(seed));
  return seed;
}

inline std::string random_text(Random& random) {
  static constexpr std::string_view kPieces[] = {"a", "b", "ab", "Z", "0", " ", "\"", "\\", "\n", "é", "漢", "𝄞"};
  std::string text;
  for (uint64_t i = random.below(6); i > 0; --i) {
    text += random.chance(0.08) ? std::string(1, '\0') : std::string(kPieces[random.below(std::size(kPieces))]);
  }
  return text;
}

// Of an attribute.
inline std::string random_name(Random& random) {
  const std::string text = random_text(random);
  return text.empty() ? "n" : text;
}

inline std::string random_bytes(Random& random) {
  static constexpr char kBytes[] = {'\0', '\x01', '\xff', 'a', '\x7f', '\x80'};
  std::string bytes;
  for (uint64_t i = random.below(6); i > 0; --i) bytes.push_back(kBytes[random.below(std::size(kBytes))]);
  return bytes;
}

inline Number random_number(Random& random) {
  if (random.chance(0.3)) return Number(random.between(-1'000, 1'000));
  if (random.chance(0.05)) return Number();
  std::string text = random.chance(0.5) ? "-" : "";
  text += static_cast<char>('1' + random.below(9));
  for (uint64_t i = random.below(38); i > 0; --i) {
    text += static_cast<char>(random.chance(0.5) ? '0' + random.below(10) : random.chance(0.5) ? '0' : '9');
  }
  const auto digits = static_cast<int64_t>(text.size() - (text[0] == '-' ? 1 : 0));
  // Often near zero, so that sums of two meet.
  const int64_t magnitude = random.chance(0.7) ? random.between(-20, 20) : random.between(-130, 125);
  return *Number::parse(text + "E" + std::to_string(magnitude - digits + 1));
}

template <class T, class Draw>
std::optional<SetOf<T>> random_set(Random& random, const Draw& draw) {
  std::vector<T> members;
  for (uint64_t i = 1 + random.below(4); i > 0; --i) members.push_back(draw(random));
  return SetOf<T>::make(std::move(members));
}

inline Value random_value(Random& random, int levels_left = 4);

inline Item random_item(Random& random, int levels_left = 4) {
  Item item;
  for (uint64_t i = random.below(levels_left > 3 ? 12 : 4); i > 0; --i) {
    item.set(random_name(random), random_value(random, levels_left));
  }
  return item;
}

// S, N or B.
inline Value random_scalar(Random& random) {
  switch (random.below(3)) {
    case 0: return Value(random_text(random));
    case 1: return Value(random_number(random));
    default: return Value(Binary{random_bytes(random)});
  }
}

inline Value random_value(Random& random, int levels_left) {
  const auto or_null = [](auto set) { return set ? Value(*std::move(set)) : Value(); };
  switch (random.below(levels_left > 1 ? 12 : 9)) {
    case 0: return Value(random.chance(0.5));
    case 1: return Value();
    case 2: return or_null(random_set<std::string>(random, random_text));
    case 3: return or_null(random_set<Number>(random, random_number));
    case 4: return or_null(random_set<Binary>(random, [](Random& r) { return Binary{random_bytes(r)}; }));
    case 9:
    case 10: {
      List list;
      for (uint64_t i = random.below(4); i > 0; --i) list.push_back(random_value(random, levels_left - 1));
      return Value(std::move(list));
    }
    case 11: return Value(random_item(random, levels_left - 1));
    default: return random_scalar(random);
  }
}

}  // namespace caudal::items::testing
