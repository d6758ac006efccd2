// SPDX-License-Identifier: Apache-2.0
// Reading streams: their shards, places in them, and what happened.
#include <fmt/format.h>

#include <algorithm>

#include "items/embedded_streams.h"
#include "items/errors.h"

namespace caudal::items {
namespace {

Error trimmed() { return {Errc::trimmed, "The operation attempted to read past the oldest stream record in a shard."}; }
Error foreign_sequence() {
  return {Errc::invalid_request,
          "Invalid SequenceNumber: it is none of the shard's. Take one of its records or of its SequenceNumberRange"};
}

}  // namespace

Result<ShardPage> EmbeddedStreams::shards(const StreamName& name, const std::string& after, size_t limit) {
  TRY(close_shards());
  const StreamPtr stream = TRY(require(name));
  ShardPage page{.stream = stream->info(), .shards = {}};
  // Ids sort as their shards do, so one that is gone by now has its place as well.
  for (const ShardRow& shard : shards_of(*stream, horizon(), log_->closed_before())) {
    Shard told = items::describe(*stream, shard);
    if (told.id <= after) continue;
    page.is_truncated = page.shards.size() == limit;
    if (page.is_truncated) break;
    page.shards.push_back(std::move(told));
  }
  return page;
}

Result<ShardRow> EmbeddedStreams::shard_of(const StreamRow& stream, const std::string& id) const {
  for (const ShardRow& shard : shards_of(stream, horizon(), log_->closed_before())) {
    if (shard_id(stream, shard) == id) return shard;
  }
  return Error{Errc::no_such_stream, fmt::format("Requested resource not found: Shard {} of stream {} of table {}", id,
                                                 stream.name.label, stream.name.table)};
}

// The number after the newest event of the shard.
Result<Sequence> EmbeddedStreams::newest(const StreamRow& stream, const ShardRow& shard) const {
  kv::Scan scan = kv_.scan(families_.events, events_of(stream.space, shard.first, shard.end));
  scan.to_last();
  TRY(scan.status());
  return scan.valid() ? sequence_of(scan.key()) + 1 : shard.first;
}

Result<ShardPosition> EmbeddedStreams::position(const StreamName& name, const std::string& shard_id,
                                                const Start& start) {
  TRY(close_shards());
  const StreamPtr stream = TRY(require(name));
  const ShardRow shard = TRY(shard_of(*stream, shard_id));
  ShardPosition position{.stream = name, .shard = shard_id, .issued = clock_.now()};
  switch (start.from) {
    case StartFrom::kTrimHorizon: position.is_horizon = true; return position;
    case StartFrom::kLatest: position.next = shard.is_closed ? shard.end : TRY(newest(*stream, shard)); return position;
    case StartFrom::kAt: position.next = start.sequence; break;
    case StartFrom::kAfter: position.next = start.sequence + 1; break;
  }
  if (start.sequence < shard.first || start.sequence >= shard.end) return foreign_sequence();
  if (start.sequence < horizon()) return trimmed();
  return position;
}

// Whether events were lost that whoever stands at `from` has not read.
Result<void> EmbeddedStreams::check_untrimmed(const StreamRow& stream, Sequence from) const {
  const Sequence oldest = horizon();
  if (from >= oldest) return {};
  const kv::Scan scan = kv_.scan(families_.events, events_of(stream.space, from, oldest));
  TRY(scan.status());
  // In this order: what is trimmed meanwhile is told first.
  if (scan.valid() || trimmed_before_.load() > from) return trimmed();
  return {};
}

Result<EventsPage> EmbeddedStreams::events(const ShardPosition& position, size_t limit) {
  if (position.issued + kPositionLife < clock_.now()) {
    return Error{
        Errc::iterator_expired,
        "The shard iterator has expired and can no longer be used to retrieve stream records. A shard iterator "
        "expires 15 minutes after it is retrieved."};
  }
  TRY(close_shards());
  const StreamPtr stream = TRY(require(position.stream));
  const ShardRow shard = TRY(shard_of(*stream, position.shard));
  if (!position.is_horizon) TRY(check_untrimmed(*stream, position.next));
  const Sequence from = std::max(shard.first, position.is_horizon ? horizon() : position.next);
  EventsPage page{.stream = stream->info(), .events = {}, .next = position};
  page.next->issued = clock_.now();
  uint64_t bytes = 0;
  bool is_full = false;
  kv::Scan scan = kv_.scan(families_.events, events_of(stream->space, std::min(from, shard.end), shard.end));
  for (; scan.valid(); scan.next()) {
    is_full = page.events.size() >= std::min(limit, kMostEvents);
    if (is_full) break;
    Event event = TRY(decode_event(stream->key, scan.key(), scan.value()));
    bytes += event.size_bytes;
    is_full = !page.events.empty() && bytes > kMostEventsBytes;
    if (is_full) break;
    page.next->is_horizon = false;
    page.next->next = event.sequence + 1;
    page.events.push_back(std::move(event));
  }
  TRY(scan.status());
  if (!is_full && shard.is_closed) page.next.reset();
  return page;
}

}  // namespace caudal::items
