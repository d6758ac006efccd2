// SPDX-License-Identifier: Apache-2.0
// Batches of RocksDB.
#include "kv/batch.h"

#include <rocksdb/write_batch.h>

#include "base/check.h"
#include "kv/key.h"
#include "kv/status.h"

namespace caudal::kv {
namespace {

// Adding to a batch in memory fails only on sizes past 4 GiB, which no caller has a use for.
void check_added(const rocksdb::Status& status) { CHECK(status.ok(), "a batch took no more writes"); }

}  // namespace

Batch::Batch(size_t expected_bytes) : writes_(std::make_unique<rocksdb::WriteBatch>(expected_bytes)) {}
Batch::Batch(Batch&& other) noexcept = default;
Batch& Batch::operator=(Batch&& other) noexcept = default;
Batch::~Batch() = default;

Batch& Batch::put(Family family, std::string_view key, std::string_view value) {
  check_added(writes_->Put(family.handle_, to_slice(key), to_slice(value)));
  return *this;
}

Batch& Batch::remove(Family family, std::string_view key) {
  check_added(writes_->Delete(family.handle_, to_slice(key)));
  return *this;
}

Batch& Batch::remove_range(Family family, const Range& range) {
  CHECK(range.upper.has_value(), "remove_range needs an upper end");
  check_added(writes_->DeleteRange(family.handle_, to_slice(range.lower), to_slice(*range.upper)));
  return *this;
}

bool Batch::empty() const { return writes_->Count() == 0; }
size_t Batch::size_bytes() const { return writes_->GetDataSize(); }

}  // namespace caudal::kv
