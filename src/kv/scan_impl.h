// SPDX-License-Identifier: Apache-2.0
// What Snapshot and Scan hold. Inside room kv only.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>

#include "kv/key.h"
#include "kv/scan.h"
#include "kv/status.h"

namespace caudal::kv {

struct Snapshot::Impl {
  rocksdb::DB* db;
  const rocksdb::Snapshot* snapshot;
  ~Impl() { db->ReleaseSnapshot(snapshot); }
};

struct Scan::Impl {
  explicit Impl(Range r) : range(std::move(r)), lower(to_slice(range.lower)) {
    if (range.upper) upper = to_slice(*range.upper);
  }
  const Range range;  // the iterator keeps pointers to the slices below, and they point in here
  const rocksdb::Slice lower;
  rocksdb::Slice upper;
  std::filesystem::path directory;
  bool is_prompt = false;  // it reads nothing that it would have to wait for
  std::unique_ptr<rocksdb::Iterator> iterator;
};

}  // namespace caudal::kv
