// SPDX-License-Identifier: Apache-2.0
// Running generated SQL in a DuckDB of its own and reading the rows back as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/testing/result_matchers.h"
#include "sql/connection.h"
#include "sql/database.h"

namespace caudal::flows {

class TestDatabase {
 public:
  TestDatabase() : database_(unwrap(sql::Database::open())), connection_(unwrap(database_->connect())) {}

  void run(std::string_view sql) { unwrap(connection_->run(sql)); }
  // Whether the statement fails, and its message.
  std::string error_of(std::string_view sql) {
    const auto result = connection_->run(sql);
    return result ? std::string() : result.error().message;
  }
  // Cells by '|', rows by a line feed, NULL as "-".
  std::string rows(std::string_view sql) {
    std::string text;
    sql::ResultStream stream = unwrap(connection_->query(sql));
    while (auto chunk = unwrap(stream.next())) {
      for (size_t row = 0; row < chunk->rows(); ++row) {
        if (!text.empty()) text += '\n';
        for (size_t column = 0; column < chunk->columns(); ++column) {
          if (column > 0) text += '|';
          text += chunk->is_null(column, row) ? "-" : chunk->text(column, row);
        }
      }
    }
    return text;
  }
  // The columns of a SELECT as "name type", by a comma.
  std::string columns(std::string_view sql) {
    return rows("SELECT string_agg(column_name || ' ' || lower(column_type), ', ') FROM (DESCRIBE " + std::string(sql) +
                ")");
  }

 private:
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
};

}  // namespace caudal::flows
