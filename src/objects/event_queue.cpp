// SPDX-License-Identifier: Apache-2.0
// Rows of events, by destination and sequence. One row beside them keeps the newest sequence that was acknowledged.
#include "objects/event_queue.h"

#include <algorithm>

#include "base/wire.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kFormat = 2;  // 1 had no destinations

// Before all rows: those begin with the name of a destination.
std::string mark_key() { return kv::KeyWriter().u64(0).take(); }

std::string prefix_of(const std::string& destination) { return kv::KeyWriter().text(destination).take(); }

std::string row_key(const std::string& destination, uint64_t sequence) {
  return kv::KeyWriter().text(destination).u64(sequence).take();
}

kv::Range rows_of(const std::string& destination, uint64_t from, uint64_t to) {
  return {.lower = row_key(destination, from), .upper = row_key(destination, to) + '\0'};
}

Result<uint64_t> sequence_of_key(std::string_view key) {
  kv::KeyReader in(key);
  TRY(in.text());
  return in.u64();
}

std::string encode(const Event& event, std::string_view subscription) {
  WireWriter out;
  out.varint(kFormat).varint(static_cast<uint64_t>(event.kind)).text(event.bucket).text(event.key);
  out.text(event.version).text(event.etag).varint(event.size_bytes);
  out.signed_varint(event.time.time_since_epoch().count()).text(subscription);
  return out.take();
}

Result<QueuedEvent> decode(std::string_view key, std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kFormat) {
    return Error{Errc::corrupt, "an event has an unknown format; upgrade Caudal or restore a backup"};
  }
  QueuedEvent queued;
  Event& event = queued.event;
  event.sequence = TRY(sequence_of_key(key));
  event.kind = static_cast<EventKind>(TRY(in.varint()));
  event.bucket = TRY(in.text());
  event.key = TRY(in.text());
  event.version = TRY(in.text());
  event.etag = TRY(in.text());
  event.size_bytes = TRY(in.varint());
  event.time = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  queued.subscription = TRY(in.text());
  TRY(in.finish());
  return queued;
}

}  // namespace

Result<void> EventQueue::open(Timestamp now) {
  // Rows of format 1 have keys that begin with a NUL, and nobody knows for whom they are.
  const kv::Range old{.lower = mark_key() + '\0', .upper = "\x01"};
  if (kv_.scan(family_, old).valid()) {
    kv::Batch batch;
    batch.remove_range(family_, old);
    TRY(kv_.commit(std::move(batch), kv::Durability::kRelaxed));
  }
  if (const auto row = TRY(kv_.get(family_, mark_key()))) mark_ = TRY(WireReader(*row).varint());
  for (const std::string& destination : TRY(destinations())) {
    kv::Scan scan = kv_.scan(family_, kv::Range::prefix(prefix_of(destination)));
    scan.to_last();
    if (scan.valid()) visible_ = std::max(visible_, TRY(sequence_of_key(scan.key())));
    TRY(scan.status());
  }
  const auto time = static_cast<uint64_t>(std::max<int64_t>(now.time_since_epoch().count(), 0));
  next_ = std::max({mark_, visible_, time}) + 1;
  return {};
}

Result<std::vector<std::string>> EventQueue::destinations() const {
  std::vector<std::string> found;
  kv::Scan scan = kv_.scan(family_, kv::Range{.lower = "\x01"});
  while (scan.valid()) {
    found.push_back(TRY(kv::KeyReader(scan.key()).text()));
    const auto end = kv::prefix_end(prefix_of(found.back()));
    if (!end) break;
    scan.seek(*end);
  }
  TRY(scan.status());
  return found;
}

std::vector<uint64_t> EventQueue::add(kv::Batch& batch, Event& event, const std::vector<Recipient>& recipients) {
  std::vector<uint64_t> taken;
  {
    std::lock_guard lock(mutex_);
    for (size_t left = recipients.size(); left > 0; --left) {
      taken.push_back(next_++);
      under_way_.insert(taken.back());
    }
  }
  for (size_t n = 0; n < recipients.size(); ++n) {
    batch.put(family_, row_key(recipients[n].destination, taken[n]), encode(event, recipients[n].subscription));
  }
  if (!taken.empty()) event.sequence = taken.front();
  return taken;
}

void EventQueue::settle(const std::vector<uint64_t>& sequences, bool were_committed) {
  if (sequences.empty()) return;
  {
    std::lock_guard lock(mutex_);
    for (const uint64_t sequence : sequences) {
      if (under_way_.erase(sequence) > 0 && were_committed) held_back_.insert(sequence);
    }
    while (!held_back_.empty() && (under_way_.empty() || *held_back_.begin() < *under_way_.begin())) {
      visible_ = *held_back_.begin();
      held_back_.erase(held_back_.begin());
    }
  }
  changed_.notify_all();
}

Result<QueuedEvents> EventQueue::read(const std::string& destination, uint64_t after, size_t max_events) const {
  QueuedEvents page;
  {
    std::lock_guard lock(mutex_);
    page.seen = visible_;
  }
  if (after >= page.seen) return page;
  kv::Scan scan = kv_.scan(family_, rows_of(destination, after + 1, page.seen));
  for (; scan.valid() && page.events.size() < max_events; scan.next()) {
    page.events.push_back(TRY(decode(scan.key(), scan.value())));
  }
  TRY(scan.status());
  return page;
}

Result<void> EventQueue::acknowledge(const std::string& destination, uint64_t up_to) {
  kv::Batch batch;
  {
    std::lock_guard lock(mutex_);
    up_to = std::min(up_to, visible_);
  }
  // One by one, as they are delivered: a range that is removed is read past until it is compacted.
  kv::Scan scan = kv_.scan(family_, rows_of(destination, 0, up_to));
  for (; scan.valid(); scan.next()) batch.remove(family_, scan.key());
  TRY(scan.status());
  if (batch.empty()) return {};
  // Under the lock, so that an older mark does not come after a newer one.
  std::lock_guard lock(mutex_);
  batch.put(family_, mark_key(), WireWriter().varint(std::max(mark_, up_to)).take());
  // A power cut may bring them back: then they are delivered again.
  TRY(kv_.commit(std::move(batch), kv::Durability::kRelaxed));
  mark_ = std::max(mark_, up_to);
  return {};
}

bool EventQueue::wait(uint64_t seen, const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [&] { return visible_ > seen; });
}

}  // namespace caudal::objects
