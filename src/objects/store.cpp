// SPDX-License-Identifier: Apache-2.0
// Opening the store.
#include "objects/store.h"

#include "objects/store_impl.h"

namespace caudal::objects {

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(kv::Store& kv, const std::filesystem::path& blob_directory, Clock& clock,
                                           Options options) {
  const Families families = TRY(Families::open(kv));
  auto impl = std::make_unique<Impl>(kv, clock, options, families, blob_directory);
  TRY(impl->index.load_buckets());
  TRY(impl->blobs.prepare());
  TRY(impl->references.sweep());
  TRY(impl->events.open(clock.now()));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

HeldFiles Store::hold_files() {
  impl_->references.hold();
  return HeldFiles([this] { impl_->references.release(); });
}

BlobMetrics Store::metrics() const { return impl_->blobs.metrics(); }

}  // namespace caudal::objects
