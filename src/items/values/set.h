// SPDX-License-Identifier: Apache-2.0
// The members of DynamoDB's sets: at least one, none twice, kept sorted, so that equal sets are equal lists.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace caudal::items {

template <class T>
class SetOf {
 public:
  // Nothing when there are no members, or one twice.
  static std::optional<SetOf> make(std::vector<T> members) {
    if (members.empty()) return std::nullopt;
    std::sort(members.begin(), members.end());
    if (std::adjacent_find(members.begin(), members.end()) != members.end()) return std::nullopt;
    return SetOf(std::move(members));
  }

  // Sorted.
  const std::vector<T>& members() const { return members_; }
  size_t size() const { return members_.size(); }
  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }
  bool contains(const T& member) const { return std::binary_search(members_.begin(), members_.end(), member); }

  SetOf united(const SetOf& other) const {
    std::vector<T> all;
    all.reserve(size() + other.size());
    std::set_union(begin(), end(), other.begin(), other.end(), std::back_inserter(all));
    return SetOf(std::move(all));
  }
  // Nothing when no member is left: there are no empty sets.
  std::optional<SetOf> without(const SetOf& other) const {
    std::vector<T> left;
    std::set_difference(begin(), end(), other.begin(), other.end(), std::back_inserter(left));
    if (left.empty()) return std::nullopt;
    return SetOf(std::move(left));
  }

  bool operator==(const SetOf&) const = default;

 private:
  explicit SetOf(std::vector<T> members) : members_(std::move(members)) {}
  std::vector<T> members_;
};

}  // namespace caudal::items
