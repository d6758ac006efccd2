// SPDX-License-Identifier: Apache-2.0
// A process that records runs is killed at random moments; what the next one finds must be whole.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string>

#include "base/check.h"
#include "base/random.h"
#include "flows/runs/testing/run_fixture.h"

namespace caudal::runs {
namespace {

constexpr int kRounds = 25;
constexpr int kRulesPerAttempt = 7;

// What the child says after each call that returned: one byte, so that a pipe never tears it.
enum class Said : char { kBegun = 'b', kRecorded = 'r', kFinished = 'f' };

void say(int pipe, Said what) {
  const char byte = static_cast<char>(what);
  if (write(pipe, &byte, 1) != 1) _exit(3);
}

// Runs of one step each, recorded twice, until killed. A record's rows all carry the step's attempt.
[[noreturn]] void record_until_killed(const std::filesystem::path& directory, int pipe) {
  SystemClock clock;
  const auto kv = unwrap(kv::Store::open(directory / "kv", {}));
  const auto store = unwrap(RunStore::open(*kv, clock, {.keep_runs_per_flow = 3}));
  while (true) {
    const RunId id = unwrap(store->begin({.flow = "invoices"}));
    say(pipe, Said::kBegun);
    for (uint32_t attempt = 1; attempt <= 2; ++attempt) {
      StepOutcome outcome{.step = {.run = id, .name = "curate", .state = StepState::kRunning, .attempt = attempt}};
      for (int i = 0; i < kRulesPerAttempt; ++i) outcome.quality.push_back({.rows_failed = attempt});
      store->log(id, LogLevel::kInfo, "curate", "attempt");
      unwrap(store->record(outcome));
      say(pipe, Said::kRecorded);
    }
    unwrap(store->finish(id, {}));
    say(pipe, Said::kFinished);
  }
}

// A process of its own, started below: CAUDAL_CRASH_FOLDER is the store's, CAUDAL_CRASH_PIPE where it says what it did.
TEST(RunCrashChild, DISABLED_RecordsUntilKilled) {
  const char* const folder = std::getenv("CAUDAL_CRASH_FOLDER");
  const char* const pipe = std::getenv("CAUDAL_CRASH_PIPE");
  if (folder == nullptr || pipe == nullptr) GTEST_SKIP() << "only for RunStoreCrash";
  const std::string_view digits = pipe;
  int descriptor = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), descriptor);
  CHECK(error == std::errc() && end == digits.data() + digits.size(), "no number of a pipe");
  record_until_killed(folder, descriptor);
}

pid_t start_child(const std::filesystem::path& directory, int pipe) {
  ::setenv("CAUDAL_CRASH_FOLDER", directory.c_str(), 1);
  ::setenv("CAUDAL_CRASH_PIPE", std::to_string(pipe).c_str(), 1);
  std::string program = "flows_runs_test";
  std::string filter = "--gtest_filter=RunCrashChild.*";
  std::string disabled = "--gtest_also_run_disabled_tests";
  const std::array<char*, 4> arguments = {program.data(), filter.data(), disabled.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  CHECK(::posix_spawn(&child, "/proc/self/exe", &quiet, nullptr, arguments.data(), environ) == 0, "cannot spawn");
  posix_spawn_file_actions_destroy(&quiet);
  return child;
}

std::string run_child_for(const std::filesystem::path& directory, int acknowledgements, uint64_t then_yields) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  const pid_t child = start_child(directory, ends[1]);
  close(ends[1]);
  std::string said;
  char byte = 0;
  while (static_cast<int>(said.size()) < acknowledgements && read(ends[0], &byte, 1) == 1) said += byte;
  for (uint64_t i = 0; i < then_yields; ++i) sched_yield();
  kill(child, SIGKILL);
  while (read(ends[0], &byte, 1) == 1) said += byte;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself, status " << status;
  return said;
}

void expect_whole(RunStore& store, const std::string& said, size_t runs_before) {
  const auto runs = unwrap(store.list({}));
  const auto begun = static_cast<size_t>(std::count(said.begin(), said.end(), static_cast<char>(Said::kBegun)));
  const auto finished = static_cast<size_t>(std::count(said.begin(), said.end(), static_cast<char>(Said::kFinished)));
  // One call may have taken effect without being able to say so.
  EXPECT_GE(runs.size(), runs_before + begun);
  EXPECT_LE(runs.size(), runs_before + begun + 1);
  size_t succeeded = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const bool newest = i == 0;
    EXPECT_TRUE(runs[i].state == RunState::kSucceeded || runs[i].state == RunState::kInterrupted);
    if (i < runs.size() - runs_before && runs[i].state == RunState::kSucceeded) ++succeeded;
    EXPECT_TRUE(newest || i >= runs.size() - runs_before || runs[i].state == RunState::kSucceeded);
    const auto step = unwrap(store.step(runs[i].id, "curate"));
    const auto quality = unwrap(store.quality(runs[i].id));
    ASSERT_EQ(quality.size(), step ? size_t{kRulesPerAttempt} : 0U) << "a record is all there or not at all";
    for (const auto& row : quality) EXPECT_EQ(row.record.rows_failed, step->attempt);
    if (runs[i].state == RunState::kSucceeded && !runs[i].details_pruned) {
      EXPECT_EQ(step->attempt, 2U);
      EXPECT_EQ(unwrap(store.logs(runs[i].id)).size(), 2U);
    }
  }
  EXPECT_GE(succeeded, finished);
  EXPECT_LE(succeeded, finished + 1);
  EXPECT_EQ(unwrap(store.live_run("invoices")), std::nullopt);
}

TEST(RunStoreCrash, EveryAcknowledgedCallSurvivesAKillAndNoneIsHalfThere) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  TemporaryDirectory directory;
  size_t runs_before = 0;
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round) {
    const std::string said =
        run_child_for(directory.path(), static_cast<int>(random.between(0, 30)), random.below(2000));
    SCOPED_TRACE("round " + std::to_string(round));
    SystemClock clock;
    const auto kv = unwrap(kv::Store::open(directory.path() / "kv", {}));
    const auto store = unwrap(RunStore::open(*kv, clock, {.keep_runs_per_flow = 3}));
    expect_whole(*store, said, runs_before);
    runs_before = unwrap(store->list({})).size();
  }
}

}  // namespace
}  // namespace caudal::runs
