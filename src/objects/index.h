// SPDX-License-Identifier: Apache-2.0
// The rows of the object store in kv: which keys they have, and how they are found. Reads, and writes into a batch;
// locking and rules are the business of the callers. Inside room objects only.
//
//   objects.buckets    bucket                                     BucketInfo
//   objects.settings   text(bucket) kind                          a document
//   objects.current    bucket NUL key                             ObjectRow, the newest version unless a delete marker
//   objects.archived   text(bucket) text(key) sequence descending ObjectRow, every other version and delete marker
//   objects.nulls      text(bucket) text(key)                     sequence of the null version, when that is archived
//   objects.bodies     body                                       the bytes of an inline body
//   objects.layouts    body                                       Layout
//   objects.references body                                       how many rows name this blob or layout
//   objects.garbage    blob                                       no row names it any more; its file may still be there
//   objects.uploads    text(bucket) text(key) upload              UploadRow
//   objects.parts      upload number                              PartRow
//   objects.completed  text(bucket) text(key) upload              what it was completed to; see completed_uploads.h
//                      text("") time, then the same                nothing: when that row may go
//   objects.events     text(destination) sequence                 an event that was not acknowledged; see event_queue.h
#pragma once

#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "kv/store.h"
#include "objects/late_etag.h"
#include "objects/rows.h"

namespace caudal::objects {

struct Families {
  kv::Family buckets, current, archived, nulls, bodies, layouts, references, garbage, uploads, parts, completed,
      settings, events;
  static Result<Families> open(kv::Store& kv);
};

// Thread-safe. The rows of buckets are kept in memory as well, since every write asks for one: whoever commits a change
// of a bucket, under its lock, says so afterwards by know_bucket() or forget_bucket().
class Index {
 public:
  Index(kv::Store& kv, const Families& families) : kv_(kv), families_(families) {}

  // Before anything else.
  Result<void> load_buckets();
  std::optional<BucketInfo> bucket(const std::string& name) const;
  // Errors: no_such_bucket.
  Result<BucketInfo> require_bucket(const std::string& name) const;
  void put_bucket(kv::Batch& batch, const BucketInfo& bucket) const;
  void know_bucket(const BucketInfo& bucket);
  void forget_bucket(const std::string& name);
  // Whether it has an object, an old version or a delete marker.
  Result<bool> holds_anything(const std::string& bucket) const;

  Result<std::optional<ObjectRow>> current(const ObjectRef& ref) const;
  // The archived row of that version id.
  Result<std::optional<ObjectRow>> archived(const ObjectRef& ref, std::string_view version) const;
  Result<std::optional<ObjectRow>> archived_at(const ObjectRef& ref, uint64_t sequence) const;
  // The newest archived row that is older than `sequence`, or of all.
  Result<std::optional<ObjectRow>> newest_archived(const ObjectRef& ref,
                                                   std::optional<uint64_t> older_than = std::nullopt) const;
  // The row that a reader gets. Errors: no_such_bucket, no_such_key, no_such_version, is_delete_marker.
  Result<ObjectRow> require(const ObjectRef& ref, const std::optional<std::string>& version) const;

  void put_current(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const;
  // With an ETag that is computed when the batch is written.
  void put_current(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row, LateEtag& etag) const;
  void remove_current(kv::Batch& batch, const ObjectRef& ref) const;
  void put_archived(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const;
  void remove_archived(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const;

  const Families& families() const { return families_; }
  kv::Store& kv() const { return kv_; }

 private:
  kv::Store& kv_;
  Families families_;
  mutable std::shared_mutex buckets_mutex_;
  std::map<std::string, BucketInfo, std::less<>> buckets_;  // guarded by buckets_mutex_
};

std::string setting_key(std::string_view bucket, std::string_view kind);
std::string current_key(std::string_view bucket, std::string_view key);
std::string archived_key(const ObjectRef& ref, uint64_t sequence);
// Where the archived rows of one key lie.
std::string archived_prefix(const ObjectRef& ref);

// 32 digits: the sequence, and randomness, since a sequence can come again after its version was removed.
std::string make_version(uint64_t sequence);
std::optional<uint64_t> sequence_of(std::string_view version);

Error no_such_key(const ObjectRef& ref);
Error no_such_version(const ObjectRef& ref, std::string_view version);

}  // namespace caudal::objects
