// SPDX-License-Identifier: Apache-2.0
// Scanning a book: one stream of events, and readers that make rows of it.
#include "flows/books/book_table.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "flows/books/client_block.h"
#include "flows/books/errors.h"
#include "flows/books/event_stream.h"
#include "flows/definition/book_sql.h"

namespace caudal::flows::books {
namespace {

class BookReader final : public sql::TableReader {
 public:
  BookReader(const BookPlan& plan, EventStream& events) : plan_(plan), events_(events), numbers_(plan), block_(plan) {}

  Result<size_t> read(sql::ChunkWriter& writer) override {
    writer_ = &writer;
    rows_ = 0;
    const EventBatch batch = TRY(events_.next(writer.capacity(), [this](const EventRows& rows) { take(rows); }));
    for (const EventRows& rows : batch) take(rows);
    write_block();
    if (failure_) return *std::exchange(failure_, std::nullopt);
    return rows_;
  }

 private:
  void take(const EventRows& rows) {
    if (failure_) return;
    numbers_.read(rows);
    auto start = rows.starts.begin();
    for (size_t row = rows.begin; row < rows.end; ++row) {
      if (start != rows.starts.end() && *start == row) {
        ++start;
        if (block_.is_full()) write_block();
        if (failure_) return;
        write_entity(rows, row);
        block_.begin_client();
      }
      block_.add(numbers_, row);
    }
  }

  void write_block() {
    const size_t clients = block_.clients();
    if (failure_ || clients == 0) return;
    if (const auto overflow = block_.write(*writer_, rows_)) failure_ = error_of(*overflow);
    entities_.clear();
    rows_ += clients;
  }

  void write_entity(const EventRows& rows, size_t row) {
    const size_t to = rows_ + block_.clients();
    entities_.emplace_back(rows.chunk, row);
    if (!writer_->wanted(0)) return;
    if (plan_.columns[0].type.id == sql::TypeId::kVarchar)
      return writer_->set_varchar(0, to, rows.chunk->string(0, row));
    switch (rows.chunk->cell_bytes(0)) {
      case 1: return copy_entity<int8_t>(*rows.chunk, row, to);
      case 2: return copy_entity<int16_t>(*rows.chunk, row, to);
      case 4: return copy_entity<int32_t>(*rows.chunk, row, to);
      default: return copy_entity<int64_t>(*rows.chunk, row, to);
    }
  }
  template <class T>
  void copy_entity(const sql::Chunk& chunk, size_t row, size_t to) {
    writer_->cells<T>(0)[to] = chunk.cells<T>(0)[row];
  }

  Error error_of(const ClientBlock::Overflow& overflow) const {
    const sql::Column& column = plan_.columns[overflow.variable + 1];
    const auto& [chunk, row] = entities_[overflow.client];
    return {make_error_code(Errc::overflow),
            fmt::format("{} of {} {} is too large for {}; look for wrong amounts among its events", column.name,
                        plan_.columns[0].name, chunk->text(0, row), column.type.to_string())};
  }

  const BookPlan& plan_;
  EventStream& events_;
  EventNumbers numbers_;
  ClientBlock block_;
  // Where the entities of the block's clients are told, for messages.
  std::vector<std::pair<std::shared_ptr<const sql::Chunk>, size_t>> entities_;
  sql::ChunkWriter* writer_ = nullptr;  // of the read() that runs
  size_t rows_ = 0;                     // that it has written
  std::optional<Error> failure_;
};

class BookScan final : public sql::TableScan {
 public:
  BookScan(const BookPlan& plan, std::shared_ptr<EventStream> events) : plan_(plan), events_(std::move(events)) {}
  Result<std::unique_ptr<sql::TableReader>> open_reader() override {
    return std::unique_ptr<sql::TableReader>(std::make_unique<BookReader>(plan_, *events_));
  }

 private:
  const BookPlan& plan_;
  const std::shared_ptr<EventStream> events_;  // shared with who computed them ahead
};

}  // namespace

Result<std::shared_ptr<BookTable>> BookTable::open(const BookDefinition& book, Date dt_base, Connect connect,
                                                   std::stop_token stop) {
  const std::unique_ptr<sql::Connection> connection = TRY(connect());
  const std::vector<sql::Column> events = TRY(connection->describe(book_events(book, dt_base)));
  BookPlan plan = TRY(plan_book(book, dt_base, events));
  return std::shared_ptr<BookTable>(new BookTable(std::move(plan), std::move(connect), std::move(stop)));
}

Result<std::shared_ptr<EventStream>> BookTable::new_events() const {
  std::unique_ptr<sql::Connection> connection = TRY(connect_());
  sql::ResultStream rows = TRY(connection->query(plan_.select, {}, {.stop = stop_}));
  return std::make_shared<EventStream>(std::move(connection), std::move(rows));
}

Result<std::shared_ptr<EventStream>> BookTable::compute_events() {
  std::shared_ptr<EventStream> events = TRY(new_events());
  const MutexLock lock(mutex_);
  computed_ = events;
  return events;
}

Result<std::unique_ptr<sql::TableScan>> BookTable::scan() {
  std::shared_ptr<EventStream> events;
  {
    const MutexLock lock(mutex_);
    events = std::exchange(computed_, {}).lock();
  }
  if (!events) events = TRY(new_events());
  return std::unique_ptr<sql::TableScan>(std::make_unique<BookScan>(plan_, std::move(events)));
}

}  // namespace caudal::flows::books
