// SPDX-License-Identifier: Apache-2.0
// How DuckDB's errors are sorted, whatever call they come from.
#include "sql/handles.h"

#include <gtest/gtest.h>

#include "sql/source_errors.h"

namespace caudal::sql {
namespace {

TEST(DuckDbError, IsSortedByItsTypeOrElseByItsWords) {
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_BINDER, "Binder Error: x").code, Errc::invalid_statement);
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_INVALID, "Catalog Error: x").code, Errc::invalid_statement);
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_INVALID, "INTERRUPT Error: Interrupted!").code, Errc::cancelled);
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_CONVERSION, "Conversion Error: x").code, Errc::failed);
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_INVALID, "something new").code, Errc::failed);
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_INVALID, nullptr).code, Errc::failed);
}

TEST(DuckDbError, AFullDiskIsSeenInTheWords) {
  EXPECT_EQ(duckdb_error(DUCKDB_ERROR_IO, "IO Error: Could not write file: No space left on device").code,
            Errc::no_space);
}

TEST(DuckDbError, AWrappedErrorIsUnwrapped) {
  const Error error = duckdb_error(DUCKDB_ERROR_INVALID_INPUT,
                                   "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query "
                                   "result\nError: Out of Memory Error: no block");
  EXPECT_EQ(error.code, Errc::out_of_memory);
  EXPECT_EQ(error.message, "Out of Memory Error: no block");
}

TEST(SourceErrors, AreClaimedOnceByTheTextThatNamesThem) {
  SourceErrors errors;
  const std::string first = errors.deposit(Error{make_error_code(Errc::no_space), "one"});
  const std::string second = errors.deposit(Error{make_error_code(Errc::failed), "two"});
  EXPECT_EQ(errors.claim("Invalid Input Error: " + second)->message, "two");
  EXPECT_EQ(errors.claim(first)->code, Errc::no_space);
  EXPECT_FALSE(errors.claim(first).has_value());
  EXPECT_FALSE(errors.claim("some other error").has_value());
}

TEST(SourceErrors, UnclaimedOnesDoNotPileUp) {
  SourceErrors errors;
  const std::string first = errors.deposit(Error{make_error_code(Errc::failed), "first"});
  std::string last;
  for (int i = 0; i < 1000; ++i) last = errors.deposit(Error{make_error_code(Errc::failed), "later"});
  EXPECT_FALSE(errors.claim(first).has_value());
  EXPECT_TRUE(errors.claim(last).has_value());
}

}  // namespace
}  // namespace caudal::sql
