// SPDX-License-Identifier: Apache-2.0
// Runs a file of SQL statements with DuckDB and nothing else, as somebody without Caudal would. Prints what the last
// statement answers, tab-separated.
//
// usage: duckdb_script FILE
#include <duckdb.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace {

int fail(const char* what, const char* why) {
  std::fprintf(stderr, "duckdb_script: %s: %s\n", what, why ? why : "unknown");
  return 1;
}

void print(duckdb_result& result) {
  for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
    for (idx_t column = 0; column < duckdb_column_count(&result); ++column) {
      char* text = duckdb_value_varchar(&result, column, row);
      std::printf("%s%s", column > 0 ? "\t" : "", text ? text : "");
      duckdb_free(text);
    }
    std::printf("\n");
  }
}

int run_all(duckdb_connection connection, const std::string& script) {
  duckdb_extracted_statements statements = nullptr;
  const idx_t count = duckdb_extract_statements(connection, script.c_str(), &statements);
  if (count == 0) return fail("cannot read the script", duckdb_extract_statements_error(statements));
  for (idx_t i = 0; i < count; ++i) {
    duckdb_prepared_statement statement = nullptr;
    if (duckdb_prepare_extracted_statement(connection, statements, i, &statement) != DuckDBSuccess) {
      return fail("cannot prepare a statement", duckdb_prepare_error(statement));
    }
    duckdb_result result;
    if (duckdb_execute_prepared(statement, &result) != DuckDBSuccess) {
      return fail("a statement failed", duckdb_result_error(&result));
    }
    if (i + 1 == count) print(result);
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&statement);
  }
  duckdb_destroy_extracted(&statements);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fail("usage", "duckdb_script FILE");
  std::ifstream file(argv[1], std::ios::binary);
  if (!file) return fail("cannot open", argv[1]);
  const std::string script{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(nullptr, &database) != DuckDBSuccess || duckdb_connect(database, &connection) != DuckDBSuccess) {
    return fail("cannot open", "an in-memory database");
  }
  const int status = run_all(connection, script);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return status;
}
