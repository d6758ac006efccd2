// SPDX-License-Identifier: Apache-2.0
#include "http/server_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "http/errors.h"

namespace caudal::http {
namespace {

TEST(ServerOptions, DefaultsAreAccepted) { EXPECT_OK(check(ServerOptions())); }

TEST(ServerOptions, EveryMistakeIsNamed) {
  ServerOptions options;
  options.handler_threads = 0;
  options.max_head_bytes = 1 << 20;
  options.tick = std::chrono::milliseconds(0);
  const Result<void> result = check(options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_configuration);
  EXPECT_THAT(result.error().message, testing::HasSubstr("handler_threads: 1 to 4096"));
  EXPECT_THAT(result.error().message, testing::HasSubstr("max_head_bytes: 1 to 64 KiB"));
  EXPECT_THAT(result.error().message, testing::HasSubstr("tick: 1 ms to 10 s"));
}

TEST(ServerOptions, ATargetFitsIntoAHead) {
  ServerOptions options;
  options.max_head_bytes = 8 * 1024;
  EXPECT_FALSE(check(options));
  options.max_target_bytes = 4 * 1024;
  EXPECT_OK(check(options));
}

}  // namespace
}  // namespace caudal::http
