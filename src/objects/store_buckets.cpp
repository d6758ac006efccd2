// SPDX-License-Identifier: Apache-2.0
// Buckets and their settings.
#include <fmt/format.h>

#include <algorithm>

#include "objects/errc.h"
#include "objects/store_impl.h"

namespace caudal::objects {
namespace {

constexpr size_t kMaxKindCharacters = 64;

Result<void> check_kind(std::string_view kind) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!kind.empty() && kind.size() <= kMaxKindCharacters && std::all_of(kind.begin(), kind.end(), is_allowed)) {
    return {};
  }
  return Error{Errc::invalid_argument, fmt::format("\"{}\" is not a kind of settings; it has 1 to {} of a-z, 0-9 and -",
                                                   kind, kMaxKindCharacters)};
}

Result<void> check_setting(std::string_view kind, std::string_view document) {
  TRY(check_kind(kind));
  if (document.size() <= kMaxSettingBytes) return {};
  return Error{Errc::invalid_argument, fmt::format("the setting {} of a bucket has {} bytes; at most {} are allowed",
                                                   kind, document.size(), kMaxSettingBytes)};
}

// Notes at the bucket whether it has a setting that means something to the store. True: this is such a setting.
bool mark(BucketInfo& bucket, std::string_view kind, bool is_there) {
  if (kind == settings::kNotification) {
    bucket.keeps_events = is_there;
  } else if (kind == settings::kEncryption) {
    bucket.encrypts = is_there;
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<void> Store::create_bucket(const std::string& bucket, const BucketOptions& options) {
  TRY(check_bucket_name(bucket));
  for (const auto& [kind, document] : options.settings) TRY(check_setting(kind, document));
  const auto held = impl_->locks.lock_bucket(bucket);
  if (impl_->index.bucket(bucket)) {
    return Error{Errc::bucket_exists, fmt::format("the bucket \"{}\" exists already", bucket)};
  }
  kv::Batch batch;
  BucketInfo info{.name = bucket, .created = impl_->clock.now(), .owner = options.owner, .region = options.region};
  for (const auto& [kind, document] : options.settings) mark(info, kind, true);
  for (const auto& [kind, document] : options.settings) {
    batch.put(impl_->index.families().settings, setting_key(bucket, kind), document);
  }
  return impl_->commit_bucket(std::move(batch), info);
}

Result<void> Store::delete_bucket(const std::string& bucket) {
  const auto held = impl_->locks.lock_bucket(bucket);
  TRY(impl_->index.require_bucket(bucket));
  if (TRY(impl_->index.holds_anything(bucket))) {
    return Error{
        Errc::bucket_not_empty,
        fmt::format("the bucket \"{}\" is not empty; remove its objects and all their versions first", bucket)};
  }
  kv::Batch batch;
  References::Change change(impl_->references);
  TRY(impl_->drop_uploads(bucket, batch, change));
  batch.remove(impl_->index.families().buckets, bucket);
  TRY(impl_->kv.remove_each(batch, impl_->index.families().settings, kv::Range::prefix(setting_key(bucket, ""))));
  TRY(change.add_to(batch));
  TRY(impl_->kv.commit(std::move(batch)));
  impl_->index.forget_bucket(bucket);
  change.committed();
  return {};
}

Result<void> Store::Impl::commit_bucket(kv::Batch batch, const BucketInfo& bucket) {
  index.put_bucket(batch, bucket);
  TRY(kv.commit(std::move(batch)));
  index.know_bucket(bucket);
  return {};
}

Result<BucketInfo> Store::bucket(const std::string& bucket) const { return impl_->index.require_bucket(bucket); }

Result<std::vector<BucketInfo>> Store::list_buckets() const {
  std::vector<BucketInfo> buckets;
  kv::Scan scan = impl_->kv.scan(impl_->index.families().buckets, kv::Range::all());
  for (; scan.valid(); scan.next()) buckets.push_back(TRY(decode_bucket(scan.key(), scan.value())));
  TRY(scan.status());
  return buckets;
}

Result<ListBucketsPage> Store::list_buckets(const ListBucketsRequest& request) const {
  ListBucketsPage page;
  if (request.max_buckets == 0) return page;
  kv::Scan scan = impl_->kv.scan(impl_->index.families().buckets, kv::Range::prefix(request.prefix));
  if (request.continuation) scan.seek(*request.continuation + '\0');
  for (; scan.valid(); scan.next()) {
    BucketInfo info = TRY(decode_bucket(scan.key(), scan.value()));
    if (!request.region.empty() && info.region != request.region) continue;
    if (page.buckets.size() == request.max_buckets) {
      page.next = page.buckets.back().name;
      break;
    }
    page.buckets.push_back(std::move(info));
  }
  TRY(scan.status());
  return page;
}

Result<void> Store::set_versioning(const std::string& bucket, Versioning versioning) {
  const auto held = impl_->locks.lock_bucket(bucket);
  BucketInfo info = TRY(impl_->index.require_bucket(bucket));
  if (info.versioning == versioning) return {};
  if (versioning == Versioning::kOff) {
    return Error{Errc::invalid_argument,
                 fmt::format("versioning of bucket \"{}\" cannot be turned off any more; suspend it", bucket)};
  }
  info.versioning = versioning;
  return impl_->commit_bucket({}, info);
}

Result<void> Store::put_setting(const std::string& bucket, std::string_view kind, std::string_view document) {
  TRY(check_setting(kind, document));
  const auto held = impl_->locks.lock_bucket(bucket);
  BucketInfo info = TRY(impl_->index.require_bucket(bucket));
  kv::Batch batch;
  batch.put(impl_->index.families().settings, setting_key(bucket, kind), document);
  if (mark(info, kind, true)) return impl_->commit_bucket(std::move(batch), info);
  return impl_->kv.commit(std::move(batch));
}

Result<std::optional<std::string>> Store::get_setting(const std::string& bucket, std::string_view kind) const {
  auto document = TRY(impl_->kv.get(impl_->index.families().settings, setting_key(bucket, kind)));
  if (!document) TRY(impl_->index.require_bucket(bucket));
  return document;
}

Result<void> Store::remove_setting(const std::string& bucket, std::string_view kind) {
  TRY(check_kind(kind));
  const auto held = impl_->locks.lock_bucket(bucket);
  BucketInfo info = TRY(impl_->index.require_bucket(bucket));
  kv::Batch batch;
  batch.remove(impl_->index.families().settings, setting_key(bucket, kind));
  if (mark(info, kind, false)) return impl_->commit_bucket(std::move(batch), info);
  return impl_->kv.commit(std::move(batch));
}

Result<Settings> Store::get_settings(const std::string& bucket) const {
  TRY(impl_->index.require_bucket(bucket));
  Settings all;
  kv::Scan scan = impl_->kv.scan(impl_->index.families().settings, kv::Range::prefix(setting_key(bucket, "")));
  for (; scan.valid(); scan.next()) {
    kv::KeyReader key(scan.key());
    TRY(key.text());
    all.emplace(std::string(key.rest()), std::string(scan.value()));
  }
  TRY(scan.status());
  return all;
}

}  // namespace caudal::objects
