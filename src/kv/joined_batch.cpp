// SPDX-License-Identifier: Apache-2.0
#include "kv/joined_batch.h"

#include <utility>

#include "base/check.h"

namespace caudal::kv {
namespace {

// One write gathers so much at most: it lies in memory twice.
constexpr size_t kMostTogetherBytes = size_t{4} << 20;

// A batch's bytes are a sequence (8), the number of its writes (4, little-endian) and the writes, as they stand in
// RocksDB's log for good: so they can be joined here.
constexpr size_t kHeaderBytes = 12;
constexpr size_t kCountAt = 8;

}  // namespace

JoinedBatch::JoinedBatch(PendingBatch& first) : first_(first) {
  if (!first.late.empty()) with_late_.push_back({.batch = &first, .begin = 0});
}

void JoinedBatch::copy_first() {
  bytes_ = first_.batch.Data();
  count_ = first_.batch.Count();
}

bool JoinedBatch::add(PendingBatch& batch) {
  const std::string& bytes = batch.batch.Data();
  CHECK(bytes.size() >= kHeaderBytes, "a batch without its header");
  if (size_bytes() + bytes.size() > kMostTogetherBytes) return false;
  if (bytes_.empty()) copy_first();
  if (!batch.late.empty()) with_late_.push_back({.batch = &batch, .begin = bytes_.size() - kHeaderBytes});
  bytes_.append(bytes, kHeaderBytes, std::string::npos);
  count_ += batch.batch.Count();
  return true;
}

void JoinedBatch::complete() {
  std::vector<Late*> all;
  for (const Part& part : with_late_) {
    for (const PendingBatch::LateBytes& bytes : part.batch->late) all.push_back(bytes.late);
  }
  compute_all(all);
  for (const Part& part : with_late_) part.batch->complete(bytes_, part.begin);
}

rocksdb::WriteBatch& JoinedBatch::finish() {
  if (bytes_.empty() && with_late_.empty()) return first_.batch;
  if (bytes_.empty()) copy_first();
  complete();
  for (size_t byte = 0; byte < sizeof count_; ++byte) {
    bytes_[kCountAt + byte] = static_cast<char>(count_ >> (8 * byte));
  }
  return joined_.emplace(std::move(bytes_));
}

}  // namespace caudal::kv
