// SPDX-License-Identifier: Apache-2.0
// Batches of RocksDB.
#include "kv/batch.h"

#include "base/check.h"
#include "kv/key.h"
#include "kv/pending_batch.h"
#include "kv/status.h"

namespace caudal::kv {
namespace {

// Adding to a batch in memory fails only on sizes past 4 GiB, which no caller has a use for.
void check_added(const rocksdb::Status& status) { CHECK(status.ok(), "a batch took no more writes"); }

}  // namespace

Batch::Batch(size_t expected_bytes)
    : writes_(std::make_unique<PendingBatch>(PendingBatch{.batch = rocksdb::WriteBatch(expected_bytes)})) {}
Batch::Batch(Batch&& other) noexcept = default;
Batch& Batch::operator=(Batch&& other) noexcept = default;
Batch::~Batch() = default;

Batch& Batch::put(Family family, std::string_view key, std::string_view value) {
  check_added(writes_->batch.Put(family.handle_, to_slice(key), to_slice(value)));
  return *this;
}

// A value stands at the end of what has just been put.
Batch& Batch::put_late(Family family, std::string_view key, std::string_view value, Late& late, size_t at) {
  CHECK(at <= value.size() && late.bytes().size() <= value.size() - at, "late bytes that are not the value's");
  put(family, key, value);
  writes_->late.push_back({.late = &late, .at = size_bytes() - value.size() + at});
  return *this;
}

Batch& Batch::remove(Family family, std::string_view key) {
  check_added(writes_->batch.Delete(family.handle_, to_slice(key)));
  return *this;
}

Batch& Batch::remove_range(Family family, const Range& range) {
  CHECK(range.upper.has_value(), "remove_range needs an upper end");
  check_added(writes_->batch.DeleteRange(family.handle_, to_slice(range.lower), to_slice(*range.upper)));
  return *this;
}

bool Batch::empty() const { return writes_->batch.Count() == 0; }
size_t Batch::size_bytes() const { return writes_->batch.GetDataSize(); }

}  // namespace caudal::kv
