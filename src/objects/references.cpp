// SPDX-License-Identifier: Apache-2.0
// Counting rows and readers of bodies, and removing the files that nobody needs.
#include "objects/references.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/wire.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

Error missing(std::string_view what, const BodyId& id) {
  return {Errc::corrupt, std::string("the object store lacks the ") + std::string(what) + " of body " + to_hex(id) +
                             "; restore it from a backup"};
}

std::string encode_count(uint64_t rows) { return WireWriter().varint(rows).take(); }

}  // namespace

void References::Change::hold(const Body& body) {
  if (body.kind != BodyKind::kNone) deltas_.try_emplace(body.id, Delta{body.kind, 0}).first->second.rows += 1;
}

void References::Change::drop(const Body& body) {
  if (body.kind != BodyKind::kNone) deltas_.try_emplace(body.id, Delta{body.kind, 0}).first->second.rows -= 1;
}

void References::Change::create_blob(kv::Batch& batch, const BodyId& blob) {
  batch.put(references_.index_.families().references, blob, encode_count(1));
}

void References::Change::create_inline(kv::Batch& batch, const BodyId& body, std::string_view bytes) {
  batch.put(references_.index_.families().bodies, body, bytes);
}

void References::Change::create_layout(kv::Batch& batch, const BodyId& body, const Layout& layout) {
  batch.put(references_.index_.families().layouts, body, encode(layout));
  batch.put(references_.index_.families().references, body, encode_count(1));
}

void References::Change::create_split(kv::Batch& batch, const BodyId& blob, const Layout& parts) {
  create_blob(batch, blob);
  batch.put(references_.index_.families().layouts, blob, encode(parts));
}

Result<void> References::Change::add_to(kv::Batch& batch) {
  std::vector<std::string> names;
  for (const auto& [id, delta] : deltas_) {
    if (delta.rows != 0 && delta.kind != BodyKind::kInline) names.push_back(id);
  }
  held_ = references_.locks_.lock_all(names);
  for (const auto& [id, delta] : deltas_) {
    if (delta.rows != 0) TRY(add_delta(batch, id, delta));
  }
  return {};
}

Result<void> References::Change::add_delta(kv::Batch& batch, const BodyId& id, const Delta& delta) {
  const Families& families = references_.index_.families();
  if (delta.kind == BodyKind::kInline) {
    CHECK(delta.rows == -1, "an inline body belongs to one row");
    batch.remove(families.bodies, id);
    return {};
  }
  kv::Store& kv = references_.index_.kv();
  const auto bytes = TRY(kv.get(families.references, id));
  if (!bytes) {
    if (delta.rows < 0) return missing("count", id);
    return Error{Errc::changed_meanwhile, "the object was removed while it was copied; try again"};
  }
  const auto rows = static_cast<int64_t>(TRY(WireReader(*bytes).varint())) + delta.rows;
  CHECK(rows >= 0, "a body has fewer references than rows");
  if (rows > 0) {
    batch.put(families.references, id, encode_count(static_cast<uint64_t>(rows)));
    return {};
  }
  std::vector<BodyId>& blobs = dead_[id];
  batch.remove(families.references, id);
  if (delta.kind != BodyKind::kParts) {
    blobs.push_back(id);
    if (delta.kind == BodyKind::kSplit) batch.remove(families.layouts, id);
  } else {
    const auto layout = TRY(kv.get(families.layouts, id));
    if (!layout) return missing("layout", id);
    for (LayoutPart& part : TRY(decode_layout(*layout))) {
      batch.remove(families.references, part.blob);
      blobs.push_back(std::move(part.blob));
    }
    batch.remove(families.layouts, id);
  }
  for (const BodyId& blob : blobs) batch.put(families.garbage, blob, "");
  return {};
}

void References::Change::committed() {
  held_.clear();
  for (auto& [body, blobs] : dead_) references_.retire(body, std::move(blobs));
  dead_.clear();
}

// The pin comes before the look at the count: whoever removes the last row afterwards sees the pin.
Result<bool> References::pin(const Body& body) {
  {
    MutexLock lock(pins_mutex_);
    ++pins_[body.id].readers;
  }
  const auto count = index_.kv().get(index_.families().references, body.id);
  if (count && *count) return true;
  unpin(body.id);
  if (!count) return count.error();
  return false;
}

void References::unpin(const BodyId& body) {
  std::vector<BodyId> doomed;
  {
    MutexLock lock(pins_mutex_);
    const auto pins = pins_.find(body);
    CHECK(pins != pins_.end(), "unpinned more often than pinned");
    if (--pins->second.readers > 0) return;
    doomed = std::move(pins->second.doomed);
    pins_.erase(pins);
    if (is_kept(doomed)) return;
  }
  remove_files(doomed);
}

void References::retire(const BodyId& body, std::vector<BodyId> blobs) {
  {
    MutexLock lock(pins_mutex_);
    if (const auto pins = pins_.find(body); pins != pins_.end()) {
      pins->second.doomed = std::move(blobs);
      return;
    }
    if (is_kept(blobs)) return;
  }
  remove_files(blobs);
}

bool References::is_kept(const std::vector<BodyId>& blobs) {
  if (holds_ == 0) return false;
  held_.insert(held_.end(), blobs.begin(), blobs.end());
  return true;
}

void References::hold() {
  MutexLock lock(pins_mutex_);
  ++holds_;
}

void References::release() {
  std::vector<BodyId> blobs;
  {
    MutexLock lock(pins_mutex_);
    CHECK(holds_ > 0, "released more often than held");
    if (--holds_ > 0) return;
    blobs = std::exchange(held_, {});
  }
  remove_files(blobs);
}

// The object is gone already, durably. A file that cannot be removed now keeps its row of garbage for the next sweep;
// so does one whose row of garbage cannot be removed.
void References::remove_files(const std::vector<BodyId>& blobs) {
  kv::Batch batch;
  for (const BodyId& blob : blobs) {
    if (blobs_.remove(blob)) batch.remove(index_.families().garbage, blob);
  }
  if (batch.empty()) return;
  const Result<void> forgotten = index_.kv().commit(std::move(batch), kv::Durability::kRelaxed);
  static_cast<void>(forgotten.has_value());
}

Result<void> References::sweep() {
  const Families& families = index_.families();
  for (const BodyId& blob : TRY(blobs_.list_incoming())) {
    if (TRY(index_.kv().get(families.references, blob))) {
      TRY(blobs_.remove_incoming(blob));
    } else {
      TRY(blobs_.remove(blob));
    }
  }
  kv::Batch batch;
  kv::Scan scan = index_.kv().scan(families.garbage, kv::Range::all());
  for (; scan.valid(); scan.next()) {
    TRY(blobs_.remove(BodyId(scan.key())));
    batch.remove(families.garbage, scan.key());
  }
  TRY(scan.status());
  if (batch.empty()) return {};
  return index_.kv().commit(std::move(batch), kv::Durability::kRelaxed);
}

}  // namespace caudal::objects
