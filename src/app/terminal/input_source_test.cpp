// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/input_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/testing/result_matchers.h"

namespace caudal::app {
namespace {

class InputSourceTest : public testing::Test {
 protected:
  InputSourceTest() { EXPECT_EQ(::pipe(ends_), 0); }
  ~InputSourceTest() override {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  int ends_[2] = {-1, -1};
};

TEST_F(InputSourceTest, ReadsToTheEnd) {
  ASSERT_EQ(::write(ends_[1], "abc", 3), 3);
  ::close(ends_[1]);
  ends_[1] = -1;
  const auto source = unwrap(InputSource::open({}, ends_[0]));
  EXPECT_EQ(unwrap(objects::read_all(*source)), "abc");
}

TEST_F(InputSourceTest, AStopEndsAWaitForInputThatDoesNotCome) {
  std::stop_source stop;
  const auto source = unwrap(InputSource::open(stop.get_token(), ends_[0]));
  const std::jthread stopper([&] { stop.request_stop(); });
  char buffer[8];
  const auto got = source->read(buffer, sizeof buffer);
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().is(ErrorClass::kCancelled));
}

TEST_F(InputSourceTest, AStopBeforeItWasOpenedCountsToo) {
  std::stop_source stop;
  stop.request_stop();
  const auto source = unwrap(InputSource::open(stop.get_token(), ends_[0]));
  char buffer[8];
  EXPECT_TRUE(source->read(buffer, sizeof buffer).error().is(ErrorClass::kCancelled));
}

}  // namespace
}  // namespace caudal::app
