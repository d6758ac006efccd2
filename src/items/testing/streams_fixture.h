// SPDX-License-Identifier: Apache-2.0
// Tables with streams, and consumers that read them as programs do: shard by shard, page by page.
#pragma once

#include <set>

#include "items/errors.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {

class StreamsFixture : public ItemsFixture {
 protected:
  StreamName make_streamed(const std::string& name, StreamView view, bool sorted = false) {
    TableDefinition definition{
        .name = name, .key = {.partition = {{.name = "id"}}}, .billing = BillingMode::kPayPerRequest, .stream = view};
    if (sorted) definition.key.sort = {{.name = "at", .type = Type::kNumber}};
    return {.table = name, .label = unwrap(store_->create_table(definition)).stream_label};
  }
  Result<TableInfo> set_stream(const std::string& table, std::optional<StreamView> view) {
    return store_->change_table({.table = table, .stream = StreamSetting{.view = view}});
  }
  Streams& streams() { return store_->streams(); }
  std::vector<Shard> shards(const StreamName& stream) { return unwrap(streams().shards(stream, "", 100)).shards; }

  // All that can be read of a shard now.
  std::vector<Event> events_of(const StreamName& stream, const std::string& shard, const Start& start = {},
                               size_t limit = kMostEvents) {
    std::vector<Event> events;
    std::optional<ShardPosition> at = unwrap(streams().position(stream, shard, start));
    while (at) {
      EventsPage page = unwrap(streams().events(*at, limit));
      if (page.events.empty()) break;
      for (Event& event : page.events) events.push_back(std::move(event));
      at = std::move(page.next);
    }
    return events;
  }
  std::vector<Event> events_of(const StreamName& stream) {
    std::vector<Event> events;
    for (const Shard& shard : shards(stream)) {
      for (Event& event : events_of(stream, shard.id)) events.push_back(std::move(event));
    }
    return events;
  }
};

// Follows a stream: reads each shard to its end, then its child.
class Follower {
 public:
  Follower(Streams& streams, StreamName stream) : streams_(streams), stream_(std::move(stream)) {}
  // Whether there was anything.
  bool poll(std::vector<Event>& into) {
    if (!at_ && !next_shard()) return false;
    auto read = streams_.events(*at_, kMostEvents);
    // The clock may have gone on since.
    if (!read && read.error().code == Errc::iterator_expired) {
      at_ = unwrap(streams_.position(stream_, at_->shard, begin_));
      read = streams_.events(*at_, kMostEvents);
    }
    EventsPage page = unwrap(std::move(read));
    if (!page.events.empty()) begin_ = {.from = StartFrom::kAfter, .sequence = page.events.back().sequence};
    const bool got = !page.events.empty() || !page.next;
    for (Event& event : page.events) into.push_back(std::move(event));
    at_ = std::move(page.next);
    return got;
  }

 private:
  // The first that was not read and whose parent was, or is gone.
  bool next_shard() {
    for (const Shard& shard : unwrap(streams_.shards(stream_, "", 100)).shards) {
      if (!read_.insert(shard.id).second) continue;
      begin_ = {.from = StartFrom::kTrimHorizon};
      at_ = unwrap(streams_.position(stream_, shard.id, begin_));
      return true;
    }
    return false;
  }
  Streams& streams_;
  const StreamName stream_;
  std::set<std::string> read_;
  std::optional<ShardPosition> at_;
  Start begin_;
};

}  // namespace caudal::items
