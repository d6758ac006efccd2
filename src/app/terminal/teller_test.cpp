// SPDX-License-Identifier: Apache-2.0
#include "app/terminal/teller.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/testing/manual_clock.h"

namespace caudal::app {
namespace {

TEST(Teller, ALineTakesThePlaceOfTheBar) {
  StringSink error;
  const Terminal terminal{.error_is_terminal = true, .width = 60};
  ManualClock clock{Timestamp{std::chrono::seconds(1)}};
  Teller teller(error, terminal, clock);
  teller.progress(-1, "working");
  teller.say("done");
  EXPECT_EQ(error.text(), "\r\033[Kworking\r\033[Kdone\n");
}

TEST(Teller, LinesOfSeveralThreadsStayWhole) {
  StringSink error;
  const Terminal terminal;
  ManualClock clock{Timestamp{}};
  Teller teller(error, terminal, clock);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int line = 0; line < 100; ++line) teller.say("one whole line");
      });
    }
  }
  std::string expected;
  for (int line = 0; line < 400; ++line) expected += "one whole line\n";
  EXPECT_EQ(error.text(), expected);
}

}  // namespace
}  // namespace caudal::app
