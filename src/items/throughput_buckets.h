// SPDX-License-Identifier: Apache-2.0
// How much of their provisioned throughput tables and indexes have left: what was not used is kept for five minutes, as
// in DynamoDB. What a request costs is known for certain only when it is done: it is let in while there is something
// left, and may leave a debt, which the next ones wait for. Inside room items only.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

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
  // `clock` must outlive it.
  explicit ThroughputBuckets(const Clock& clock) : clock_(clock) {}

  // Takes what is demanded. Tables that are not provisioned take everything.
  Admission admit(const TableInfo& table, const Demand& demand);
  // What it did cost, in place of what was taken.
  void settle(const TableInfo& table, const Demand& demand, const Capacity& cost);

 private:
  struct Bucket {
    double reads = 0;  // halves of units, also less than none
    double writes = 0;
    Timestamp at = {};
    double& of(UnitKind kind) { return kind == UnitKind::kRead ? reads : writes; }
  };
  // As it is now. Begins full.
  Bucket& bucket(const std::string& key, const Throughput& throughput);

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;  // guarded by mutex_; by the table's id and the index's name
};

}  // namespace caudal::items
