// SPDX-License-Identifier: Apache-2.0
#include "items/embedded_store.h"

#include "items/embedded_archive.h"
#include "items/embedded_impl.h"
#include "items/embedded_policies.h"
#include "items/expiry_sweep.h"
#include "items/journal.h"

namespace caudal::items {

EmbeddedStore::Impl::Impl(kv::Store& store, Clock& the_clock, const Families& of, Log the_log)
    : kv(store), clock(the_clock), families(of), log(std::move(the_log)) {}
EmbeddedStore::Impl::~Impl() = default;

EmbeddedStore::EmbeddedStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedStore::~EmbeddedStore() = default;

Archive& EmbeddedStore::archive() { return *impl_->archive; }
Policies& EmbeddedStore::policies() { return *impl_->policies; }

Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::open(kv::Store& kv, Clock& clock,
                                                           std::function<void(std::string_view)> log) {
  auto impl = std::make_unique<Impl>(kv, clock, TRY(Families::open(kv)), std::move(log));
  TRY(impl->tables.load(kv, impl->families));
  impl->streams = TRY(EmbeddedStreams::open(kv, impl->families, clock));
  impl->streams->log().skip_to(TRY(last_journaled(kv, impl->families, impl->tables.all())) + 1);
  impl->committer = TRY(Committer::open(kv, impl->families));
  impl->streams->attach(*impl->committer);
  Impl& one = *impl;
  impl->backfill = std::make_unique<Backfill>(
      Backfill::Rooms{.kv = kv, .families = one.families, .tables = one.tables, .committer = *one.committer},
      [&one](const Backfill::Job& job) { return one.open_index(job); }, one.log);
  impl->policies = std::make_unique<EmbeddedPolicies>(one);
  impl->archive = TRY(EmbeddedArchive::open(one));
  return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(std::move(impl)));
}

Streams& EmbeddedStore::streams() { return *impl_->streams; }

Result<Swept> EmbeddedStore::sweep(const std::stop_token& stop) {
  ExpirySweep expiry(impl_->kv, impl_->families, impl_->tables, *impl_->committer, impl_->streams->log(), impl_->clock);
  TRY(impl_->archive->trim());
  Swept swept = TRY(expiry.run(stop));
  swept.streams = TRY(impl_->streams->trim());
  return swept;
}

}  // namespace caudal::items
