// SPDX-License-Identifier: Apache-2.0
// A bucket of millions of objects, for benchmarks. Its rows are written directly: as many puts would take longer than
// all that is to be measured.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/check.h"
#include "objects/index.h"

namespace caudal::objects {

// Of the object number `n`, in one of a thousand folders.
inline std::string key_of_many(uint64_t n) { return fmt::format("curated/invoices/{:03}/{:09}.parquet", n % 1000, n); }

// Into the bucket, which must be there and empty. `body_bytes`: what each holds in the store's index; with none they
// can be listed but not read.
inline Result<void> put_many(kv::Store& kv, const std::string& bucket, uint64_t objects, size_t body_bytes) {
  constexpr size_t kBatchBytes = 1'000'000;
  const Index index(kv, TRY(Families::open(kv)));
  const std::string body(body_bytes, 'x');
  ObjectRow row;
  row.info.version = kNullVersion;
  row.info.size_bytes = body_bytes;
  row.info.etag = std::string(32, 'e');
  row.info.content_type = "text/csv";
  kv::Batch batch;
  for (uint64_t n = 0; n < objects; ++n) {
    if (body_bytes > 0) {
      row.body = {.kind = BodyKind::kInline, .id = new_body_id()};
      batch.put(index.families().bodies, row.body.id, body);
    }
    index.put_current(batch, {bucket, key_of_many(n)}, row);
    if (batch.size_bytes() < kBatchBytes) continue;
    TRY(kv.commit(std::move(batch), kv::Durability::kRelaxed));
    batch = kv::Batch();
  }
  TRY(kv.commit(std::move(batch)));
  TRY(kv.compact(index.families().bodies));
  return kv.compact(index.families().current);
}

}  // namespace caudal::objects
