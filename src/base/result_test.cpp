// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace caudal {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error{Errc::invalid_value, "odd"};
  return value / 2;
}

Result<int> quarter(int value) {
  const int once = TRY(half(value));
  return half(once);
}

Result<std::unique_ptr<int>> boxed(int value) { return std::make_unique<int>(TRY(half(value))); }

TEST(Result, TryHandsOnTheValueOrTheError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(**boxed(4), 2);
}

TEST(Error, KnowsItsClassAndItsCode) {
  const Error error = half(1).error();
  EXPECT_EQ(error.code, Errc::invalid_value);
  EXPECT_TRUE(error.is(ErrorClass::kUsage));
  EXPECT_FALSE(error.is(ErrorClass::kNotFound));
}

TEST(Error, PrintsItsContextInnermostFirst) {
  Error error = Error{Errc::io, "no"}.with_context("reading a").with_context("running b");
  EXPECT_EQ(error.to_string(), "no\n  while reading a\n  while running b");
}

}  // namespace
}  // namespace caudal
