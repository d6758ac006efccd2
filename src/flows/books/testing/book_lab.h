// SPDX-License-Identifier: Apache-2.0
// Computing a book both ways in one DuckDB, by its SQL and by a BookTable, and telling where they differ.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/testing/result_matchers.h"
#include "base/yaml.h"
#include "flows/books/book_table.h"
#include "flows/books/errors.h"
#include "flows/definition/book_sql.h"
#include "sql/testing/engine.h"

namespace caudal::flows::books {

inline BookDefinition parse_book(std::string_view yaml_text) {
  Mistakes mistakes;
  const auto root = yaml::parse(yaml_text, "livro.yaml", mistakes);
  BookDefinition book = root ? read_book(*root, mistakes) : BookDefinition();
  CHECK(mistakes.empty(), mistakes.to_error().message);
  return book;
}

class BookLab {
 public:
  explicit BookLab(unsigned threads = 2) : engine_({.threads = threads}) {}

  void run(std::string_view sql) { unwrap(engine_.connection->run(sql)); }
  sql::TestEngine& engine() { return engine_; }

  Result<std::shared_ptr<BookTable>> open(const BookDefinition& book, std::stop_token stop = {}) {
    return BookTable::open(book, day_, [this] { return engine_.database->connect(); }, std::move(stop));
  }
  // Makes the table readable; its name with brackets, for FROM.
  std::string install(const BookDefinition& book) {
    const std::string name = fmt::format("livro_{}", ++tables_);
    unwrap(engine_.database->register_source(name, unwrap(open(book))));
    return name + "()";
  }
  // The rows of some columns, by the first of them: cells by '|', NULL as "-".
  std::vector<std::string> rows(const BookDefinition& book, std::string_view columns) {
    return texts(fmt::format("SELECT {} FROM {} ORDER BY 1", columns, install(book)));
  }
  Error error(const BookDefinition& book, std::string_view columns = "*") {
    return engine_.error(fmt::format("SELECT {} FROM {}", columns, install(book)));
  }

  // Nothing if the book's SQL and its BookTable give the same columns and cells, or both fail for a number that is too
  // large; else what differs.
  std::string difference(const BookDefinition& book) {
    const std::string table = install(book);
    const std::string select = book_select(book, day_);
    const auto wanted_columns = engine_.connection->describe(select);
    const auto columns = engine_.connection->describe("SELECT * FROM " + table);
    if (!wanted_columns || !columns || *wanted_columns != *columns) return "the columns differ";
    const std::string order = " ORDER BY " + sql::quote_identifier(book.entity);
    const auto wanted = cells(select + order);
    const auto found = cells("SELECT * FROM " + table + order);
    if (!wanted && !found) {
      ++failures_;
      return found.error().code == Errc::overflow ? "" : "another error: " + found.error().to_string();
    }
    if (!wanted) return "only SQL fails: " + wanted.error().to_string();
    if (!found) return "SQL does not fail: " + found.error().to_string();
    if (wanted->size() != found->size()) return fmt::format("{} rows, not {}", found->size(), wanted->size());
    for (size_t row = 0; row < wanted->size(); ++row) {
      for (size_t column = 0; column < columns->size(); ++column) {
        if ((*wanted)[row][column] != (*found)[row][column])
          return fmt::format("{} of {} is {}, not {}", (*columns)[column].name, (*wanted)[row][0],
                             (*found)[row][column], (*wanted)[row][column]);
      }
    }
    return "";
  }
  // How often both have failed.
  int failures() const { return failures_; }

  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> lines;
    for (const auto& row : unwrap(cells(sql))) lines.push_back(fmt::format("{}", fmt::join(row, "|")));
    return lines;
  }

 private:
  Result<std::vector<std::vector<std::string>>> cells(const std::string& sql) {
    sql::ResultStream stream = TRY(engine_.connection->query(sql));
    std::vector<std::vector<std::string>> rows;
    while (const auto chunk = TRY(stream.next())) {
      for (size_t row = 0; row < chunk->rows(); ++row) {
        std::vector<std::string>& texts = rows.emplace_back();
        for (size_t column = 0; column < chunk->columns(); ++column)
          texts.push_back(chunk->is_null(column, row) ? "-" : chunk->text(column, row));
      }
    }
    return rows;
  }

  sql::TestEngine engine_;
  const Date day_ = unwrap(parse_date("2024-02-01"));
  int tables_ = 0;
  int failures_ = 0;
};

}  // namespace caudal::flows::books
