// SPDX-License-Identifier: Apache-2.0
// Rows of events, in order of their sequence. Row 0 keeps how far they were acknowledged.
#include "objects/event_queue.h"

#include <algorithm>

#include "base/wire.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

constexpr uint64_t kFormat = 1;
constexpr uint64_t kMark = 0;

std::string row_key(uint64_t sequence) { return kv::KeyWriter().u64(sequence).take(); }

std::string encode(const Event& event) {
  WireWriter out;
  out.varint(kFormat).varint(static_cast<uint64_t>(event.kind)).text(event.bucket).text(event.key);
  out.text(event.version).text(event.etag).varint(event.size_bytes);
  out.signed_varint(event.time.time_since_epoch().count());
  return out.take();
}

Result<Event> decode(std::string_view key, std::string_view bytes) {
  WireReader in(bytes);
  if (TRY(in.varint()) != kFormat) {
    return Error{Errc::corrupt, "an event has an unknown format; upgrade Caudal or restore a backup"};
  }
  Event event;
  event.sequence = TRY(kv::KeyReader(key).u64());
  event.kind = static_cast<EventKind>(TRY(in.varint()));
  event.bucket = TRY(in.text());
  event.key = TRY(in.text());
  event.version = TRY(in.text());
  event.etag = TRY(in.text());
  event.size_bytes = TRY(in.varint());
  event.time = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  TRY(in.finish());
  return event;
}

}  // namespace

Result<void> EventQueue::open(Timestamp now) {
  uint64_t mark = 0;
  if (const auto row = TRY(kv_.get(family_, row_key(kMark)))) mark = TRY(WireReader(*row).varint());
  kv::Scan scan = kv_.scan(family_, kv::Range{.lower = row_key(kMark + 1)});
  // An event whose commit failed while syncing can be there after all, also before the mark.
  const uint64_t first = scan.valid() ? TRY(kv::KeyReader(scan.key()).u64()) : mark + 1;
  scan.to_last();
  TRY(scan.status());
  visible_ = scan.valid() ? TRY(kv::KeyReader(scan.key()).u64()) : 0;
  acknowledged_ = std::min(mark, first - 1);
  const auto time = static_cast<uint64_t>(std::max<int64_t>(now.time_since_epoch().count(), 0));
  next_ = std::max({mark, visible_, time}) + 1;
  return {};
}

void EventQueue::add(kv::Batch& batch, Event& event) {
  {
    std::lock_guard lock(mutex_);
    event.sequence = next_++;
    under_way_.insert(event.sequence);
  }
  batch.put(family_, row_key(event.sequence), encode(event));
}

void EventQueue::settle(const std::vector<Event>& events, bool were_committed) {
  {
    std::lock_guard lock(mutex_);
    for (const Event& event : events) {
      if (under_way_.erase(event.sequence) > 0 && were_committed) held_back_.insert(event.sequence);
    }
    while (!held_back_.empty() && (under_way_.empty() || *held_back_.begin() < *under_way_.begin())) {
      visible_ = *held_back_.begin();
      held_back_.erase(held_back_.begin());
    }
  }
  changed_.notify_all();
}

Result<std::vector<Event>> EventQueue::read(uint64_t after, size_t max_events) const {
  uint64_t last = 0;
  {
    std::lock_guard lock(mutex_);
    last = visible_;
    after = std::max(after, acknowledged_);
  }
  std::vector<Event> events;
  if (after >= last) return events;
  kv::Scan scan = kv_.scan(family_, kv::Range{.lower = row_key(after + 1), .upper = row_key(last + 1)});
  for (; scan.valid() && events.size() < max_events; scan.next()) {
    events.push_back(TRY(decode(scan.key(), scan.value())));
  }
  TRY(scan.status());
  return events;
}

Result<void> EventQueue::acknowledge(uint64_t up_to) {
  uint64_t from = 0;
  {
    std::lock_guard lock(mutex_);
    up_to = std::min(up_to, visible_);
    if (up_to <= acknowledged_) return {};
    from = acknowledged_;
  }
  kv::Batch batch;
  batch.remove_range(family_, kv::Range{.lower = row_key(from + 1), .upper = row_key(up_to + 1)});
  batch.put(family_, row_key(kMark), WireWriter().varint(up_to).take());
  // A power cut may bring them back: then they are delivered again.
  TRY(kv_.commit(std::move(batch), kv::Durability::kRelaxed));
  std::lock_guard lock(mutex_);
  acknowledged_ = std::max(acknowledged_, up_to);
  return {};
}

bool EventQueue::wait(uint64_t after, const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [&] { return visible_ > std::max(after, acknowledged_); });
}

}  // namespace caudal::objects
