// SPDX-License-Identifier: Apache-2.0
// EventStream: the event rows of a running query, handed out in batches of whole clients to whichever thread asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/thread_annotations.h"
#include "sql/connection.h"

namespace caudal::flows::books {

// Some rows of one chunk.
struct EventRows {
  std::shared_ptr<const sql::Chunk> chunk;  // shared with the batch before or after it, when a batch ends within it
  size_t begin = 0;
  size_t end = 0;
  std::vector<uint16_t> starts = {};  // the rows at which another client begins, ascending
};

using EventBatch = std::vector<EventRows>;

// Thread-safe.
class EventStream {
 public:
  // Column 0 of the rows is the entity, an integer of at most 64 bits or a text; its rows are together and not NULL.
  EventStream(std::unique_ptr<sql::Connection> connection, sql::ResultStream rows);

  // The next clients with all of their rows: at most `most_clients`, fewer when they have very many rows, none at the
  // end. When a client has too many rows to hold them at once, `take` is given what comes before the batch, while other
  // threads wait. Blocks while the query computes.
  Result<EventBatch> next(size_t most_clients, const std::function<void(const EventRows&)>& take);

 private:
  static constexpr size_t kMostRows = 65'536;  // to hold at once, but for a chunk
  Result<bool> advance() CAUDAL_REQUIRES(mutex_);
  bool is_same_entity(const sql::Chunk& before, const sql::Chunk& chunk) const;
  EventRows rows_of_clients(bool continues, size_t most_clients) CAUDAL_REQUIRES(mutex_);

  const std::unique_ptr<sql::Connection> connection_;  // outlives rows_
  const bool is_text_;
  Mutex mutex_;
  sql::ResultStream rows_ CAUDAL_GUARDED_BY(mutex_);
  std::shared_ptr<const sql::Chunk> chunk_ CAUDAL_GUARDED_BY(mutex_);  // the one that was read last
  size_t row_ CAUDAL_GUARDED_BY(mutex_) = 0;                           // the first of its rows not handed out
};

}  // namespace caudal::flows::books
