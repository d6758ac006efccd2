// SPDX-License-Identifier: Apache-2.0
// Writes that become visible and durable together.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace rocksdb {
class ColumnFamilyHandle;
}

namespace caudal::kv {

class Late;
struct PendingBatch;
struct Range;
class Store;
class Scan;

// Names a family of one open Store; cheap to copy, valid as long as the store.
class Family {
 private:
  friend class Batch;
  friend class Store;
  explicit Family(rocksdb::ColumnFamilyHandle* handle) : handle_(handle) {}
  rocksdb::ColumnFamilyHandle* handle_;
};

// Copies keys and values. Later writes of one key win. Not thread-safe.
class Batch {
 public:
  // `expected_bytes`: of keys and values, if it is known; making room piece by piece copies what is there.
  Batch() : Batch(0) {}
  explicit Batch(size_t expected_bytes);
  Batch(Batch&& other) noexcept;
  Batch& operator=(Batch&& other) noexcept;
  ~Batch();

  Batch& put(Family family, std::string_view key, std::string_view value);
  // `late` takes the place of bytes of the value from `at` on when the batch is written. It must live until the commit
  // has ended, or the batch has.
  Batch& put_late(Family family, std::string_view key, std::string_view value, Late& late, size_t at);
  Batch& remove(Family family, std::string_view key);
  // Everything in `range`, in constant time: for ranges of very many rows. What is read later pays for it until
  // compaction, and RocksDB 7.8 built with assertions ends the process when the disk fails just while a compaction
  // writes a file that would hold nothing but such ranges. Few rows are better removed by Store::remove_each.
  Batch& remove_range(Family family, const Range& range);
  bool empty() const;
  size_t size_bytes() const;

 private:
  friend class Store;
  std::unique_ptr<PendingBatch> writes_;
};

}  // namespace caudal::kv
