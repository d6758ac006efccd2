// SPDX-License-Identifier: Apache-2.0
// How streams begin and end, and are listed and trimmed. Reading them is in stream_reads.cpp.
#include "items/embedded_streams.h"

#include <algorithm>

#include "items/awaited.h"
#include "items/errors.h"

namespace caudal::items {
namespace {

// Events are taken away some at a time, since each time leaves a mark that reading passes over until it is compacted.
constexpr std::chrono::minutes kTrimEvery{15};

// The row of items.settings by which numbers go on where they were, also when the clock has gone back meanwhile.
void keep_first(const Families& families, Sequence first, Changes& changes) {
  changes.put(families.settings, std::string(kFirstSequence), WireWriter().varint(first).take());
}

// From then on the shards before `first` are closed: what was decided before is on disk when this is, and what is
// decided later gets greater numbers.
class Closing final : public Decision {
 public:
  Closing(EventLog& log, const Families& families, Sequence first, Awaited<Result<void>>& answer)
      : log_(log), families_(families), first_(first), answer_(answer) {}
  Result<void> decide(Changes& changes) override {
    log_.skip_to(first_);
    keep_first(families_, first_, changes);
    return {};
  }
  void complete(Result<void> outcome) override {
    if (outcome) log_.close_before(first_);
    answer_.set(std::move(outcome));
  }

 private:
  EventLog& log_;
  const Families& families_;
  const Sequence first_;
  Awaited<Result<void>>& answer_;
};

struct Outdated {
  StreamPtr stream;
  kv::Range events;
  bool is_gone = false;  // the stream as well
};

class Trimming final : public Decision {
 public:
  Trimming(EventLog& log, const Families& families, const std::vector<Outdated>& all, Awaited<Result<void>>& answer)
      : log_(log), families_(families), all_(all), answer_(answer) {}
  Result<void> decide(Changes& changes) override {
    for (const Outdated& one : all_) {
      changes.remove_range(families_.events, one.events);
      if (one.is_gone) changes.remove(families_.streams, stream_key(one.stream->name));
    }
    keep_first(families_, log_.last() + 1, changes);
    return {};
  }
  void complete(Result<void> outcome) override { answer_.set(std::move(outcome)); }

 private:
  EventLog& log_;
  const Families& families_;
  const std::vector<Outdated>& all_;
  Awaited<Result<void>>& answer_;
};

}  // namespace

Result<std::unique_ptr<EmbeddedStreams>> EmbeddedStreams::open(kv::Store& kv, const Families& families,
                                                               const Clock& clock) {
  std::unique_ptr<EmbeddedStreams> opened(new EmbeddedStreams(kv, families, clock));
  TRY(opened->streams_.load(kv, families));
  Sequence first = 1;
  if (const auto row = TRY(kv.get(families.settings, kFirstSequence))) first = TRY(WireReader(*row).varint());
  Sequence last = first - 1;
  for (const StreamPtr& stream : opened->streams_.all()) {
    last = std::max({last, stream->started, stream->ended.value_or(0)});
    kv::Scan scan = kv.scan(families.events, events_of(stream->space));
    scan.to_last();
    if (scan.valid()) last = std::max(last, sequence_of(scan.key()));
    TRY(scan.status());
  }
  opened->log_ = std::make_unique<EventLog>(clock, families, last, shard_begin(first));
  opened->trimmed_before_ = opened->horizon();
  return opened;
}

StreamPtr EmbeddedStreams::begin(TableRow& table, StreamView view, Space space, Changes& changes) {
  const std::string& name = table.info.definition.name;
  Timestamp created = std::chrono::floor<std::chrono::milliseconds>(clock_.now());
  // Two of one table have two labels, also when they begin within a millisecond or the clock goes back.
  for (const StreamPtr& other : streams_.of(name)) {
    created = std::max<Timestamp>(created, other->created + std::chrono::milliseconds(1));
  }
  auto stream = std::make_shared<StreamRow>(StreamRow{.name = {.table = name, .label = stream_label(created)},
                                                      .space = space,
                                                      .view = view,
                                                      .key = table.info.definition.key,
                                                      .created = created,
                                                      .started = log_->next()});
  changes.put(families_.streams, stream_key(stream->name), encode(*stream));
  table.info.definition.stream = view;
  table.info.stream_label = stream->name.label;
  table.stream_space = space;
  return stream;
}

StreamPtr EmbeddedStreams::end(TableRow& table, Changes& changes) {
  const StreamPtr now = streams_.find({.table = table.info.definition.name, .label = table.info.stream_label});
  table.info.definition.stream.reset();
  table.stream_space = 0;
  if (now == nullptr) return nullptr;
  auto ended = std::make_shared<StreamRow>(*now);
  ended->ended = log_->next();
  changes.put(families_.streams, stream_key(ended->name), encode(*ended));
  return ended;
}

void EmbeddedStreams::note(StreamPtr stream) {
  if (stream != nullptr) streams_.set(std::move(stream));
}

Result<void> EmbeddedStreams::close_shards() {
  const Sequence first = shard_begin(std::max(first_sequence_at(clock_.now()), log_->last()));
  if (first <= log_->closed_before()) return {};
  Awaited<Result<void>> answer;
  committer_->add(std::make_unique<Closing>(*log_, families_, first, answer));
  return answer.wait();
}

Result<std::optional<kv::Range>> EmbeddedStreams::outdated(const StreamRow& stream) const {
  if (is_gone(stream)) return std::optional(events_of(stream.space));
  const Sequence overdue = first_sequence_at(clock_.now() - kStreamLife - kTrimEvery);
  const kv::Scan scan = kv_.scan(families_.events, events_of(stream.space, 0, overdue));
  TRY(scan.status());
  if (!scan.valid()) return std::optional<kv::Range>();
  return std::optional(events_of(stream.space, 0, horizon()));
}

Result<uint64_t> EmbeddedStreams::trim() {
  std::vector<Outdated> all;
  for (const StreamPtr& stream : streams_.all()) {
    if (auto events = TRY(outdated(*stream))) {
      all.push_back({.stream = stream, .events = *std::move(events), .is_gone = is_gone(*stream)});
    }
  }
  if (all.empty()) return 0;
  // Told before they go: who then does not find them knows why.
  trimmed_before_ = std::max(trimmed_before_.load(), horizon());
  Awaited<Result<void>> answer;
  committer_->add(std::make_unique<Trimming>(*log_, families_, all, answer));
  TRY(answer.wait());
  for (const Outdated& one : all) {
    if (one.is_gone) streams_.erase(one.stream->name);
  }
  return all.size();
}

Result<StreamsPage> EmbeddedStreams::list(const std::string& table, const std::optional<StreamName>& after,
                                          size_t limit) const {
  StreamsPage page;
  for (const StreamPtr& stream : table.empty() ? streams_.all() : streams_.of(table)) {
    if (is_gone(*stream) || (after && stream->name <= *after)) continue;
    page.is_truncated = page.streams.size() == limit;
    if (page.is_truncated) break;
    page.streams.push_back(stream->info());
  }
  return page;
}

StreamPtr EmbeddedStreams::find(const StreamName& name) const {
  StreamPtr stream = streams_.find(name);
  return stream != nullptr && !is_gone(*stream) ? stream : nullptr;
}

bool EmbeddedStreams::has_policies() const {
  return std::ranges::any_of(streams_.all(), [](const StreamPtr& stream) { return stream->policy != nullptr; });
}

Result<StreamPtr> EmbeddedStreams::require(const StreamName& name) const {
  if (StreamPtr stream = find(name)) return stream;
  return Error{Errc::no_such_stream, "Requested resource not found: Stream " + name.label + " of table " + name.table};
}

Result<StreamInfo> EmbeddedStreams::describe(const StreamName& name) const { return TRY(require(name))->info(); }

}  // namespace caudal::items
