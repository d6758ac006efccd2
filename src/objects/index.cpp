// SPDX-License-Identifier: Apache-2.0
// Keys and rows of the object store.
#include "objects/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "base/random.h"
#include "base/wire.h"
#include "objects/errc.h"
#include "objects/version_name.h"

namespace caudal::objects {
namespace {

std::string nulls_key(const ObjectRef& ref) { return archived_prefix(ref); }

}  // namespace

Result<Families> Families::open(kv::Store& kv) {
  return Families{
      .buckets = TRY(kv.family("objects.buckets")),
      .current = TRY(kv.family("objects.current")),
      .archived = TRY(kv.family("objects.archived")),
      .nulls = TRY(kv.family("objects.nulls")),
      .bodies = TRY(kv.family("objects.bodies")),
      .layouts = TRY(kv.family("objects.layouts")),
      .references = TRY(kv.family("objects.references")),
      .garbage = TRY(kv.family("objects.garbage")),
      .uploads = TRY(kv.family("objects.uploads")),
      .parts = TRY(kv.family("objects.parts")),
      .completed = TRY(kv.family("objects.completed")),
      .settings = TRY(kv.family("objects.settings")),
      .events = TRY(kv.family("objects.events")),
  };
}

std::string setting_key(std::string_view bucket, std::string_view kind) {
  return kv::KeyWriter().text(bucket).raw(kind).take();
}

std::string current_key(std::string_view bucket, std::string_view key) {
  std::string bytes;
  bytes.reserve(bucket.size() + 1 + key.size());
  bytes.append(bucket).push_back('\0');
  bytes.append(key);
  return bytes;
}

std::string archived_prefix(const ObjectRef& ref) { return kv::KeyWriter().text(ref.bucket).text(ref.key).take(); }

std::string archived_key(const ObjectRef& ref, uint64_t sequence) {
  return kv::KeyWriter().text(ref.bucket).text(ref.key).u64_descending(sequence).take();
}

std::string make_version(uint64_t sequence) { return fmt::format("{:016x}{:016x}", sequence, secure_random_u64()); }

std::optional<uint64_t> sequence_of(std::string_view version) {
  uint64_t sequence = 0;
  if (version.size() != 32) return std::nullopt;
  const char* end = version.data() + 16;
  const auto [stopped, error] = std::from_chars(version.data(), end, sequence, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return sequence;
}

Result<void> check_version(std::string_view version) {
  if (version.empty()) return Error{Errc::invalid_argument, "Version id cannot be the empty string"};
  constexpr size_t kDigits = 32;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const bool is_name = version.size() == kDigits && std::ranges::all_of(version, is_digit);
  if (is_name || version == kNullVersion) return {};
  return Error{Errc::invalid_argument, "Invalid version id specified"};
}

Error no_such_key(const ObjectRef& ref) {
  return {Errc::no_such_key, fmt::format("there is no object {}", to_string(ref))};
}

Error no_such_version(const ObjectRef& ref, std::string_view version) {
  return {Errc::no_such_version, fmt::format("there is no version {} of {}", version, to_string(ref))};
}

Result<void> Index::load_buckets() {
  const std::unique_lock lock(buckets_mutex_);
  kv::Scan scan = kv_.scan(families_.buckets, kv::Range::all());
  for (; scan.valid(); scan.next()) {
    buckets_.insert_or_assign(std::string(scan.key()), TRY(decode_bucket(scan.key(), scan.value())));
  }
  return scan.status();
}

std::optional<BucketInfo> Index::bucket(const std::string& name) const {
  const std::shared_lock lock(buckets_mutex_);
  const auto found = buckets_.find(name);
  return found == buckets_.end() ? std::nullopt : std::optional(found->second);
}

void Index::know_bucket(const BucketInfo& bucket) {
  const std::unique_lock lock(buckets_mutex_);
  buckets_.insert_or_assign(bucket.name, bucket);
}

void Index::forget_bucket(const std::string& name) {
  const std::unique_lock lock(buckets_mutex_);
  buckets_.erase(name);
}

Result<BucketInfo> Index::require_bucket(const std::string& name) const {
  auto found = bucket(name);
  if (!found) {
    return Error{Errc::no_such_bucket, fmt::format("there is no bucket \"{}\"; check the name, or create it", name)};
  }
  return *std::move(found);
}

void Index::put_bucket(kv::Batch& batch, const BucketInfo& bucket) const {
  batch.put(families_.buckets, bucket.name, encode(bucket));
}

Result<bool> Index::holds_anything(const std::string& bucket) const {
  const kv::Scan objects = kv_.scan(families_.current, kv::Range::prefix(current_key(bucket, "")));
  TRY(objects.status());
  if (objects.valid()) return true;
  const kv::Scan versions = kv_.scan(families_.archived, kv::Range::prefix(kv::KeyWriter().text(bucket).bytes()));
  TRY(versions.status());
  return versions.valid();
}

Result<std::optional<ObjectRow>> Index::current(const ObjectRef& ref) const {
  const auto bytes = TRY(kv_.get(families_.current, current_key(ref.bucket, ref.key)));
  if (!bytes) return std::optional<ObjectRow>();
  return std::optional<ObjectRow>(TRY(decode_object(ref.key, *bytes)));
}

Result<std::optional<ObjectRow>> Index::archived(const ObjectRef& ref, std::string_view version) const {
  std::optional<uint64_t> sequence = sequence_of(version);
  if (version == kNullVersion) {
    const auto bytes = TRY(kv_.get(families_.nulls, nulls_key(ref)));
    if (bytes) sequence = TRY(WireReader(*bytes).fixed64());
  }
  if (!sequence) return std::optional<ObjectRow>();
  auto row = TRY(archived_at(ref, *sequence));
  if (row && row->info.version != version) row.reset();
  return row;
}

Result<std::optional<ObjectRow>> Index::archived_at(const ObjectRef& ref, uint64_t sequence) const {
  const auto bytes = TRY(kv_.get(families_.archived, archived_key(ref, sequence)));
  if (!bytes) return std::optional<ObjectRow>();
  ObjectRow row = TRY(decode_object(ref.key, *bytes));
  row.info.is_latest = false;
  return std::optional<ObjectRow>(std::move(row));
}

Result<std::optional<ObjectRow>> Index::newest_archived(const ObjectRef& ref,
                                                        std::optional<uint64_t> older_than) const {
  kv::Scan scan = kv_.scan(families_.archived, kv::Range::prefix(archived_prefix(ref)));
  if (older_than) {
    const std::string key = archived_key(ref, *older_than);
    scan.seek(key);
    if (scan.valid() && scan.key() == key) scan.next();
  }
  TRY(scan.status());
  if (!scan.valid()) return std::optional<ObjectRow>();
  ObjectRow row = TRY(decode_object(ref.key, scan.value()));
  row.info.is_latest = false;
  return std::optional<ObjectRow>(std::move(row));
}

Result<ObjectRow> Index::require(const ObjectRef& ref, const std::optional<std::string>& version) const {
  // Before anything is read: the bytes of a name that no bucket has could be those of another bucket and a key.
  TRY(require_bucket(ref.bucket));
  if (version) TRY(check_version(*version));
  auto row = TRY(current(ref));
  if (version && (!row || row->info.version != *version)) row = TRY(archived(ref, *version));
  if (!row) {
    if (version) return no_such_version(ref, *version);
    return no_such_key(ref);
  }
  if (row->info.is_delete_marker) {
    return Error{Errc::is_delete_marker,
                 fmt::format("version {} of {} is a delete marker", row->info.version, to_string(ref))};
  }
  return *std::move(row);
}

void Index::put_current(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const {
  batch.put(families_.current, current_key(ref.bucket, ref.key), encode(row));
}

void Index::put_current(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row, LateEtag& etag) const {
  const EncodedObject encoded = encode(row, etag.bytes());
  batch.put_late(families_.current, current_key(ref.bucket, ref.key), encoded.bytes, etag, encoded.etag_at);
}

void Index::remove_current(kv::Batch& batch, const ObjectRef& ref) const {
  batch.remove(families_.current, current_key(ref.bucket, ref.key));
}

void Index::put_archived(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const {
  batch.put(families_.archived, archived_key(ref, row.sequence), encode(row));
  if (row.info.version == kNullVersion) {
    batch.put(families_.nulls, nulls_key(ref), WireWriter().fixed64(row.sequence).take());
  }
}

void Index::remove_archived(kv::Batch& batch, const ObjectRef& ref, const ObjectRow& row) const {
  batch.remove(families_.archived, archived_key(ref, row.sequence));
  if (row.info.version == kNullVersion) batch.remove(families_.nulls, nulls_key(ref));
}

}  // namespace caudal::objects
