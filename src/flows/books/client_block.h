// SPDX-License-Identifier: Apache-2.0
// ClientBlock: the cells of some clients, from their events to the columns of the book.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/decimal.h"
#include "flows/books/book_plan.h"
#include "flows/books/event_numbers.h"
#include "sql/chunk_writer.h"

namespace caudal::flows::books {

// So many clients at a time that their cells stay in the processor's cache while the columns are written one by one.
// Not thread-safe.
class ClientBlock {
 public:
  explicit ClientBlock(const BookPlan& plan);

  size_t clients() const { return clients_; }
  bool is_full() const { return clients_ == most_clients_; }
  // Begins a client without events. The block must not be full.
  void begin_client();
  // Counts an event for the client that was begun last.
  void add(const EventNumbers& events, size_t row);

  // A variable of a client that does not fit its column.
  struct Overflow {
    size_t client = 0;    // of this block
    size_t variable = 0;  // of the plan
  };
  // Writes the variables of all clients to rows first_row, first_row + 1, ... and forgets the clients.
  std::optional<Overflow> write(sql::ChunkWriter& writer, size_t first_row);

 private:
  // Of one measure in one cell.
  struct Sums {
    Int128 sum;
    int64_t count;  // of those that are not NULL; without any the rest means nothing but 0
    int64_t max;
    int64_t min;
  };

  size_t at(size_t client, size_t cell) const { return client * cells_ + cell; }
  void add_windows(size_t client);
  void add_cell(size_t from, size_t to);
  template <class T, class Work>
  std::optional<size_t> fill(sql::ChunkWriter& writer, size_t first_row, size_t variable, Work work);
  std::optional<size_t> write_variable(sql::ChunkWriter& writer, size_t first_row, size_t variable);
  template <class T>
  void write_extremes(sql::ChunkWriter& writer, size_t first_row, size_t variable);

  const BookPlan& plan_;
  const size_t cells_;
  const size_t measures_;
  const size_t most_clients_;
  size_t clients_ = 0;
  std::vector<int64_t> events_;  // of each client's cells, NULL measures or not
  std::vector<Sums> sums_;       // of each client's cells' measures; of a cell without events, anything
};

}  // namespace caudal::flows::books
