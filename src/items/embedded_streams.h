// SPDX-License-Identifier: Apache-2.0
// Streams of the embedded store: how they begin and end, are read, and are trimmed. Inside room items only.
#pragma once

#include <atomic>
#include <memory>

#include "items/event_log.h"
#include "items/stream_list.h"
#include "items/streams.h"

namespace caudal::items {

class EmbeddedStreams final : public Streams {
 public:
  // All must outlive it; the committer is used only once attach() was called.
  static Result<std::unique_ptr<EmbeddedStreams>> open(kv::Store& kv, const Families& families, const Clock& clock);
  void attach(Committer& committer) { committer_ = &committer; }
  EventLog& log() { return *log_; }

  // On the thread that decides, by decisions that are alone:
  // Gives the table a stream, or ends the one it has; note() is to be called when that is on disk.
  StreamPtr begin(TableRow& table, StreamView view, Space space, Changes& changes);
  StreamPtr end(TableRow& table, Changes& changes);
  void note(StreamPtr stream);

  // nullptr when there is none, or no more.
  StreamPtr find(const StreamName& name) const;
  // Errors: no_such_stream.
  Result<StreamPtr> require(const StreamName& name) const;
  bool has_policies() const;

  // Takes away what is older than kStreamLife, and answers of how many streams. Now and then, by one thread: what is
  // that old is not read either way.
  Result<uint64_t> trim();

  Result<StreamsPage> list(const std::string& table, const std::optional<StreamName>& after,
                           size_t limit) const override;
  Result<StreamInfo> describe(const StreamName& name) const override;
  Result<ShardPage> shards(const StreamName& name, const std::string& after, size_t limit) override;
  Result<ShardPosition> position(const StreamName& name, const std::string& shard, const Start& start) override;
  Result<EventsPage> events(const ShardPosition& position, size_t limit) override;

 private:
  EmbeddedStreams(kv::Store& kv, const Families& families, const Clock& clock)
      : kv_(kv), families_(families), clock_(clock) {}
  // The oldest number that may still be read.
  Sequence horizon() const { return first_sequence_at(clock_.now() - kStreamLife); }
  bool is_gone(const StreamRow& stream) const { return stream.ended && *stream.ended <= horizon(); }
  // Closes the shards whose time is over.
  Result<void> close_shards();
  Result<ShardRow> shard_of(const StreamRow& stream, const std::string& id) const;
  Result<Sequence> newest(const StreamRow& stream, const ShardRow& shard) const;
  Result<void> check_untrimmed(const StreamRow& stream, Sequence from) const;
  // What of a stream is to be taken away; empty: nothing yet.
  Result<std::optional<kv::Range>> outdated(const StreamRow& stream) const;

  kv::Store& kv_;
  const Families families_;
  const Clock& clock_;
  StreamList streams_;
  std::unique_ptr<EventLog> log_;
  Committer* committer_ = nullptr;
  std::atomic<Sequence> trimmed_before_ = 0;  // events before it may be gone
};

}  // namespace caudal::items
