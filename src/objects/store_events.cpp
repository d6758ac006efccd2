// SPDX-License-Identifier: Apache-2.0
// Telling what was committed.
#include "objects/store_impl.h"

namespace caudal::objects {

Result<void> Store::Impl::queue(Edit& edit, Event& event) {
  if (!edit.bucket.keeps_events || options.router == nullptr) return {};
  // Nobody changes it meanwhile: who changes an object holds its bucket.
  const auto document = TRY(kv.get(index.families().settings, setting_key(event.bucket, settings::kNotification)));
  if (!document) return {};
  const auto taken = events.add(edit.batch, event, TRY(options.router->recipients(event, *document)));
  edit.writes.sequences.insert(edit.writes.sequences.end(), taken.begin(), taken.end());
  return {};
}

Result<void> Store::Impl::note(Edit& edit, EventKind kind, const ObjectInfo& info) {
  if (!edit.bucket.keeps_events && !is_observed.load(std::memory_order_relaxed)) return {};
  if (edit.is_by_lifecycle && kind == EventKind::kRemoved) kind = EventKind::kExpired;
  if (edit.is_by_lifecycle && kind == EventKind::kMarkerMade) kind = EventKind::kExpiredMarkerMade;
  Event event{.kind = kind, .bucket = edit.ref.bucket, .key = edit.ref.key, .version = info.version};
  const bool has_body = kind != EventKind::kRemoved && kind != EventKind::kExpired && !info.is_delete_marker;
  if (has_body) {
    event.etag = info.etag;
    event.size_bytes = info.size_bytes;
  }
  event.time = clock.now();
  TRY(queue(edit, event));
  edit.writes.events.push_back(std::move(event));
  return {};
}

void Store::Impl::tell(const std::vector<Event>& happened) {
  if (happened.empty()) return;
  const std::shared_lock lock(observer_mutex);
  if (observer == nullptr) return;
  for (const Event& event : happened) observer->committed(event);
}

void Store::observe(EventObserver* observer) {
  const std::unique_lock lock(impl_->observer_mutex);
  impl_->observer = observer;
  impl_->is_observed = observer != nullptr;
}

Result<QueuedEvents> Store::read_events(const std::string& destination, uint64_t after, size_t max_events) const {
  return impl_->events.read(destination, after, max_events);
}

Result<void> Store::acknowledge_events(const std::string& destination, uint64_t up_to) {
  return impl_->events.acknowledge(destination, up_to);
}

bool Store::wait_for_events(uint64_t seen, const std::stop_token& stop) const { return impl_->events.wait(seen, stop); }

Result<std::vector<std::string>> Store::event_destinations() const { return impl_->events.destinations(); }

}  // namespace caudal::objects
