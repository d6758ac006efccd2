// SPDX-License-Identifier: Apache-2.0
// Rows of completed uploads, by object and upload, and by time.
#include "objects/completed_uploads.h"

#include "base/digest.h"
#include "base/wire.h"
#include "objects/errc.h"
#include "objects/uploads.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kFormat = 1;
// More than one completion adds, so that the rows of a busy hour are gone soon after they may be.
constexpr int kForgottenAtOnce = 4;

// No bucket is called "".
std::string times_prefix() { return kv::KeyWriter().text("").take(); }

uint64_t micros(Timestamp time) { return static_cast<uint64_t>(std::max<int64_t>(time.time_since_epoch().count(), 0)); }

std::string time_key(Timestamp completed, std::string_view row_key) {
  return kv::KeyWriter().text("").u64(micros(completed)).raw(row_key).take();
}

// 10,000 parts are 32 bytes.
std::string digest_of(const std::vector<CompletedPart>& parts) {
  WireWriter all;
  for (const CompletedPart& part : parts) all.varint(part.number).text(part.etag);
  return std::string(view(sha256(all.take())));
}

Result<void> forget_old(const Index& index, kv::Batch& batch, Timestamp now) {
  const kv::Family family = index.families().completed;
  kv::Scan scan = index.kv().scan(family, kv::Range::prefix(times_prefix()));
  for (int left = kForgottenAtOnce; left > 0 && scan.valid(); --left, scan.next()) {
    kv::KeyReader key(scan.key());
    TRY(key.text());
    if (TRY(key.u64()) + static_cast<uint64_t>(std::chrono::microseconds(kCompletedKept).count()) >= micros(now)) break;
    batch.remove(family, key.rest());
    batch.remove(family, scan.key());
  }
  return scan.status();
}

}  // namespace

Result<void> remember_completed(const Index& index, kv::Batch& batch, const ObjectRef& ref, const std::string& upload,
                                const std::vector<CompletedPart>& named, const ObjectRow& row) {
  const kv::Family family = index.families().completed;
  const Timestamp now = row.info.modified;
  TRY(forget_old(index, batch, now));
  ObjectRow kept = row;
  kept.body = {};
  WireWriter out;
  out.varint(kFormat).signed_varint(now.time_since_epoch().count()).text(digest_of(named)).text(encode(kept));
  const std::string key = upload_key(ref, upload);
  batch.put(family, time_key(now, key), "");
  batch.put(family, key, out.take());
  return {};
}

Result<std::optional<ObjectInfo>> recall_completed(const Index& index, const ObjectRef& ref, const std::string& upload,
                                                   const std::vector<CompletedPart>& named, Timestamp now) {
  std::optional<ObjectInfo> found;
  const auto bytes = TRY(index.kv().get(index.families().completed, upload_key(ref, upload)));
  if (!bytes) return found;
  WireReader in(*bytes);
  if (TRY(in.varint()) != kFormat) {
    return Error{Errc::corrupt, "the row of a completed upload has an unknown format; upgrade Caudal"};
  }
  const Timestamp completed{std::chrono::microseconds(TRY(in.signed_varint()))};
  const bool same_parts = TRY(in.text()) == digest_of(named);
  if (same_parts && now - completed <= kCompletedKept) found = TRY(decode_object(ref.key, TRY(in.text()))).info;
  return found;
}

Result<void> forget_completed(const Index& index, kv::Batch& batch, const std::string& bucket) {
  return index.kv().remove_each(batch, index.families().completed,
                                kv::Range::prefix(kv::KeyWriter().text(bucket).bytes()));
}

}  // namespace caudal::objects
