// SPDX-License-Identifier: Apache-2.0
// Pages of objects and of versions. What lies under one common prefix is skipped by one seek.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "objects/errc.h"
#include "objects/listing.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

// The current objects of a bucket whose keys start with a prefix.
class CurrentCursor {
 public:
  CurrentCursor(const Index& index, const std::string& bucket, const std::string& prefix, const kv::Snapshot* snapshot)
      : bucket_(bucket),
        scan_(index.kv().scan(index.families().current, kv::Range::prefix(current_key(bucket, prefix)), snapshot)) {}
  bool valid() const { return scan_.valid(); }
  std::string_view key() const { return scan_.key().substr(bucket_.size() + 1); }
  Result<ObjectRow> row() const { return decode_object(key(), scan_.value()); }
  void next() { scan_.next(); }
  void skip_key(std::string_view key) { scan_.seek(current_key(bucket_, key) + '\0'); }
  void skip_prefix(std::string_view prefix) {
    if (const auto end = kv::prefix_end(current_key(bucket_, prefix))) scan_.seek(*end);
  }
  Result<void> status() const { return scan_.status(); }

 private:
  std::string bucket_;
  kv::Scan scan_;
};

// Their other versions.
class ArchivedCursor {
 public:
  ArchivedCursor(const Index& index, const std::string& bucket, const std::string& prefix, const kv::Snapshot* snapshot)
      : bucket_(bucket),
        scan_(index.kv().scan(index.families().archived,
                              kv::Range::prefix(kv::KeyWriter().text(bucket).text_prefix(prefix).bytes()), snapshot)) {}
  bool valid() const { return scan_.valid(); }
  Result<std::string> key() const {
    kv::KeyReader in(scan_.key());
    TRY(in.text());
    return in.text();
  }
  Result<ObjectRow> row() const { return decode_object(TRY(key()), scan_.value()); }
  void next() { scan_.next(); }
  void skip_key(const std::string& key) { skip(archived_prefix({bucket_, key})); }
  void skip_prefix(std::string_view prefix) { skip(kv::KeyWriter().text(bucket_).text_prefix(prefix).bytes()); }
  // To what is older than that version.
  void skip_version(const ObjectRef& ref, uint64_t sequence) { scan_.seek(archived_key(ref, sequence) + '\0'); }
  Result<void> status() const { return scan_.status(); }

 private:
  void skip(std::string_view prefix) {
    if (const auto end = kv::prefix_end(prefix)) scan_.seek(*end);
  }
  std::string bucket_;
  kv::Scan scan_;
};

// The versions of a bucket in order: of each key the current one, then the archived ones.
class VersionsCursor {
 public:
  VersionsCursor(const Index& index, const ListVersionsRequest& request, const kv::Snapshot& snapshot)
      : current_(index, request.bucket, request.prefix, &snapshot),
        archived_(index, request.bucket, request.prefix, &snapshot) {}
  CurrentCursor& current() { return current_; }
  ArchivedCursor& archived() { return archived_; }
  // The next key; nothing at the end.
  Result<std::optional<std::string>> key() {
    TRY(current_.status());
    TRY(archived_.status());
    std::optional<std::string> least;
    if (current_.valid()) least = current_.key();
    if (archived_.valid()) {
      std::string key = TRY(archived_.key());
      if (!least || key < *least) least = std::move(key);
    }
    return least;
  }
  // The next version, of `key`, which key() has just given.
  Result<ObjectInfo> take(const std::string& key) {
    const bool is_new_key = key != last_key_;
    last_key_ = key;
    if (current_.valid() && current_.key() == key) {
      ObjectInfo info = TRY(current_.row()).info;
      current_.next();
      return info;
    }
    ObjectInfo info = TRY(archived_.row()).info;
    info.is_latest = is_new_key;
    archived_.next();
    return info;
  }
  // What comes next of `key` is not its first version.
  void continue_within(const std::string& key) { last_key_ = key; }

 private:
  CurrentCursor current_;
  ArchivedCursor archived_;
  std::optional<std::string> last_key_;
};

Result<std::string> decode_continuation(const ListRequest& request) {
  if (!request.continuation) return request.start_after;
  auto marker = from_hex(*request.continuation);
  if (!marker) {
    return Error{
        Errc::invalid_argument,
        fmt::format("\"{}\" is not the continuation of a list; use that of the page before", *request.continuation)};
  }
  return *std::move(marker);
}

}  // namespace

Result<ListPage> Store::list(const ListRequest& request) const {
  TRY(impl_->index.require_bucket(request.bucket));
  const std::string marker = TRY(decode_continuation(request));
  const size_t limit = std::min(request.max_keys, kMaxPage);
  ListPage page;
  if (limit == 0) return page;
  CurrentCursor cursor(impl_->index, request.bucket, request.prefix, nullptr);
  start_after(cursor, marker, request.prefix, request.delimiter);
  std::string last;
  for (size_t count = 0; cursor.valid(); ++count) {
    if (count == limit) {
      page.next = to_hex(last);
      break;
    }
    const std::string_view common = rolled_up(cursor.key(), request.prefix, request.delimiter);
    if (common.empty()) {
      page.objects.push_back(TRY(cursor.row()).info);
      last = page.objects.back().key;
      cursor.next();
    } else {
      last = page.common_prefixes.emplace_back(common);
      cursor.skip_prefix(last);
    }
  }
  TRY(cursor.status());
  return page;
}

// Puts the cursor behind the markers of the page before.
static Result<void> resume(const Index& index, const ListVersionsRequest& request, VersionsCursor& cursor) {
  const std::string& marker = request.key_marker;
  start_after(cursor.current(), marker, request.prefix, request.delimiter);
  start_after(cursor.archived(), marker, request.prefix, request.delimiter);
  if (!request.version_marker || marker.empty() || !marker.starts_with(request.prefix)) return {};
  if (!rolled_up(marker, request.prefix, request.delimiter).empty()) return {};
  const ObjectRef ref{request.bucket, marker};
  std::optional<uint64_t> sequence = sequence_of(*request.version_marker);
  if (*request.version_marker == kNullVersion) {
    if (const auto current = TRY(index.current(ref)); current && current->info.version == kNullVersion) {
      sequence = current->sequence;
    } else if (const auto archived = TRY(index.archived(ref, kNullVersion))) {
      sequence = archived->sequence;
    }
  }
  if (!sequence) return no_such_version(ref, *request.version_marker);
  cursor.archived().skip_version(ref, *sequence);
  cursor.continue_within(marker);
  return {};
}

Result<ListVersionsPage> Store::list_versions(const ListVersionsRequest& request) const {
  TRY(impl_->index.require_bucket(request.bucket));
  const size_t limit = std::min(request.max_keys, kMaxPage);
  ListVersionsPage page;
  if (limit == 0) return page;
  const kv::Snapshot snapshot = impl_->kv.snapshot();
  VersionsCursor cursor(impl_->index, request, snapshot);
  TRY(resume(impl_->index, request, cursor));
  for (size_t count = 0;; ++count) {
    const auto key = TRY(cursor.key());
    if (!key) return page;
    if (count == limit) {
      page.truncated = true;
      return page;
    }
    const std::string_view common = rolled_up(*key, request.prefix, request.delimiter);
    if (common.empty()) {
      page.versions.push_back(TRY(cursor.take(*key)));
      page.next_key_marker = *key;
      page.next_version_marker = page.versions.back().version;
    } else {
      page.next_key_marker = page.common_prefixes.emplace_back(common);
      page.next_version_marker.reset();
      cursor.current().skip_prefix(common);
      cursor.archived().skip_prefix(common);
    }
  }
}

}  // namespace caudal::objects
