// SPDX-License-Identifier: Apache-2.0
// Walking the objects of a bucket, and their versions, in order. Inside room objects only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "objects/index.h"

namespace caudal::objects {

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
  void seek_key(std::string_view key) { scan_.seek(current_key(bucket_, key)); }
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
  void seek_key(const std::string& key) { scan_.seek(archived_prefix({bucket_, key})); }
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
  VersionsCursor(const Index& index, const std::string& bucket, const std::string& prefix, const kv::Snapshot& snapshot)
      : current_(index, bucket, prefix, &snapshot), archived_(index, bucket, prefix, &snapshot) {}
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
  Result<ObjectRow> take(const std::string& key) {
    const bool is_new_key = key != last_key_;
    last_key_ = key;
    if (current_.valid() && current_.key() == key) {
      ObjectRow row = TRY(current_.row());
      current_.next();
      return row;
    }
    ObjectRow row = TRY(archived_.row());
    row.info.is_latest = is_new_key;
    archived_.next();
    return row;
  }
  // To what follows that version, whether it is still there or not.
  void resume_behind(const ObjectRef& ref, uint64_t sequence) {
    current_.skip_key(ref.key);
    archived_.skip_version(ref, sequence);
    continue_within(ref.key);
  }
  // What comes next of `key` is not its first version.
  void continue_within(const std::string& key) { last_key_ = key; }

 private:
  CurrentCursor current_;
  ArchivedCursor archived_;
  std::optional<std::string> last_key_;
};

}  // namespace caudal::objects
