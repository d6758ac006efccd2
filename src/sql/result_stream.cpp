// SPDX-License-Identifier: Apache-2.0
// Fetching the chunks of a running query.
#include "sql/result_stream.h"

#include "sql/result_stream_impl.h"

namespace caudal::sql {

ResultStream::Impl::~Impl() {
  if (started && !finished) duckdb_interrupt(connection->connection.get());
  if (counters != nullptr) --counters->statements_running;
}

Result<duckdb_data_chunk> ResultStream::Impl::fetch() {
  if (finished) return duckdb_data_chunk{nullptr};
  if (stop.stop_requested()) return connection->interrupted();
  duckdb_data_chunk chunk = duckdb_fetch_chunk(*result.out());
  if (chunk != nullptr) return chunk;
  finished = true;
  if (const char* message = duckdb_result_error(result.out()); message != nullptr && *message != '\0') {
    if (stop.stop_requested()) return connection->interrupted();
    return connection->error(duckdb_result_error_type(result.out()), message);
  }
  return duckdb_data_chunk{nullptr};
}

Result<void> ResultStream::Impl::describe() {
  auto described = std::make_shared<std::vector<Column>>();
  if (duckdb_result_return_type(*result.out()) != DUCKDB_RESULT_TYPE_QUERY_RESULT) {
    columns = std::move(described);
    rows_changed = TRY(drain());
    return {};
  }
  for (idx_t i = 0; i < duckdb_column_count(result.out()); ++i) {
    const std::string name = duckdb_column_name(result.out(), i);
    const OwnedLogicalType type(duckdb_column_logical_type(result.out(), i));
    described->push_back({name, TRY(from_logical_type(type.get(), name))});
  }
  columns = std::move(described);
  return {};
}

Result<uint64_t> ResultStream::Impl::drain() {
  // CREATE TABLE ... AS answers a count too, though DuckDB says that it answers nothing.
  const bool counts = duckdb_result_return_type(*result.out()) != DUCKDB_RESULT_TYPE_QUERY_RESULT &&
                      duckdb_column_count(result.out()) == 1 &&
                      duckdb_column_type(result.out(), 0) == DUCKDB_TYPE_BIGINT;
  uint64_t changed = 0;
  while (duckdb_data_chunk chunk = TRY(fetch())) {
    // A streamed INSERT or COPY answers its count as one BIGINT cell.
    if (counts && duckdb_data_chunk_get_size(chunk) > 0)
      changed = static_cast<uint64_t>(
          *static_cast<const int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0))));
    duckdb_destroy_data_chunk(&chunk);
  }
  return changed;
}

ResultStream::ResultStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResultStream::ResultStream(ResultStream&&) noexcept = default;
ResultStream& ResultStream::operator=(ResultStream&&) noexcept = default;
ResultStream::~ResultStream() = default;

const std::vector<Column>& ResultStream::columns() const { return *impl_->columns; }
uint64_t ResultStream::rows_changed() const { return impl_->rows_changed; }

Result<std::optional<Chunk>> ResultStream::next() {
  duckdb_data_chunk handle = TRY(impl_->fetch());
  if (handle == nullptr) return std::optional<Chunk>();
  Chunk chunk;
  chunk.chunk_ = handle;
  chunk.rows_ = duckdb_data_chunk_get_size(handle);
  chunk.types_ = impl_->columns;
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(handle); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(handle, i);
    chunk.cells_.push_back({duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector), vector});
  }
  return std::optional<Chunk>(std::move(chunk));
}

Result<std::vector<std::vector<Value>>> ResultStream::all() {
  std::vector<std::vector<Value>> rows;
  while (const std::optional<Chunk> chunk = TRY(next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) {
      std::vector<Value>& values = rows.emplace_back();
      for (size_t column = 0; column < chunk->columns(); ++column) values.push_back(chunk->value(column, row));
    }
  }
  return rows;
}

}  // namespace caudal::sql
