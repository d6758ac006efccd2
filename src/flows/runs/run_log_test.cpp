// SPDX-License-Identifier: Apache-2.0
// Logs of runs, through RunStore.
#include <gmock/gmock.h>

#include <thread>

#include "flows/runs/testing/run_fixture.h"

namespace caudal::runs {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RunLogTest : public RunFixture {
 protected:
  RunLogTest() { id = unwrap(store->begin(month_run())); }
  void write(int from, int to) {
    for (int i = from; i < to; ++i) store->log(id, LogLevel::kInfo, "curate", "line " + std::to_string(i));
  }
  std::vector<std::string> texts(uint64_t from = 0) {
    std::vector<std::string> lines;
    for (const LogLine& line : unwrap(store->logs(id, from))) lines.push_back(line.text);
    return lines;
  }
  RunId id;
};

TEST_F(RunLogTest, KeepsTimeLevelStepAndTextAcrossAReopen) {
  store->log(id, LogLevel::kWarning, "curate", "ação\nsecond line");
  ASSERT_OK(store->finish(id, {}));
  const Timestamp at = clock.now();
  clock.advance(1h);
  reopen();
  EXPECT_THAT(
      unwrap(store->logs(id)),
      ElementsAre(LogLine{.at = at, .level = LogLevel::kWarning, .step = "curate", .text = "ação\nsecond line"}));
  store->log(id, LogLevel::kInfo, "", "later");
  EXPECT_THAT(texts(), ElementsAre("ação\nsecond line", "later"));
  EXPECT_THAT(texts(1), ElementsAre("later"));
  EXPECT_THAT(texts(2), IsEmpty());
}

TEST_F(RunLogTest, ALongLogKeepsBothEndsAndCountsWhatIsMissing) {
  ASSERT_OK(store->finish(id, {}));
  reopen({.keep_first_log_lines = 2, .keep_last_log_lines = 3, .seed = 1});
  write(0, 5);
  EXPECT_THAT(texts(), ElementsAre("line 0", "line 1", "line 2", "line 3", "line 4"));
  write(5, 6);
  EXPECT_THAT(texts(), ElementsAre("line 0", "line 1", "… 1 lines dropped here to keep the log small", "line 3",
                                   "line 4", "line 5"));
  write(6, 100);
  EXPECT_THAT(texts(), ElementsAre("line 0", "line 1", "… 95 lines dropped here to keep the log small", "line 97",
                                   "line 98", "line 99"));
  EXPECT_THAT(texts(2), ElementsAre("… 95 lines dropped here to keep the log small", "line 97", "line 98", "line 99"));
  EXPECT_THAT(texts(98), ElementsAre("line 98", "line 99"));
}

TEST_F(RunLogTest, CutsLongLinesBetweenCharactersAndMendsBrokenOnes) {
  ASSERT_OK(store->finish(id, {}));
  reopen({.max_log_line_bytes = 4, .seed = 1});
  store->log(id, LogLevel::kInfo, "", "abcção");
  store->log(id, LogLevel::kInfo, "", "abcd");
  store->log(id, LogLevel::kInfo, "", "a\xe9");
  EXPECT_THAT(texts(), ElementsAre("abc… (5 bytes more)", "abcd", "a\uFFFD"));
}

TEST_F(RunLogTest, FollowersSeeEveryLineUntilTheRunEnds) {
  constexpr int kLines = 500;
  std::vector<std::string> seen;
  Result<void> followed = Error{Errc::unknown_run, "not followed"};
  std::jthread follower([&](std::stop_token stop) {
    followed = store->follow_logs(id, stop, [&](const LogLine& line) { seen.push_back(line.text); });
  });
  write(0, kLines);
  ASSERT_OK(store->finish(id, {}));
  follower.join();
  ASSERT_OK(followed);
  EXPECT_EQ(seen, texts());
  EXPECT_THAT(seen, SizeIs(kLines));
}

TEST_F(RunLogTest, AFollowerStopsWhenAsked) {
  Result<void> followed = Error{Errc::unknown_run, "not followed"};
  {
    std::jthread follower(
        [&](std::stop_token stop) { followed = store->follow_logs(id, stop, [](const LogLine&) {}); });
  }
  EXPECT_OK(followed);
  EXPECT_EQ(unwrap(store->get(id)).state, RunState::kRunning);
}

}  // namespace
}  // namespace caudal::runs
