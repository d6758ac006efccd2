// SPDX-License-Identifier: Apache-2.0
// Locks by name: names that hash to the same stripe share one, so that any number of names costs a fixed amount of
// memory. Order, against deadlock: bucket, then key, then bodies.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "objects/names.h"

namespace caudal::objects {

// The analysis of clang cannot follow locks that are picked at run time.
template <class Lockable, size_t kStripes>
class StripedLocks {
 public:
  Lockable& of(std::string_view name) { return stripes_[index_of(name)]; }

  // The stripes of several names at once, each taken once and in order, so that two callers cannot deadlock.
  std::vector<std::unique_lock<Lockable>> lock_all(const std::vector<std::string>& names) {
    std::vector<size_t> indexes;
    for (const std::string& name : names) indexes.push_back(index_of(name));
    std::sort(indexes.begin(), indexes.end());
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
    std::vector<std::unique_lock<Lockable>> held;
    for (const size_t index : indexes) held.emplace_back(stripes_[index]);
    return held;
  }

 private:
  static size_t index_of(std::string_view name) { return std::hash<std::string_view>()(name) % kStripes; }
  std::array<Lockable, kStripes> stripes_;
};

// Held while one object is changed: its bucket stays, and nobody else changes the object.
class ObjectLocks {
 public:
  struct Held {
    std::shared_lock<std::shared_mutex> bucket;
    std::unique_lock<std::mutex> key;
  };
  Held lock(const ObjectRef& ref) {
    std::shared_lock bucket(buckets_.of(ref.bucket));
    return {std::move(bucket), std::unique_lock(keys_.of(to_string(ref)))};
  }
  struct HeldMany {
    std::shared_lock<std::shared_mutex> bucket;
    std::vector<std::unique_lock<std::mutex>> keys;
  };
  HeldMany lock_many(const std::string& bucket, const std::vector<std::string>& keys) {
    std::shared_lock held(buckets_.of(bucket));
    std::vector<std::string> names;
    for (const std::string& key : keys) names.push_back(to_string(ObjectRef{bucket, key}));
    return {std::move(held), keys_.lock_all(names)};
  }
  // Nobody changes any object of the bucket meanwhile.
  std::unique_lock<std::shared_mutex> lock_bucket(const std::string& bucket) {
    return std::unique_lock(buckets_.of(bucket));
  }

 private:
  StripedLocks<std::shared_mutex, 64> buckets_;
  StripedLocks<std::mutex, 1024> keys_;
};

}  // namespace caudal::objects
