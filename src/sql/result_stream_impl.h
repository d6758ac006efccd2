// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: a running query.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "sql/database_impl.h"
#include "sql/handles.h"
#include "sql/result_stream.h"

namespace caudal::sql {

struct ResultStream::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  // Stops what is still running, so that nobody waits for rows that nobody wants.
  ~Impl();

  const Connection::Impl* connection = nullptr;
  std::shared_ptr<Counters> counters;  // it is one of those running
  bool started = false;
  OwnedResult result;
  std::shared_ptr<const std::vector<Column>> columns;
  std::stop_token stop;
  uint64_t rows_changed = 0;
  bool finished = false;
  // Last, so that it is unregistered first.
  std::optional<std::stop_callback<std::function<void()>>> on_stop;

  // Reads the columns; for a statement that answers a count, the count.
  Result<void> describe();
  // Runs to the end and forgets the rows; the rows changed.
  Result<uint64_t> drain();
  // The next chunk handle, null at the end.
  Result<duckdb_data_chunk> fetch();
};

}  // namespace caudal::sql
