// SPDX-License-Identifier: Apache-2.0
// Bytes of keys, and the hash of a partition.
#include "items/values/key_bytes.h"

#include "base/check.h"

namespace caudal::items {
namespace {

// Stored: never to be changed.
constexpr char kEscape = '\x00';
constexpr char kEscaped = '\xff';
constexpr char kEnd = '\x01';

void append_escaped(std::string& out, std::string_view bytes) {
  size_t done = 0;
  for (size_t at = bytes.find(kEscape); at != std::string_view::npos; at = bytes.find(kEscape, done)) {
    out.append(bytes, done, at + 1 - done).push_back(kEscaped);
    done = at + 1;
  }
  out.append(bytes.substr(done));
}

std::optional<std::string> read_escaped(std::string_view& rest) {
  std::string bytes;
  for (;;) {
    const size_t at = rest.find(kEscape);
    if (at == std::string_view::npos || at + 1 == rest.size()) return std::nullopt;
    const char next = rest[at + 1];
    if (next != kEscaped && next != kEnd) return std::nullopt;
    bytes.append(rest, 0, next == kEnd ? at : at + 1);
    rest.remove_prefix(at + 2);
    if (next == kEnd) return bytes;
  }
}

}  // namespace

void append_key_part(std::string& out, const Value& value) {
  if (const Number* const number = value.get_if<Number>()) return number->append_ordered(out);
  append_key_prefix(out, value);
  out.push_back(kEscape);
  out.push_back(kEnd);
}

void append_key_prefix(std::string& out, const Value& prefix) {
  const auto bytes = bytes_of(prefix);
  CHECK(bytes.has_value(), "keys are of type S, N or B");
  append_escaped(out, *bytes);
}

std::optional<Value> read_key_part(std::string_view& rest, Type type) {
  if (type == Type::kNumber) {
    const auto number = Number::read_ordered(rest);
    return number ? std::optional(Value(*number)) : std::nullopt;
  }
  CHECK(type == Type::kString || type == Type::kBinary, "keys are of type S, N or B");
  auto bytes = read_escaped(rest);
  if (!bytes) return std::nullopt;
  return type == Type::kString ? Value(*std::move(bytes)) : Value(Binary{*std::move(bytes)});
}

std::optional<std::string> end_of_prefix(std::string_view prefix) {
  const size_t last = prefix.find_last_not_of('\xff');
  if (last == std::string_view::npos) return std::nullopt;
  std::string end(prefix.substr(0, last + 1));
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

uint64_t hash_of_partition(std::string_view partition_bytes) {
  constexpr uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;  // 2^64 divided by the golden ratio
  uint64_t hash = partition_bytes.size() * kOdd;
  while (!partition_bytes.empty()) {
    const std::string_view eight = partition_bytes.substr(0, 8);
    uint64_t word = 0;
    for (size_t i = 0; i < eight.size(); ++i) word |= static_cast<uint64_t>(static_cast<uint8_t>(eight[i])) << (8 * i);
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 29;
    partition_bytes.remove_prefix(eight.size());
  }
  // The finish of splitmix64, so that the high bits, which make the segments, depend on all.
  hash = (hash ^ (hash >> 30)) * 0xbf58'476d'1ce4'e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d0'49bb'1331'11eb;
  return hash ^ (hash >> 31);
}

uint32_t segment_of(uint64_t hash, uint32_t segments) {
  return static_cast<uint32_t>(static_cast<UInt128>(hash) * segments >> 64);
}

uint64_t first_hash_of(uint32_t segment, uint32_t segments) {
  const UInt128 scaled = (static_cast<UInt128>(segment) << 64) + segments - 1;
  return static_cast<uint64_t>(scaled / segments);
}

}  // namespace caudal::items
