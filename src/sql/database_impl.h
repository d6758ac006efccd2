// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: what a Database, its Connections and its C++ tables share.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/thread_annotations.h"
#include "sql/database.h"
#include "sql/handles.h"
#include "sql/source_errors.h"

namespace caudal::sql {

struct Database::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (counted) --counters->databases_open;
  }

  std::shared_ptr<Counters> counters;
  bool counted = false;  // among those that are open
  // Shared with the registered table functions, which DuckDB frees when it likes.
  std::shared_ptr<SourceErrors> source_errors = std::make_shared<SourceErrors>();
  OwnedDatabase database;
  bool counts_progress = false;
  Mutex mutex;
  std::set<std::string> source_names CAUDAL_GUARDED_BY(mutex);
  bool sealed CAUDAL_GUARDED_BY(mutex) = false;
};

struct Connection::Impl {
  std::shared_ptr<Counters> counters;  // never null
  std::shared_ptr<SourceErrors> source_errors;
  OwnedConnection connection;

  // The Error of a failed result, statement or pending query: a C++ table's own if it began there.
  Error error(duckdb_error_type type, const char* message) const;
  Error interrupted() const;
};

// Registers `source` on any connection of the database; it becomes visible to all of them.
Result<void> register_table_function(duckdb_connection connection, std::string_view name,
                                     std::shared_ptr<TableSource> source, std::shared_ptr<SourceErrors> errors);

}  // namespace caudal::sql
