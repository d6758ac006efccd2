// SPDX-License-Identifier: Apache-2.0
// Locks by name: names that hash to the same stripe share one, so that any number of names costs a fixed amount of
// memory. Order, against deadlock: bucket, then key, then bodies.
#pragma once

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "objects/names.h"

namespace caudal::objects {

// A lock that one thread may take and another give back, as a commit does that ends on the store's own thread: the
// standard's mutexes must not be used so. Many may share it; who wants it alone goes before those who come later, so
// that a bucket under constant writes can still be changed. Not to be taken twice.
class HandoverLock {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    ++wanted_alone_;
    free_.wait(guard, [this] { return !alone_ && sharing_ == 0; });
    --wanted_alone_;
    alone_ = true;
  }
  void unlock() {
    {
      const std::lock_guard guard(mutex_);
      alone_ = false;
    }
    free_.notify_all();
  }
  void lock_shared() {
    std::unique_lock guard(mutex_);
    free_.wait(guard, [this] { return !alone_ && wanted_alone_ == 0; });
    ++sharing_;
  }
  void unlock_shared() {
    bool last = false;
    {
      const std::lock_guard guard(mutex_);
      last = --sharing_ == 0;
    }
    if (last) free_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  uint32_t sharing_ = 0;
  uint32_t wanted_alone_ = 0;  // by how many that wait
  bool alone_ = false;
};

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
    std::shared_lock<HandoverLock> bucket;
    std::unique_lock<HandoverLock> key;
  };
  Held lock(const ObjectRef& ref) {
    std::shared_lock bucket(buckets_.of(ref.bucket));
    return {std::move(bucket), std::unique_lock(keys_.of(to_string(ref)))};
  }
  struct HeldMany {
    std::shared_lock<HandoverLock> bucket;
    std::vector<std::unique_lock<HandoverLock>> keys;
  };
  HeldMany lock_many(const std::string& bucket, const std::vector<std::string>& keys) {
    std::shared_lock held(buckets_.of(bucket));
    std::vector<std::string> names;
    for (const std::string& key : keys) names.push_back(to_string(ObjectRef{bucket, key}));
    return {std::move(held), keys_.lock_all(names)};
  }
  // Nobody changes any object of the bucket meanwhile.
  std::unique_lock<HandoverLock> lock_bucket(const std::string& bucket) {
    return std::unique_lock(buckets_.of(bucket));
  }

 private:
  StripedLocks<HandoverLock, 64> buckets_;
  StripedLocks<HandoverLock, 4096> keys_;
};

}  // namespace caudal::objects
