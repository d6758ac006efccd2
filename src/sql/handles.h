// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: owners of DuckDB's C handles, and its errors and types turned into Caudal's. The one header that
// includes duckdb.h, so that no other room sees it.
#pragma once

#include <duckdb.h>

#include <string>
#include <utility>

#include "base/check.h"
#include "base/result.h"
#include "sql/errors.h"
#include "sql/type.h"

namespace caudal::sql {

// Owns a handle that `Destroy` frees through its address, as every duckdb_destroy_* does.
template <class Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, Handle{})) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() { Destroy(&handle_); }
  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }
  Handle release() { return std::exchange(handle_, Handle{}); }

 private:
  Handle handle_{};
};

using OwnedDatabase = Owned<duckdb_database, duckdb_close>;
using OwnedConnection = Owned<duckdb_connection, duckdb_disconnect>;
using OwnedConfig = Owned<duckdb_config, duckdb_destroy_config>;
using OwnedResult = Owned<duckdb_result, duckdb_destroy_result>;
using OwnedStatement = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using OwnedStatements = Owned<duckdb_extracted_statements, duckdb_destroy_extracted>;
using OwnedPending = Owned<duckdb_pending_result, duckdb_destroy_pending>;
using OwnedLogicalType = Owned<duckdb_logical_type, duckdb_destroy_logical_type>;
using OwnedValue = Owned<duckdb_value, duckdb_destroy_value>;
using OwnedTableFunction = Owned<duckdb_table_function, duckdb_destroy_table_function>;

// A string that DuckDB allocated.
std::string take_string(char* text);

// DuckDB's message with its excerpt and caret kept, its class guessed from the type or, where the C API gives none
// (DUCKDB_ERROR_INVALID), from the message's first words.
Error duckdb_error(duckdb_error_type type, const char* message);

// Errc::unsupported for types that Caudal does not pass on, naming `column`.
Result<Type> from_logical_type(duckdb_logical_type type, const std::string& column);
OwnedLogicalType to_logical_type(const Type& type);

// Appends the text of one cell of any vector, nested ones too; nothing for NULL at the top, "NULL" inside.
void append_cell_text(std::string& out, const Type& type, duckdb_vector vector, size_t row);

}  // namespace caudal::sql
