// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/progress_bar.h"

#include <gtest/gtest.h>

#include "base/testing/manual_clock.h"

namespace caudal::app {
namespace {

const Terminal kTerminal{.error_is_terminal = true, .width = 60};

TEST(ProgressLine, ShowsTheShareDoneAndFitsTheWidth) {
  EXPECT_EQ(progress_line(0.5, "reading", 60), "  50% ████████████░░░░░░░░░░░░  reading");
  EXPECT_EQ(progress_line(2.0, "x", 60), " 100% ████████████████████████  x");
  EXPECT_EQ(progress_line(-1, "reading", 60), "reading");
  EXPECT_EQ(progress_line(-1, "reading the file", 10), "reading …");
}

TEST(ProgressBar, DrawsAtMostTenTimesASecondAndClearsItself) {
  StringSink error;
  ManualClock clock{Timestamp{std::chrono::seconds(1)}};
  {
    ProgressBar bar(error, kTerminal, clock);
    bar.show(-1, "one");
    bar.show(-1, "two");
    clock.advance(std::chrono::milliseconds(100));
    bar.show(-1, "three");
  }
  EXPECT_EQ(error.text(), "\r\033[Kone\r\033[Kthree\r\033[K");
}

TEST(ProgressBar, SaysNothingWhereNobodyLooks) {
  StringSink error;
  ManualClock clock{Timestamp{}};
  const Terminal none;
  {
    ProgressBar bar(error, none, clock);
    bar.show(0.5, "one");
  }
  EXPECT_EQ(error.text(), "");
}

}  // namespace
}  // namespace caudal::app
