// SPDX-License-Identifier: Apache-2.0
#include "items/throughput_buckets.h"

#include <algorithm>

namespace caudal::items {
namespace {

bool is_provisioned(const TableInfo& table) {
  return table.definition.billing == BillingMode::kProvisioned && table.definition.throughput.has_value();
}

std::string key_of(const TableInfo& table, const std::string& index) { return table.id + '/' + index; }

// Those that have throughput of their own.
const IndexDefinition* global_index(const TableInfo& table, const std::string& name) {
  const auto found = std::ranges::find(table.definition.indexes, name, &IndexDefinition::name);
  return found != table.definition.indexes.end() && !found->is_local && found->throughput ? &*found : nullptr;
}

}  // namespace

ThroughputBuckets::Bucket& ThroughputBuckets::bucket(const std::string& key, const Throughput& throughput) {
  const Timestamp now = clock_.now();
  const auto found = by_key_.find(key);
  const bool is_new = found == by_key_.end();
  if (is_new) {
    if (buckets_.size() >= most_) {
      by_key_.erase(buckets_.back().key);
      buckets_.pop_back();
    }
    buckets_.push_front({.key = key});
    by_key_.emplace(key, buckets_.begin());
  } else {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  }
  Bucket& bucket = buckets_.front();
  const double full_reads = 2.0 * static_cast<double>(throughput.read_units) * static_cast<double>(kBurst.count());
  const double full_writes = 2.0 * static_cast<double>(throughput.write_units) * static_cast<double>(kBurst.count());
  const double part = is_new ? 1.0 : std::max((now - bucket.at) / std::chrono::duration<double>(kBurst), 0.0);
  bucket.reads = std::min(full_reads, bucket.reads + part * full_reads);
  bucket.writes = std::min(full_writes, bucket.writes + part * full_writes);
  bucket.at = now;
  return bucket;
}

Admission ThroughputBuckets::admit(const TableInfo& table, const Demand& demand) {
  if (!is_provisioned(table)) return Admission::kAdmitted;
  const std::lock_guard lock(mutex_);
  if (const IndexDefinition* index = global_index(table, demand.index)) {
    double& left = bucket(key_of(table, index->name), *index->throughput).of(demand.kind);
    if (left <= 0) return Admission::kIndexExhausted;
    left -= static_cast<double>(demand.halves);
    return Admission::kAdmitted;
  }
  if (demand.kind == UnitKind::kWrite) {
    for (const IndexDefinition& index : table.definition.indexes) {
      if (index.is_local || !index.throughput) continue;
      if (bucket(key_of(table, index.name), *index.throughput).writes <= 0) return Admission::kIndexExhausted;
    }
  }
  double& left = bucket(key_of(table, ""), *table.definition.throughput).of(demand.kind);
  if (left <= 0) return Admission::kTableExhausted;
  left -= static_cast<double>(demand.halves);
  return Admission::kAdmitted;
}

void ThroughputBuckets::settle(const TableInfo& table, const Demand& demand, const Capacity& cost) {
  if (!is_provisioned(table)) return;
  const std::lock_guard lock(mutex_);
  const auto left = [&](const IndexDefinition* index) -> double& {
    return index != nullptr ? bucket(key_of(table, index->name), *index->throughput).of(demand.kind)
                            : bucket(key_of(table, ""), *table.definition.throughput).of(demand.kind);
  };
  left(global_index(table, demand.index)) += static_cast<double>(demand.halves);
  left(nullptr) -= static_cast<double>(cost.table_halves);
  for (const auto& [name, halves] : cost.index_halves) left(global_index(table, name)) -= static_cast<double>(halves);
}

}  // namespace caudal::items
