// SPDX-License-Identifier: Apache-2.0
#include "items/remote/remote_store.h"

#include <fmt/format.h>

#include "items/remote/remote_impl.h"

namespace caudal::items {

Error NoStreams::error() const {
  return Error{Errc::not_offered,
               fmt::format("the streams of a remote store are not told here; ask {} for them", endpoint_)};
}

RemoteStore::RemoteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RemoteStore::~RemoteStore() = default;

Result<std::unique_ptr<RemoteStore>> RemoteStore::open(RemoteOptions options, Clock& clock, uint64_t seed) {
  auto caller = TRY(remote::Caller::open(options, clock, seed));
  NoStreams streams(caller->endpoint());
  return std::unique_ptr<RemoteStore>(new RemoteStore(
      std::make_unique<Impl>(Impl{.options = std::move(options), .caller = std::move(caller), .streams = streams})));
}

Streams& RemoteStore::streams() { return impl_->streams; }

Result<Swept> RemoteStore::sweep(const std::stop_token&) { return Swept(); }

}  // namespace caudal::items
