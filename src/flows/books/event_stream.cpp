// SPDX-License-Identifier: Apache-2.0
// Cutting event rows into whole clients.
#include "flows/books/event_stream.h"

#include <string_view>
#include <utility>

namespace caudal::flows::books {
namespace {

// Calls `use` with a function that answers an entity of the chunk by its row, in a type that compares.
template <class Use>
auto with_entities(const sql::Chunk& chunk, bool is_text, Use use) {
  const auto integers = [&]<class T>(T) { return use([cells = chunk.cells<T>(0)](size_t row) { return cells[row]; }); };
  if (is_text) return use([&chunk](size_t row) { return chunk.string(0, row); });
  switch (chunk.cell_bytes(0)) {
    case 1: return integers(int8_t{});
    case 2: return integers(int16_t{});
    case 4: return integers(int32_t{});
    default: return integers(int64_t{});
  }
}

}  // namespace

EventStream::EventStream(std::unique_ptr<sql::Connection> connection, sql::ResultStream rows)
    : connection_(std::move(connection)),
      is_text_(rows.columns()[0].type.id == sql::TypeId::kVarchar),
      rows_(std::move(rows)) {}

Result<EventBatch> EventStream::next(size_t most_clients, const std::function<void(const EventRows&)>& take) {
  const MutexLock lock(mutex_);
  EventBatch batch;
  size_t clients = 0;
  size_t held = 0;
  for (;;) {
    bool continues = false;
    if (!chunk_ || row_ == chunk_->rows()) {
      const std::shared_ptr<const sql::Chunk> before = chunk_;
      if (!TRY(advance())) return batch;
      continues = clients > 0 && is_same_entity(*before, *chunk_);
    }
    EventRows rows = rows_of_clients(continues, held < kMostRows ? most_clients - clients : 0);
    if (rows.begin == rows.end) return batch;
    clients += rows.starts.size();
    held += rows.end - rows.begin;
    batch.push_back(std::move(rows));
    if (row_ < chunk_->rows()) return batch;
    if (held < kMostRows) continue;
    for (size_t i = 0; i + 1 < batch.size(); ++i) take(batch[i]);
    batch.erase(batch.begin(), batch.end() - 1);
  }
}

// Reads the next chunk that has rows; false at the end.
Result<bool> EventStream::advance() {
  do {
    std::optional<sql::Chunk> chunk = TRY(rows_.next());
    if (!chunk) return false;
    chunk_ = std::make_shared<const sql::Chunk>(*std::move(chunk));
    row_ = 0;
  } while (chunk_->rows() == 0);
  return true;
}

// Whether the first row of `chunk` is of the entity of the last row of `before`.
bool EventStream::is_same_entity(const sql::Chunk& before, const sql::Chunk& chunk) const {
  return with_entities(before, is_text_, [&](auto last) {
    return with_entities(chunk, is_text_, [&](auto first) {
      if constexpr (std::is_same_v<decltype(last(0)), decltype(first(0))>) return last(before.rows() - 1) == first(0);
      return false;
    });
  });
}

// The chunk's rows up to where client number `most_clients` + 1 begins. The first row is of a client that was counted
// already if it `continues`.
EventRows EventStream::rows_of_clients(bool continues, size_t most_clients) {
  EventRows rows{.chunk = chunk_, .begin = row_, .end = chunk_->rows()};
  with_entities(*chunk_, is_text_, [&](auto entity) {
    for (size_t row = rows.begin; row < rows.end; ++row) {
      const bool is_start = row == rows.begin ? !continues : entity(row) != entity(row - 1);
      if (!is_start) continue;
      if (rows.starts.size() == most_clients) {
        rows.end = row;
        return;
      }
      rows.starts.push_back(static_cast<uint16_t>(row));
    }
  });
  row_ = rows.end;
  return rows;
}

}  // namespace caudal::flows::books
