// SPDX-License-Identifier: Apache-2.0
#include "app/run.h"

#include <gtest/gtest.h>

#include "app/errors.h"
#include "base/testing/manual_clock.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

struct Ran {
  int code;
  std::string output;
  std::string error;
};

Ran run_words(const std::vector<std::string>& words, std::stop_token stop = {}) {
  StringSink output;
  StringSink error;
  ManualClock clock{Timestamp{}};
  const Surroundings surroundings{
      output, error, {}, [](const std::string&) { return std::optional<std::string>(); }, clock, std::move(stop)};
  const int code = run(surroundings, words);
  return {code, output.text(), error.text()};
}

TEST(Run, WithoutArgumentsShowsWhatToTryFirst) {
  const Ran ran = run_words({});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.output.find("Try first:"), std::string::npos);
  EXPECT_EQ(ran.error, "");
}

TEST(Run, HelpGoesToStandardOutputAndIsNoError) {
  const Ran ran = run_words({"sample", "make", "--help"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.output.find("Usage: caudal sample make --clients N") != std::string::npos) << ran.output;
}

TEST(Run, UsageErrorsGoToStandardErrorWithExitCodeTwo) {
  const Ran ran = run_words({"verison"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.output, "");
  EXPECT_TRUE(ran.error.starts_with("caudal: 'verison' is no command of `caudal` (did you mean 'version'?)"))
      << ran.error;
}

TEST(Run, PrintsTheVersionWithoutReadingAnySettings) {
  const Ran ran = run_words({"version", "--config", "/nonexistent"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.output, "caudal " CAUDAL_TEST_VERSION "\n");
}

TEST(Run, MakesASampleAndSaysWhatIsInIt) {
  const TemporaryDirectory folder;
  const std::string out = (folder.path() / "lender").string();
  const Ran ran = run_words({"sample", "make", "--clients", "10", "--months", "2", "--seed", "7", "--out", out});
  EXPECT_EQ(ran.code, 0) << ran.error;
  EXPECT_EQ(ran.output, "");
  EXPECT_TRUE(ran.error.starts_with("10 clients, ")) << ran.error;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "lender/tb_pagamentos_202302.csv"));
}

TEST(Run, SampleRefusesSharesThatAreNone) {
  for (const char* share : {"2", "-0.1", "x", "1e-3", "101%", "0.0000001", ""}) {
    const Ran ran =
        run_words({"sample", "make", "--clients", "1", "--months", "1", "--out", "/nonexistent", "--dirty", share});
    EXPECT_EQ(ran.code, 2) << share;
    EXPECT_NE(ran.error.find("--dirty must be a share of the rows"), std::string::npos) << share << ": " << ran.error;
  }
}

TEST(Run, AStopIsExitCode130) {
  const TemporaryDirectory folder;
  std::stop_source stop;
  stop.request_stop();
  const Ran ran = run_words({"sample", "make", "--clients", "10", "--months", "1", "--out", folder.path().string()},
                            stop.get_token());
  EXPECT_EQ(ran.code, 130);
}

TEST(ExitCode, FollowsTheClassOfTheError) {
  EXPECT_EQ(exit_code({Errc::usage, "x"}), 2);
  EXPECT_EQ(exit_code({Errc::failed, "x"}), 1);
  EXPECT_EQ(exit_code({Errc::output_closed, "x"}), 0);
  EXPECT_EQ(exit_code({caudal::Errc::cancelled, "x"}), 130);
  EXPECT_EQ(exit_code({caudal::Errc::not_found, "x"}), 1);
}

TEST(Describe, PutsTheContextBelowTheMessage) {
  EXPECT_EQ(describe({Errc::failed, "no such file", {"reading x", "running y"}}),
            "caudal: no such file\n  while reading x\n  while running y\n");
}

}  // namespace
}  // namespace caudal::app
