// SPDX-License-Identifier: Apache-2.0
// Streams: what happened to the items of a table, in the order in which it did, for a day. As DynamoDB means them, and
// not its wire format.
//
// A stream has one open shard at a time: one thread decides all writes, so there is one order, and a transaction's
// events stand together in it. Every four hours the next shard takes over, the child of the one before.
//
//   const ShardPage shards = TRY(streams.shards(name, "", 100));
//   ShardPosition at = TRY(streams.position(name, shards.shards.front().id, {.from = StartFrom::kTrimHorizon}));
//   const EventsPage page = TRY(streams.events(at, 1000));     // goes on at *page.next, if there is one
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "items/table.h"
#include "items/values/value.h"

namespace caudal::items {

inline constexpr std::chrono::hours kStreamLife{24};      // of an event, and of a stream that has ended
inline constexpr std::chrono::hours kShardLife{4};        // until the next one takes over
inline constexpr std::chrono::minutes kPositionLife{15};  // of a ShardPosition
inline constexpr size_t kMostEvents = 1000;               // of a page
inline constexpr uint64_t kMostEventsBytes = uint64_t{1} << 20;

struct StreamName {
  std::string table;
  std::string label;  // when it began: "2026-01-31T09:30:00.123"
  friend auto operator<=>(const StreamName&, const StreamName&) = default;
};

struct StreamInfo {
  StreamName name;
  StreamView view = StreamView::kKeysOnly;
  KeySchema key;  // of the table, which may be gone
  Timestamp created = {};
  bool is_enabled = true;
};

// Grows with every event of the store. The time is in it: milliseconds since 1970, then 20 bits.
using Sequence = uint64_t;

struct Shard {
  std::string id;
  std::string parent = {};  // its id; empty: it is the first of the stream. May be gone
  Sequence first = 0;
  std::optional<Sequence> last = {};  // nothing: it is open
};

struct StreamsPage {
  std::vector<StreamInfo> streams;
  bool is_truncated = false;
};
struct ShardPage {
  StreamInfo stream;
  std::vector<Shard> shards;
  bool is_truncated = false;
};

enum class EventKind : uint8_t { kInsert, kModify, kRemove };

struct Event {
  Sequence sequence = 0;
  EventKind kind = EventKind::kInsert;
  bool is_expiry = false;  // the store removed it by itself
  Item keys;
  std::optional<Item> before = {};  // as far as the stream's view has it
  std::optional<Item> after = {};
  uint64_t size_bytes = 0;  // as DynamoDB counts items: of keys and images
};
Timestamp time_of(Sequence sequence);

enum class StartFrom : uint8_t { kTrimHorizon, kLatest, kAt, kAfter };
struct Start {
  StartFrom from = StartFrom::kTrimHorizon;
  Sequence sequence = 0;  // of kAt and kAfter
};

// Where to read on. Whoever got one may keep it as text.
struct ShardPosition {
  StreamName stream;
  std::string shard;
  bool is_horizon = false;  // from the oldest that is left
  Sequence next = 0;        // else from here
  Timestamp issued = {};
};

struct EventsPage {
  StreamInfo stream;
  std::vector<Event> events;
  std::optional<ShardPosition> next;  // nothing: the shard is closed, and this was the last of it
};

// Thread-safe. Every call can block on the disk. Errors besides those named: no_such_stream; of the machine.
class Streams {
 public:
  virtual ~Streams() = default;
  // Of that table, or of all (empty), in order of name, after `after`. Also those that ended within the last day.
  virtual Result<StreamsPage> list(const std::string& table, const std::optional<StreamName>& after,
                                   size_t limit) const = 0;
  virtual Result<StreamInfo> describe(const StreamName& name) const = 0;
  // Those that may hold events, oldest first, after the one of that id (empty: from the first).
  virtual Result<ShardPage> shards(const StreamName& name, const std::string& after, size_t limit) = 0;
  // Errors: trimmed; invalid_request for a sequence number of another shard.
  virtual Result<ShardPosition> position(const StreamName& name, const std::string& shard, const Start& start) = 0;
  // In order, at most `limit` and kMostEventsBytes. Errors: trimmed, iterator_expired.
  virtual Result<EventsPage> events(const ShardPosition& position, size_t limit) = 0;
};

}  // namespace caudal::items
