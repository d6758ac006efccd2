// SPDX-License-Identifier: Apache-2.0
// Runs behaviour/*.test: SQL statements with the rows, or the error, that they must answer. The form, a blank line
// between entries, # for comments:
//
//   table curated.t | a int, b string | ano int        makes a table: columns, partition keys
//   fill curated.t | 2024 | SELECT 1 AS a, 'x' AS b    makes a partition of plain DuckDB SQL
//
//   SELECT a, b FROM curated.t                         a statement, on one or more lines
//   ----
//   1 | x                                              its rows in order, NULL as NULL
//
//   SELECT nowhere FROM curated.t
//   ---- error: "nowhere"                              what the error's message must hold
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "queries/testing/lake.h"

namespace caudal::queries {
namespace {

constexpr std::string_view kError = "---- error: ";

struct Entry {
  int line = 0;
  std::string statement;
  std::vector<std::string> expected;
  std::string error;
  bool has_rows = false;
};

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CAUDAL_BEHAVIOUR_DIRECTORY)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Entry> read_entries(const std::filesystem::path& path) {
  std::vector<Entry> entries;
  std::ifstream file(path);
  std::string line;
  bool inside = false;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      inside = false;
      continue;
    }
    if (!inside) entries.emplace_back().line = number;
    inside = true;
    Entry& entry = entries.back();
    if (line.starts_with(kError)) {
      entry.error = line.substr(kError.size());
    } else if (line == "----") {
      entry.has_rows = true;
    } else if (entry.has_rows) {
      entry.expected.push_back(line);
    } else {
      entry.statement += (entry.statement.empty() ? "" : "\n") + line;
    }
  }
  return entries;
}

std::vector<std::string> split_bars(const std::string& text) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t bar = text.find(" | "); bar != std::string::npos; from = bar + 3, bar = text.find(" | ", from))
    parts.push_back(text.substr(from, bar - from));
  parts.push_back(text.substr(from));
  return parts;
}

// "table" and "fill" lines; true when `entry` was one.
bool run_directive(Lake& lake, const Entry& entry) {
  if (!entry.statement.starts_with("table ") && !entry.statement.starts_with("fill ")) return false;
  std::istringstream lines(entry.statement);
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.find(' ');
    std::vector<std::string> parts = split_bars(line.substr(space + 1));
    if (line.starts_with("table ")) {
      const size_t dot = parts.at(0).find('.');
      lake.make_table(parts[0].substr(0, dot), parts[0].substr(dot + 1), parts.at(1), parts.size() > 2 ? parts[2] : "");
    } else if (parts.size() == 2) {
      lake.put_partition(parts[0], {}, parts[1]);
    } else {
      lake.put_partition(parts.at(0), {parts.at(1)}, parts.at(2));
    }
  }
  return true;
}

Result<std::vector<std::string>> run_statement(Session& session, const std::string& sql) {
  std::vector<std::string> rows;
  sql::ResultStream stream = TRY(session.query(sql));
  while (const std::optional<sql::Chunk> chunk = TRY(stream.next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) {
      std::string& text = rows.emplace_back();
      for (size_t column = 0; column < chunk->columns(); ++column) {
        if (column > 0) text += " | ";
        text += chunk->is_null(column, row) ? "NULL" : chunk->text(column, row);
      }
    }
  }
  return rows;
}

class Behaviour : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Behaviour, IsAsWritten) {
  Lake lake;
  std::unique_ptr<Session> session;
  int statements = 0;
  for (const Entry& entry : read_entries(GetParam())) {
    SCOPED_TRACE(fmt::format("{}:{}: {}", GetParam().filename().string(), entry.line, entry.statement));
    if (run_directive(lake, entry)) {
      session.reset();
      continue;
    }
    ASSERT_TRUE(entry.has_rows || !entry.error.empty()) << "the statement says neither rows nor error";
    if (!session) session = lake.session();
    ++statements;
    const Result<std::vector<std::string>> rows = run_statement(*session, entry.statement);
    if (!entry.error.empty()) {
      ASSERT_FALSE(rows.has_value());
      EXPECT_THAT(rows.error().message, testing::HasSubstr(entry.error));
    } else {
      ASSERT_OK(rows);
      EXPECT_EQ(*rows, entry.expected);
    }
  }
  EXPECT_GT(statements, 0);
}

INSTANTIATE_TEST_SUITE_P(Files, Behaviour, testing::ValuesIn(test_files()),
                         [](const auto& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace caudal::queries
