// SPDX-License-Identifier: Apache-2.0
// ASSERT_OK, EXPECT_OK and unwrap(): a test that meets an unexpected Error prints its message.
#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "base/check.h"
#include "base/result.h"

namespace caudal {

template <class T>
T unwrap(Result<T> result) {
  if (!result) check_failed(__FILE__, __LINE__, "unwrap", result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

template <class T>
testing::AssertionResult succeeded(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().to_string();
}

}  // namespace caudal

#define ASSERT_OK(expression) ASSERT_TRUE(::caudal::succeeded((expression)))
#define EXPECT_OK(expression) EXPECT_TRUE(::caudal::succeeded((expression)))
