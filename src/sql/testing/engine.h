// SPDX-License-Identifier: Apache-2.0
// A database with one connection, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/testing/result_matchers.h"
#include "sql/database.h"

namespace caudal::sql {

using Row = std::vector<Value>;

struct TestEngine {
  explicit TestEngine(const DatabaseOptions& options = {})
      : database(unwrap(Database::open(options))), connection(unwrap(database->connect())) {}

  std::vector<Row> rows(std::string_view sql) { return unwrap(unwrap(connection->query(sql)).all()); }
  Value cell(std::string_view sql) { return rows(sql).at(0).at(0); }
  // The first cell as it prints.
  std::string text(std::string_view sql) {
    ResultStream stream = unwrap(connection->query(sql));
    const std::optional<Chunk> chunk = unwrap(stream.next());
    return chunk->text(0, 0);
  }
  Error error(std::string_view sql) {
    Result<ResultStream> stream = connection->query(sql);
    if (!stream) return std::move(stream).error();
    Result<std::vector<Row>> all = stream->all();
    CHECK(!all.has_value(), "the statement was expected to fail");
    return std::move(all).error();
  }

  std::unique_ptr<Database> database;
  std::unique_ptr<Connection> connection;
};

}  // namespace caudal::sql
