// SPDX-License-Identifier: Apache-2.0
// How much of their provisioned throughput tables and indexes have left: what was not used is kept for five minutes, as
// in DynamoDB. What a request costs is known for certain only when it is done: it is let in while there is something
// left, and may leave a debt, which the next ones wait for: so what costs more than is ever kept is let in as well.
// Inside room items only.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "items/requests.h"
#include "items/table.h"

namespace caudal::items {

inline constexpr std::chrono::seconds kBurst{300};

enum class UnitKind : uint8_t { kRead, kWrite };

// What a request is let in for. Indexes that are local share the table's throughput.
struct Demand {
  UnitKind kind = UnitKind::kRead;
  std::string index = {};  // of a read of an index; a write is held up by every global index of the table
  uint64_t halves = 0;     // of units that it will cost at least
};

enum class Admission : uint8_t { kAdmitted, kTableExhausted, kIndexExhausted };

// Thread-safe.
class ThroughputBuckets {
 public:
  // `clock` must outlive it. More buckets than `most` are not kept: those go that were not used for longest, of tables
  // that are gone or have been full for long.
  explicit ThroughputBuckets(const Clock& clock, size_t most = 10'000) : clock_(clock), most_(most) {}

  // Takes what is demanded. Tables that are not provisioned take everything.
  Admission admit(const TableInfo& table, const Demand& demand);
  // What it did cost, in place of what was taken.
  void settle(const TableInfo& table, const Demand& demand, const Capacity& cost);

 private:
  struct Bucket {
    std::string key;
    double reads = 0;  // halves of units, also less than none
    double writes = 0;
    Timestamp at = {};
    double& of(UnitKind kind) { return kind == UnitKind::kRead ? reads : writes; }
  };
  // As it is now. Begins full. Until the next is asked for.
  Bucket& bucket(const std::string& key, const Throughput& throughput);

  const Clock& clock_;
  const size_t most_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // guarded by mutex_; the one used last is the first
  // Guarded by mutex_; by the table's id and the index's name.
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_key_;
};

}  // namespace caudal::items
