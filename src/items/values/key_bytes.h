// SPDX-License-Identifier: Apache-2.0
// Values of keys as bytes that compare as the values do and tell their own end, so that those of several attributes
// can follow each other. Strings and binaries as kv/key.h has them (00 becomes 00 FF, the end is 00 01), numbers as
// Number::append_ordered has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "items/values/value.h"

namespace caudal::items {

// `value`: of type S, N or B.
void append_key_part(std::string& out, const Value& value);
// As the beginning of every key part that starts with the bytes of `prefix`, of type S or B. Only as last piece.
void append_key_prefix(std::string& out, const Value& prefix);
// Takes a part of that type from the beginning of `rest`; nothing when there is none.
std::optional<Value> read_key_part(std::string_view& rest, Type type);

// The smallest bytes greater than all that start with `prefix`; nothing when there are none.
std::optional<std::string> end_of_prefix(std::string_view prefix);

// The same on every machine and for ever (it may be stored): spreads partitions for parallel scans.
uint64_t hash_of_partition(std::string_view partition_bytes);
// Segments are ranges of hashes, one after the other: which of `segments` a hash is in, and where a segment begins.
uint32_t segment_of(uint64_t hash, uint32_t segments);
uint64_t first_hash_of(uint32_t segment, uint32_t segments);

}  // namespace caudal::items
