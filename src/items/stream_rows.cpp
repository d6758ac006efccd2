// SPDX-License-Identifier: Apache-2.0
#include "items/stream_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "items/errors.h"
#include "items/values/item_codec.h"
#include "items/values/key_bytes.h"
#include "kv/key.h"

namespace caudal::items {
namespace {

constexpr uint64_t kStreamFormat = 1;
constexpr uint64_t kStreamWithPolicy = 2;  // what the first has, then the policy
constexpr uint64_t kEventFormat = 1;
constexpr uint64_t kStreamViews = 4;
constexpr uint64_t kEventKinds = 3;
constexpr int kCountBits = 20;  // of a sequence number: a million events within a millisecond
constexpr size_t kSequenceBytes = 8;

constexpr Sequence sequences_of(std::chrono::milliseconds duration) {
  return static_cast<Sequence>(duration.count()) << kCountBits;
}
constexpr Sequence kShardSequences = sequences_of(kShardLife);

Error damaged(std::string_view what) {
  return {Errc::corrupt, fmt::format("{} is damaged; restore the data directory from a backup", what)};
}

void append_big_endian(std::string& out, uint64_t value, size_t bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(value >> (8 * bytes)));
}

void write_image(WireWriter& out, const Item* image) {
  out.boolean(image != nullptr);
  if (image != nullptr) out.text(encode(*image));
}

Result<std::optional<Item>> read_image(WireReader& in) {
  if (!TRY(in.boolean())) return std::optional<Item>();
  return std::optional<Item>(TRY(decode_item(TRY(in.text()))));
}

}  // namespace

StreamInfo StreamRow::info() const {
  return {.name = name, .view = view, .key = key, .created = created, .is_enabled = !ended};
}

std::string stream_key(const StreamName& name) { return kv::KeyWriter().text(name.table).text(name.label).take(); }

std::string encode(const StreamRow& row) {
  WireWriter out;
  out.varint(row.policy == nullptr ? kStreamFormat : kStreamWithPolicy)
      .varint(row.space)
      .varint(static_cast<uint64_t>(row.view));
  write_key(out, row.key);
  out.signed_varint(row.created.time_since_epoch().count()).varint(row.started).boolean(row.ended.has_value());
  if (row.ended) out.varint(*row.ended);
  if (row.policy != nullptr) out.text(row.policy->text).text(row.policy->revision);
  return out.take();
}

Result<StreamRow> decode_stream(std::string_view key, std::string_view bytes) {
  StreamRow row;
  kv::KeyReader name(key);
  row.name.table = TRY(name.text());
  row.name.label = TRY(name.text());
  WireReader in(bytes);
  const uint64_t format = TRY(in.varint());
  if (format != kStreamFormat && format != kStreamWithPolicy) return damaged("the row of a stream");
  row.space = static_cast<Space>(TRY(in.varint()));
  const uint64_t view = TRY(in.varint());
  if (view >= kStreamViews) return damaged("the row of a stream");
  row.view = static_cast<StreamView>(view);
  row.key = TRY(read_key(in));
  row.created = Timestamp(std::chrono::microseconds(TRY(in.signed_varint())));
  row.started = TRY(in.varint());
  if (TRY(in.boolean())) row.ended = TRY(in.varint());
  if (format == kStreamWithPolicy) {
    ResourcePolicy policy;
    policy.text = TRY(in.text());
    policy.revision = TRY(in.text());
    row.policy = std::make_shared<ResourcePolicy>(std::move(policy));
  }
  TRY(in.finish());
  return row;
}

std::string event_key(Space space, Sequence sequence) {
  std::string key;
  append_big_endian(key, space, kSpaceBytes);
  append_big_endian(key, sequence, kSequenceBytes);
  return key;
}

Sequence sequence_of(std::string_view event_key) {
  Sequence sequence = 0;
  for (const char byte : event_key.substr(kSpaceBytes)) sequence = sequence << 8 | static_cast<uint8_t>(byte);
  return sequence;
}

kv::Range events_of(Space space, Sequence first, Sequence end) {
  return {.lower = event_key(space, first), .upper = event_key(space, end)};
}

kv::Range events_of(Space space) {
  std::string prefix;
  append_big_endian(prefix, space, kSpaceBytes);
  return kv::Range::prefix(prefix);
}

std::string encode(const EventRow& row) {
  WireWriter out;
  out.varint(kEventFormat).varint(static_cast<uint64_t>(row.kind)).boolean(row.is_expiry).text(row.key_bytes);
  write_image(out, row.before);
  write_image(out, row.after);
  out.varint(row.size_bytes);
  return out.take();
}

Result<Event> decode_event(const KeySchema& key, std::string_view event_key, std::string_view bytes) {
  Event event{.sequence = sequence_of(event_key), .keys = {}};
  WireReader in(bytes);
  if (TRY(in.varint()) != kEventFormat) return damaged("a record of a stream");
  const uint64_t kind = TRY(in.varint());
  if (kind >= kEventKinds) return damaged("a record of a stream");
  event.kind = static_cast<EventKind>(kind);
  event.is_expiry = TRY(in.boolean());
  event.keys = TRY(decode_key(key, TRY(in.text())));
  event.before = TRY(read_image(in));
  event.after = TRY(read_image(in));
  event.size_bytes = TRY(in.varint());
  TRY(in.finish());
  return event;
}

Sequence first_sequence_at(Timestamp time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  return since.count() < 0 ? 0 : sequences_of(since);
}

Timestamp time_of(Sequence sequence) { return Timestamp(std::chrono::milliseconds(sequence >> kCountBits)); }

Sequence shard_begin(Sequence sequence) { return sequence - sequence % kShardSequences; }

std::vector<ShardRow> shards_of(const StreamRow& stream, Sequence horizon, Sequence closed_before) {
  const Sequence first = std::max(stream.started, horizon);
  const Sequence last = stream.ended ? *stream.ended - 1 : std::max(first, closed_before);
  std::vector<ShardRow> shards;
  for (Sequence begin = shard_begin(first); begin <= last; begin += kShardSequences) {
    ShardRow shard{.first = std::max(begin, stream.started), .end = begin + kShardSequences};
    if (stream.ended) shard.end = std::min(shard.end, *stream.ended);
    shard.is_closed = stream.ended || shard.end <= closed_before;
    shards.push_back(shard);
  }
  return shards;
}

std::string shard_id(const StreamRow& stream, const ShardRow& shard) {
  const auto began = std::chrono::duration_cast<std::chrono::milliseconds>(time_of(shard.first).time_since_epoch());
  return fmt::format("shardId-{:020}-{:08x}", began.count(),
                     static_cast<uint32_t>(hash_of_partition(event_key(stream.space, shard.first))));
}

Shard describe(const StreamRow& stream, const ShardRow& shard) {
  Shard told{.id = shard_id(stream, shard), .first = shard.first};
  if (shard.is_closed) told.last = shard.end - 1;
  if (shard.first > stream.started) {
    const Sequence before = shard_begin(shard.first - 1);
    told.parent = shard_id(stream, {.first = std::max(before, stream.started), .end = shard.first});
  }
  return told;
}

std::string stream_label(Timestamp created) {
  const auto day = std::chrono::floor<std::chrono::days>(created);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(created - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace caudal::items
