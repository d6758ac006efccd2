// SPDX-License-Identifier: Apache-2.0
// kill −9 at every boundary of a run, and at random moments: after resuming the tables are those of an undisturbed run,
// and nobody ever sees a mixture. CAUDAL_KILLS sets how many random kills each seed makes, CAUDAL_SEED another set of
// seeds, and CAUDAL_KILL_STRIDE takes only every so many boundaries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>

#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

void expect_success(const Summary& summary) {
  EXPECT_FALSE(summary.error) << summary.error->to_string();
  EXPECT_EQ(summary.run.state, runs::RunState::kSucceeded);
}

// The whole number in an environment variable, or `otherwise`.
int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  int number = 0;
  const std::string_view digits = text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  CHECK(error == std::errc() && end == digits.data() + digits.size(), "not a whole number");
  return number;
}

// Kills the process at the given boundary; never for 0.
class Killer final : public Observer {
 public:
  explicit Killer(int at) : left_(at) {}
  void passed(std::string_view) override {
    if (--left_ == 0) ::kill(::getpid(), SIGKILL);
  }

 private:
  int left_;
};

// A process of its own, started by KillTest: a rollback to CAUDAL_KILL_TARGET, killed at CAUDAL_KILL_AT.
TEST(KillChild, DISABLED_RollsBackUntilKilled) {
  const char* folder = std::getenv("CAUDAL_KILL_FOLDER");
  const char* target = std::getenv("CAUDAL_KILL_TARGET");
  if (folder == nullptr || target == nullptr) GTEST_SKIP() << "only for KillTest";
  const FlowDefinition flow = small_flow(std::filesystem::path(folder) / "small");
  Killer killer(number_from("CAUDAL_KILL_AT", 0));
  Lake lake(std::filesystem::path(folder) / "data", &killer);
  expect_success(lake.rollback(flow, unwrap(runs::RunId::parse(target))));
}

// A process of its own, started by KillTest: the first month ever on the lake in CAUDAL_KILL_FOLDER, killed at
// CAUDAL_KILL_AT.
TEST(KillChild, DISABLED_BeginsUntilKilled) {
  const char* folder = std::getenv("CAUDAL_KILL_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "only for KillTest";
  const FlowDefinition flow = small_flow(std::filesystem::path(folder) / "small");
  Killer killer(number_from("CAUDAL_KILL_AT", 0));
  Lake lake(std::filesystem::path(folder) / "data", &killer);
  expect_success(lake.run_month(flow, "2024-01"));
}

// A process of its own, started by KillTest: February on the lake in CAUDAL_KILL_FOLDER, killed at CAUDAL_KILL_AT.
TEST(KillChild, DISABLED_RunsUntilKilled) {
  const char* folder = std::getenv("CAUDAL_KILL_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "only for KillTest";
  const FlowDefinition flow = small_flow(std::filesystem::path(folder) / "small");
  Killer killer(number_from("CAUDAL_KILL_AT", 0));
  Lake lake(std::filesystem::path(folder) / "data", &killer);
  expect_success(lake.run_month(flow, "2024-02"));
}

// Not by fork(), for which DuckDB's allocator takes all its locks: more than the thread sanitizer can count.
pid_t start_child(const std::filesystem::path& folder, int at, const char* test = "KillChild.*RunsUntilKilled") {
  ::setenv("CAUDAL_KILL_FOLDER", folder.c_str(), 1);
  ::setenv("CAUDAL_KILL_AT", std::to_string(at).c_str(), 1);
  std::string program = "flows_engine_test";
  std::string filter = std::string("--gtest_filter=") + test;
  std::string disabled = "--gtest_also_run_disabled_tests";
  std::string brief = "--gtest_brief=1";
  const std::array<char*, 5> arguments = {program.data(), filter.data(), disabled.data(), brief.data(), nullptr};
  pid_t child = 0;
  CHECK(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) == 0, "cannot spawn");
  return child;
}

// True when the child was killed; false when it came to its end.
bool was_killed(pid_t child) {
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child, "cannot wait for the child");
  if (WIFSIGNALED(status)) {
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    return true;
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return false;
}

class KillTest : public ::testing::Test {
 protected:
  // January is published and February delivered in `prepared`; what February makes is in `expected_`.
  void SetUp() override {
    {
      Lake lake(prepared() / "data");
      lake.deliver(three_months()[0]);
      expect_success(lake.run_month(flow_, "2024-01"));
      lake.deliver(three_months()[1]);
    }
    std::filesystem::copy(prepared(), folder_.path() / "undisturbed", std::filesystem::copy_options::recursive);
    Lake lake(folder_.path() / "undisturbed/data");
    before_ = lake.contents();
    const auto started = std::chrono::steady_clock::now();
    expect_success(lake.run_month(flow_, "2024-02"));
    run_takes_ = std::chrono::steady_clock::now() - started;
    expected_ = lake.contents();
  }
  std::filesystem::path prepared() const { return folder_.path() / "prepared"; }

  // A fresh copy of the prepared lake.
  void begin_trial(const std::filesystem::path& trial) const {
    std::filesystem::copy(prepared(), trial, std::filesystem::copy_options::recursive);
  }

  // What readers see after a kill, and what they see once the run was taken up again.
  void check_after_kill(const std::filesystem::path& trial, const std::string& when) const {
    Lake lake(trial / "data");
    const auto seen = lake.contents();
    EXPECT_TRUE(seen == before_ || seen == expected_) << when;
    const auto last = unwrap(lake.runs().list({.flow = "small", .limit = 1})).at(0);
    if (last.state == runs::RunState::kInterrupted) {
      expect_success(lake.resume(flow_, last.id));
    } else if (last.parameters.from == unwrap(parse_month("2024-01"))) {
      expect_success(lake.run_month(flow_, "2024-02"));
    }
    EXPECT_TRUE(lake.contents() == expected_) << when;
    EXPECT_TRUE(lake.rows("SELECT file, rows_read, rows_curated, rows_quarantined, rows_duplicated FROM "
                          "caudal.reconciliation WHERE NOT balanced")
                    .empty())
        << when;
  }

  TemporaryDirectory folder_;
  FlowDefinition flow_ = small_flow(folder_.path() / "prepared/small");
  std::vector<std::string> before_;
  std::vector<std::string> expected_;
  std::chrono::steady_clock::duration run_takes_ = {};
};

TEST_F(KillTest, AtEveryBoundary) {
  int kills = 0;
  const int stride = number_from("CAUDAL_KILL_STRIDE", 1);
  for (int at = 1;; at += stride) {
    const TemporaryDirectory trial;
    begin_trial(trial.path() / "lake");
    if (!was_killed(start_child(trial.path() / "lake", at))) break;
    kills += 1;
    check_after_kill(trial.path() / "lake", "killed at boundary " + std::to_string(at));
  }
  EXPECT_GT(kills, 30 / stride);
}

// Until the first run has published there is no table to be seen, not even an empty one.
TEST_F(KillTest, BeforeThereAreTables) {
  const TemporaryDirectory empty;
  small_flow(empty.path() / "small");
  Lake(empty.path() / "data").deliver(three_months()[0]);
  std::vector<std::string> tables;
  int kills = 0;
  const int stride = number_from("CAUDAL_KILL_STRIDE", 1) * 2;
  for (int at = 1;; at += stride) {
    const TemporaryDirectory trial;
    std::filesystem::copy(empty.path(), trial.path() / "lake", std::filesystem::copy_options::recursive);
    if (!was_killed(start_child(trial.path() / "lake", at, "KillChild.*BeginsUntilKilled"))) break;
    kills += 1;
    SCOPED_TRACE("killed at boundary " + std::to_string(at));
    Lake lake(trial.path() / "lake/data");
    const bool published = !unwrap(lake.catalog().live().publications()).empty();
    EXPECT_EQ(lake.tables().empty(), !published);
    const auto all = unwrap(lake.runs().list({.flow = "small", .limit = 1}));
    if (all.empty()) continue;
    if (all[0].state == runs::RunState::kInterrupted) expect_success(lake.resume(flow_, all[0].id));
    EXPECT_TRUE(lake.contents() == before_);
    if (tables.empty()) tables = lake.tables();
    EXPECT_THAT(tables, ::testing::Contains("quarantine.tb_faturas"));
    EXPECT_EQ(lake.tables(), tables);
  }
  EXPECT_GT(kills, 15 / stride);
}

TEST_F(KillTest, DuringARollback) {
  const std::filesystem::path undisturbed = folder_.path() / "undisturbed";
  std::string january;
  {
    Lake lake(undisturbed / "data");
    january = unwrap(lake.runs().list({.flow = "small"})).back().id.text();
  }
  ::setenv("CAUDAL_KILL_TARGET", january.c_str(), 1);
  int kills = 0;
  for (int at = 1;; ++at) {
    const TemporaryDirectory trial;
    std::filesystem::copy(undisturbed, trial.path() / "lake", std::filesystem::copy_options::recursive);
    if (!was_killed(start_child(trial.path() / "lake", at, "KillChild.*RollsBackUntilKilled"))) break;
    kills += 1;
    Lake after(trial.path() / "lake/data");
    const auto last = unwrap(after.runs().list({.flow = "small", .limit = 1})).at(0);
    if (last.state == runs::RunState::kInterrupted) expect_success(after.resume(flow_, last.id));
    EXPECT_TRUE(after.contents() == before_) << "killed at boundary " << at;
  }
  EXPECT_GE(kills, 3);
}

class RandomKillTest : public KillTest, public ::testing::WithParamInterface<uint64_t> {};

// With all seeds 200 processes are killed at work; one that came to its end first is not counted.
TEST_P(RandomKillTest, AtRandomMoments) {
  const int kills = number_from("CAUDAL_KILLS", 25);
  const uint64_t seed = static_cast<uint64_t>(number_from("CAUDAL_SEED", 0)) + GetParam();
  RecordProperty("seed", std::to_string(seed));  // without CAUDAL_SEED it stands in the test's name
  SystemClock clock;
  Random random(seed);
  int done = 0;
  for (int i = 0; done < kills; ++i) {
    ASSERT_LT(i, 10 * kills + 100) << "hardly any process is killed at work";
    const TemporaryDirectory trial;
    begin_trial(trial.path() / "lake");
    const pid_t child = start_child(trial.path() / "lake", 0);
    const auto span = std::chrono::duration_cast<std::chrono::microseconds>(run_takes_).count() * 3 / 2;
    const int64_t moment_us = random.between(0, span);
    clock.wait_until(clock.now() + std::chrono::microseconds(moment_us), {});
    ::kill(child, SIGKILL);
    if (was_killed(child)) ++done;
    check_after_kill(trial.path() / "lake", "seed " + std::to_string(seed) + ", kill " + std::to_string(i) + " after " +
                                                std::to_string(moment_us) + " us");
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomKillTest, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace caudal::flows::engine
