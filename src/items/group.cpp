// SPDX-License-Identifier: Apache-2.0
#include "items/group.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace caudal::items {
namespace {

// A group that has grown so large is written before more is decided.
constexpr size_t kLargestGroupBytes = size_t{4} << 20;
constexpr size_t kLargestGroup = 1024;

size_t bytes_of(const std::string& key, const std::optional<std::string>& value) {
  return key.size() + (value ? value->size() : 0);
}

// A row to be sorted: mostly by its first bytes, without going to where the key is.
struct Sorted {
  uint64_t first_bytes = 0;
  size_t number = 0;  // in the order in which they were written
  std::string_view key;
  const std::optional<std::string>* value = nullptr;

  Sorted(size_t n, const std::string& of, const std::optional<std::string>& to) : number(n), key(of), value(&to) {
    for (size_t byte = 0; byte < sizeof first_bytes; ++byte)
      first_bytes = first_bytes << 8 | (byte < key.size() ? static_cast<uint8_t>(key[byte]) : 0);
  }
  friend bool operator<(const Sorted& a, const Sorted& b) {
    if (a.first_bytes != b.first_bytes) return a.first_bytes < b.first_bytes;
    if (const int order = a.key.compare(b.key); order != 0) return order < 0;
    return a.number < b.number;
  }
};

void add_to(kv::Batch& batch, kv::Family family, std::string_view key, const std::optional<std::string>& value) {
  if (value)
    batch.put(family, key, *value);
  else
    batch.remove(family, key);
}

}  // namespace

void Group::add(Decided decided, Writes writes, size_t held_bytes) {
  decided_.push_back(std::move(decided));
  held_bytes_ += held_bytes;
  for (const auto& [key, value] : writes.rows) written_bytes_ += bytes_of(key, value);
  for (const auto& [key, value] : writes.entries) written_bytes_ += bytes_of(key, value);
  for (const OtherWrite& other : writes.others) written_bytes_ += bytes_of(other.key, other.value);
  while (!writes.rows.empty()) {
    auto added = writes_.rows.insert(writes.rows.extract(writes.rows.begin()));
    if (!added.inserted) added.position->second = std::move(added.node.mapped());
  }
  std::ranges::move(writes.entries, std::back_inserter(writes_.entries));
  std::ranges::move(writes.others, std::back_inserter(writes_.others));
  std::ranges::move(writes.ranges, std::back_inserter(writes_.others));
  for (const auto& [space, volume] : writes.volumes) writes_.volumes[space] += volume;
}

void Group::add(OtherWrite write) { writes_.others.push_back(std::move(write)); }

bool Group::is_full() const {
  return decided_.size() >= kLargestGroup || written_bytes_ + held_bytes_ >= kLargestGroupBytes;
}

kv::Batch Group::batch(kv::Family rows) const {
  std::vector<Sorted> sorted;
  sorted.reserve(writes_.rows.size() + writes_.entries.size());
  for (const auto& [key, value] : writes_.rows) sorted.emplace_back(sorted.size(), key, value);
  for (const auto& [key, value] : writes_.entries) sorted.emplace_back(sorted.size(), key, value);
  std::ranges::sort(sorted, std::less<>());
  // A write has a type, a family, and two lengths besides.
  constexpr size_t kOfAWrite = 8;
  kv::Batch batch(written_bytes_ + kOfAWrite * (sorted.size() + writes_.others.size()));
  for (size_t n = 0; n < sorted.size(); ++n) {
    const bool is_last = n + 1 == sorted.size() || sorted[n + 1].key != sorted[n].key;
    if (is_last) add_to(batch, rows, sorted[n].key, *sorted[n].value);
  }
  for (const OtherWrite& other : writes_.others) {
    if (other.range)
      batch.remove_range(other.family, *other.range);
    else
      add_to(batch, other.family, other.key, other.value);
  }
  return batch;
}

void Group::complete() {
  for (Decided& one : decided_) one.decision->complete(std::move(one.outcome));
  decided_.clear();  // the group stays for its overlay
}

}  // namespace caudal::items
