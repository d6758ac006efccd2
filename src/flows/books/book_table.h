// SPDX-License-Identifier: Apache-2.0
// BookTable: a book computed from its events, as a table that SQL reads; what book_select (flows/definition/book_sql.h)
// says, cell for cell, many times faster. The variables' definition stays there: other engines run it, and the tests
// here hold this room to it.
//
//   auto table = TRY(BookTable::open(book, dt_base, [&] { return session.connect(); }, stop));
//   TRY(session.register_source("livro", table));
//   const auto events = TRY(table->compute_events());
//   COPY (SELECT * FROM livro()) TO 'livro.parquet' ...
//
// DuckDB computes the events and sorts them by client; each of its threads that reads the table takes whole clients off
// that stream. So memory is bounded whatever the number of clients: the sort spills, and a reader holds some 2,048.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "base/thread_annotations.h"
#include "flows/books/book_plan.h"
#include "flows/books/event_stream.h"
#include "flows/definition/book.h"
#include "sql/connection.h"
#include "sql/table_source.h"

namespace caudal::flows::books {

class BookTable final : public sql::TableSource {
 public:
  // A new connection to where the book's source can be read, other than the one that reads the table.
  using Connect = std::function<Result<std::unique_ptr<sql::Connection>>()>;

  // Looks at the types of the source, computes nothing yet. `connect` must live as long as the table; a stop request
  // ends every scan. Errors: Errc::unsupported_type; sql's, if the source is no valid statement.
  static Result<std::shared_ptr<BookTable>> open(const BookDefinition& book, Date dt_base, Connect connect,
                                                 std::stop_token stop = {});

  // The entity and the variables in the book's order, in the types of book_select. Rows come in no particular order.
  const std::vector<sql::Column>& columns() const override { return plan_.columns; }
  // The statement that computes the events, for EXPLAIN and benchmarks.
  const std::string& select() const { return plan_.select; }
  size_t max_readers() const override { return kMostReaders; }
  // Computes the events for the next scan, which takes them if the caller keeps them until then. Without this a scan
  // computes them itself, and holds a thread of DuckDB's meanwhile. Must not be kept longer than what is connected to.
  Result<std::shared_ptr<EventStream>> compute_events();
  // Errc::overflow, naming variable and entity, may come when the rows are read.
  Result<std::unique_ptr<sql::TableScan>> scan() override;

 private:
  static constexpr size_t kMostReaders = 64;
  BookTable(BookPlan plan, Connect connect, std::stop_token stop)
      : plan_(std::move(plan)), connect_(std::move(connect)), stop_(std::move(stop)) {}

  Result<std::shared_ptr<EventStream>> new_events() const;

  const BookPlan plan_;
  const Connect connect_;
  const std::stop_token stop_;
  Mutex mutex_;
  // Weak, since the events hold a connection to the database, which holds this table.
  std::weak_ptr<EventStream> computed_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::flows::books
