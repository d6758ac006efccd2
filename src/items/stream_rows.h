// SPDX-License-Identifier: Apache-2.0
// What is stored of streams and of what happened, how sequence numbers are made of time, and which shards that makes.
// Inside room items only.
//
// Shards are not stored: all streams change theirs at the same times, every kShardLife since 1970.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "items/policies.h"
#include "items/rows.h"
#include "items/streams.h"

namespace caudal::items {

struct StreamRow {
  StreamName name;
  Space space = 0;
  StreamView view = StreamView::kKeysOnly;
  KeySchema key;
  Timestamp created = {};
  Sequence started = 0;
  std::optional<Sequence> ended = {};  // the first that is not its own any more; nothing: it goes on
  ResourcePolicyPtr policy = {};       // nullptr: none

  StreamInfo info() const;
};
std::string stream_key(const StreamName& name);
std::string encode(const StreamRow& row);
Result<StreamRow> decode_stream(std::string_view key, std::string_view bytes);

std::string event_key(Space space, Sequence sequence);
Sequence sequence_of(std::string_view event_key);
// Events of [first, end).
kv::Range events_of(Space space, Sequence first, Sequence end);
kv::Range events_of(Space space);

struct EventRow {
  EventKind kind = EventKind::kInsert;
  bool is_expiry = false;
  std::string_view key_bytes;
  const Item* before = nullptr;  // nullptr: not told, or there was none
  const Item* after = nullptr;
  uint64_t size_bytes = 0;
};
std::string encode(const EventRow& row);
Result<Event> decode_event(const KeySchema& key, std::string_view event_key, std::string_view bytes);

// The first sequence number that is given at that time, and at later times only greater ones.
Sequence first_sequence_at(Timestamp time);
// The first of the shard, of whatever stream, that a number is in.
Sequence shard_begin(Sequence sequence);

struct ShardRow {
  Sequence first = 0;  // that can be in it
  Sequence end = 0;    // the first that cannot
  bool is_closed = false;
};
// Those with numbers from `horizon` on, oldest first. Numbers before `closed_before`, where a shard begins, are given
// no more.
std::vector<ShardRow> shards_of(const StreamRow& stream, Sequence horizon, Sequence closed_before);
std::string shard_id(const StreamRow& stream, const ShardRow& shard);
Shard describe(const StreamRow& stream, const ShardRow& shard);

// "2026-01-31T09:30:00.123".
std::string stream_label(Timestamp created);

}  // namespace caudal::items
