// SPDX-License-Identifier: Apache-2.0
// Opening the store, and its buckets.
#include "objects/store.h"

#include <fmt/format.h>

#include "base/wire.h"
#include "objects/store_impl.h"

namespace caudal::objects {

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(kv::Store& kv, const std::filesystem::path& blob_directory, Clock& clock,
                                           Options options) {
  const Families families = TRY(Families::open(kv));
  auto impl = std::make_unique<Impl>(kv, clock, options, families, blob_directory);
  TRY(impl->blobs.prepare());
  TRY(impl->references.sweep());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::create_bucket(const std::string& bucket) {
  TRY(check_bucket_name(bucket));
  const auto held = impl_->locks.lock_bucket(bucket);
  if (TRY(impl_->index.bucket(bucket))) {
    return Error{Errc::bucket_exists, fmt::format("the bucket \"{}\" exists already", bucket)};
  }
  kv::Batch batch;
  impl_->index.put_bucket(batch, {.name = bucket, .created = impl_->clock.now(), .versioning = Versioning::kOff});
  return impl_->kv.commit(std::move(batch));
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
  TRY(change.add_to(batch));
  TRY(impl_->kv.commit(std::move(batch)));
  change.committed();
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

Result<void> Store::set_versioning(const std::string& bucket, Versioning versioning) {
  const auto held = impl_->locks.lock_bucket(bucket);
  BucketInfo info = TRY(impl_->index.require_bucket(bucket));
  if (info.versioning == versioning) return {};
  if (versioning == Versioning::kOff) {
    return Error{Errc::invalid_argument,
                 fmt::format("versioning of bucket \"{}\" cannot be turned off any more; suspend it", bucket)};
  }
  info.versioning = versioning;
  kv::Batch batch;
  impl_->index.put_bucket(batch, info);
  return impl_->kv.commit(std::move(batch));
}

}  // namespace caudal::objects
