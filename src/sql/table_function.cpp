// SPDX-License-Identifier: Apache-2.0
// The bridge from TableSource to DuckDB's table functions: bind, one scan per use, one reader per thread.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "sql/cell.h"
#include "sql/chunk_writer.h"
#include "sql/database_impl.h"
#include "sql/handles.h"

namespace caudal::sql {

// Points a writer at the vectors of DuckDB's output chunk.
struct ChunkWriterAccess {
  static void aim(ChunkWriter& writer, const std::vector<Column>& columns, const std::vector<idx_t>& projection,
                  duckdb_data_chunk output);
};

namespace {

struct Registration {
  std::shared_ptr<TableSource> source;   // shared with whoever registered it
  std::shared_ptr<SourceErrors> errors;  // shared with the database
};

struct ScanState {
  std::unique_ptr<TableScan> scan;
  std::vector<idx_t> projection;  // source column of each output vector
};

struct ReaderState {
  std::unique_ptr<TableReader> reader;
  ChunkWriter writer;
  bool finished = false;
};

template <class T>
void destroy(void* data) {
  const std::unique_ptr<T> owned(static_cast<T*>(data));
}

// Exceptions must not cross DuckDB's C frames, and a reader may meet one (std::bad_alloc at least).
template <class Function>
auto guarded(Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::exception& exception) {
    return Error{make_error_code(Errc::failed), fmt::format("a C++ table failed: {}", exception.what())};
  }
}

void bind(duckdb_bind_info info) {
  const auto* registration = static_cast<const Registration*>(duckdb_bind_get_extra_info(info));
  for (const Column& column : registration->source->columns())
    duckdb_bind_add_result_column(info, column.name.c_str(), to_logical_type(column.type).get());
  if (const std::optional<uint64_t> rows = registration->source->row_estimate(); rows)
    duckdb_bind_set_cardinality(info, *rows, false);
}

void init(duckdb_init_info info) {
  const auto* registration = static_cast<const Registration*>(duckdb_init_get_extra_info(info));
  Result<std::unique_ptr<TableScan>> scan = guarded([&] { return registration->source->scan(); });
  if (!scan) {
    duckdb_init_set_error(info, registration->errors->deposit(std::move(scan).error()).c_str());
    return;
  }
  auto state = std::make_unique<ScanState>();
  state->scan = *std::move(scan);
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i)
    state->projection.push_back(duckdb_init_get_column_index(info, i));
  duckdb_init_set_max_threads(info, std::max<size_t>(registration->source->max_readers(), 1));
  duckdb_init_set_init_data(info, state.release(), destroy<ScanState>);
}

void init_reader(duckdb_init_info info) {
  // The scan is not reachable from here; the reader is opened at its first read.
  duckdb_init_set_init_data(info, std::make_unique<ReaderState>().release(), destroy<ReaderState>);
}

Result<size_t> read_chunk(const Registration& registration, const ScanState& scan, ReaderState& state,
                          duckdb_data_chunk output) {
  if (state.finished) return size_t{0};
  if (!state.reader) state.reader = TRY(scan.scan->open_reader());
  ChunkWriterAccess::aim(state.writer, registration.source->columns(), scan.projection, output);
  const size_t rows = TRY(state.reader->read(state.writer));
  CHECK(rows <= ChunkWriter::kCapacity, "a table reader wrote more rows than a chunk holds");
  state.finished = rows == 0;
  return rows;
}

void read(duckdb_function_info info, duckdb_data_chunk output) {
  const auto* registration = static_cast<const Registration*>(duckdb_function_get_extra_info(info));
  const auto* scan = static_cast<const ScanState*>(duckdb_function_get_init_data(info));
  auto* state = static_cast<ReaderState*>(duckdb_function_get_local_init_data(info));
  Result<size_t> rows = guarded([&] { return read_chunk(*registration, *scan, *state, output); });
  if (!rows) {
    duckdb_function_set_error(info, registration->errors->deposit(std::move(rows).error()).c_str());
    return;
  }
  duckdb_data_chunk_set_size(output, *rows);
}

}  // namespace

void ChunkWriterAccess::aim(ChunkWriter& writer, const std::vector<Column>& columns,
                            const std::vector<idx_t>& projection, duckdb_data_chunk output) {
  writer.targets_.assign(columns.size(), {});
  for (idx_t i = 0; i < projection.size(); ++i) {
    // count(*) asks for no column but for a row id or for nothing at all, numbered far above the real ones.
    if (projection[i] >= columns.size()) continue;
    duckdb_vector vector = duckdb_data_chunk_get_vector(output, i);
    writer.targets_[projection[i]] = {duckdb_vector_get_data(vector), nullptr, vector,
                                      cell_bytes(columns[projection[i]].type)};
  }
}

void ChunkWriter::make_nullable(Target& target) {
  auto vector = static_cast<duckdb_vector>(target.vector);
  duckdb_vector_ensure_validity_writable(vector);
  target.validity = duckdb_vector_get_validity(vector);
}

void ChunkWriter::assign_string(const Target& target, size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(static_cast<duckdb_vector>(target.vector), row, text.data(), text.size());
}

Result<void> register_table_function(duckdb_connection connection, std::string_view name,
                                     std::shared_ptr<TableSource> source, std::shared_ptr<SourceErrors> errors) {
  CHECK(duckdb_vector_size() == ChunkWriter::kCapacity, "DuckDB was built with another vector size");
  const OwnedTableFunction function(duckdb_create_table_function());
  const std::string function_name(name);
  duckdb_table_function_set_name(function.get(), function_name.c_str());
  auto registration = std::make_unique<Registration>(Registration{std::move(source), std::move(errors)});
  duckdb_table_function_set_extra_info(function.get(), registration.release(), destroy<Registration>);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_local_init(function.get(), init_reader);
  duckdb_table_function_set_function(function.get(), read);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return {};
  return Error{make_error_code(Errc::invalid_setting),
               fmt::format("the table function {}() cannot be registered; is the name taken?", name)};
}

}  // namespace caudal::sql
