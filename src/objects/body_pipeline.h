// SPDX-License-Identifier: Apache-2.0
// The bytes of one body on their way through lanes: hashing and writing go on side by side, while the next piece is
// being received. Inside room objects only.
//
//   BodyPipeline pipeline(threads, {hash, write});
//   while (more) { char* room = TRY(pipeline.room()); TRY(pipeline.push(fill(room, kBufferBytes))); }
//   TRY(pipeline.finish());
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "objects/body_threads.h"

namespace caudal::objects {

// Used by one thread.
class BodyPipeline {
 public:
  // Gets all pieces in order, one at a time, on a thread of the pool. Must not throw.
  using Lane = std::function<Result<void>(std::string_view)>;

  // `threads` and what the lanes use must outlive it.
  BodyPipeline(BodyThreads& threads, std::vector<Lane> lanes);
  BodyPipeline(const BodyPipeline&) = delete;
  BodyPipeline& operator=(const BodyPipeline&) = delete;
  // Waits for what the lanes are at; what they have not begun is dropped.
  ~BodyPipeline() CAUDAL_EXCLUDES(mutex_);

  // Where the next piece goes, kBufferBytes; blocks while kMostBuffers are on their way. Errors: a lane's.
  Result<char*> room() CAUDAL_EXCLUDES(mutex_);
  // The first `size_bytes` (> 0) of room() are a piece.
  void push(size_t size_bytes) CAUDAL_EXCLUDES(mutex_);
  // All lanes are through. Errors: a lane's.
  Result<void> finish() CAUDAL_EXCLUDES(mutex_);

  static constexpr size_t kMostBuffers = 4;

 private:
  struct Piece {
    Buffer buffer;
    size_t size_bytes = 0;
  };
  struct State {
    Lane work;
    uint64_t next = 0;     // number of the piece that it is at or waits for
    bool running = false;  // a job of it is queued or under way
  };
  void run(State& lane) CAUDAL_EXCLUDES(mutex_);
  void start(State& lane) CAUDAL_REQUIRES(mutex_);
  // Takes back the buffers that all lanes are done with.
  void reclaim() CAUDAL_REQUIRES(mutex_);
  bool is_through() const CAUDAL_REQUIRES(mutex_);
  uint64_t end() const CAUDAL_REQUIRES(mutex_) { return first_ + pieces_.size(); }

  BodyThreads& threads_;
  Buffer room_;  // the next piece's
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<State> lanes_ CAUDAL_GUARDED_BY(mutex_);
  std::deque<Piece> pieces_ CAUDAL_GUARDED_BY(mutex_);
  uint64_t first_ CAUDAL_GUARDED_BY(mutex_) = 0;  // number of the first of pieces_
  std::vector<Buffer> spare_ CAUDAL_GUARDED_BY(mutex_);
  size_t owned_ CAUDAL_GUARDED_BY(mutex_) = 0;  // buffers, wherever they are
  std::optional<Error> error_ CAUDAL_GUARDED_BY(mutex_);
  bool abandoned_ CAUDAL_GUARDED_BY(mutex_) = false;
};

}  // namespace caudal::objects
