// SPDX-License-Identifier: Apache-2.0
// Processes that are killed at each step of a backup: what they leave is refused as a data directory, and the original
// is as it was. CAUDAL_KILL_STRIDE takes only every so many steps.
//
// A killed process cannot be a fork of this one (RocksDB's threads do not survive one), so it is this program again,
// running only KilledBackup.DISABLED_Run.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

#include "backup/testing/lake.h"
#include "base/testing/fault_plan.h"
#include "base/testing/temporary_directory.h"
#include "base/testing/worker_process.h"
#include "kv/errc.h"

namespace caudal::backup {
namespace {

namespace fs = std::filesystem;
constexpr const char* kDirectory = "CAUDAL_KILL_DIRECTORY";
constexpr const char* kStep = "CAUDAL_KILL_STEP";

TEST(KilledBackup, DISABLED_Run) {
  const fs::path directory = std::getenv(kDirectory);
  FaultPlan plan;
  Lake lake(directory / "data");
  plan.kill_after(std::strtoull(std::getenv(kStep), nullptr, 10));
  ASSERT_OK(make(lake.source(), directory / "backup", {.step = [&] { return plan.step(); }}));
}

// Its wait status.
int run_worker(const fs::path& directory, uint64_t step) {
  return caudal::run_worker("KilledBackup.DISABLED_Run",
                            {fmt::format("{}={}", kDirectory, directory.string()), fmt::format("{}={}", kStep, step)},
                            directory / "log");
}

// Whether what is left is a backup; then it must be a whole one.
bool is_backup(const fs::path& left, const std::map<std::string, std::string>& wanted, uint64_t step) {
  if (!fs::exists(left) || fs::is_empty(left)) return false;
  if (fs::exists(left / kv::DataDirectory::kFormatFile)) {
    EXPECT_EQ(Lake(left).contents(), wanted) << step;
    return true;
  }
  const auto opened = kv::DataDirectory::open(left);
  EXPECT_FALSE(opened) << step;
  if (opened) return true;
  EXPECT_EQ(opened.error().code, kv::Errc::not_a_data_directory) << step;
  // Before the file that says so is there, the folder is empty.
  EXPECT_THAT(opened.error().message, testing::HasSubstr("did not come to its end")) << step;
  return false;
}

TEST(BackupKills, LeaveNothingThatLooksLikeABackup) {
  const TemporaryDirectory directory;
  const fs::path target = directory.path() / "backup";
  std::map<std::string, std::string> wanted;
  {
    Lake lake(directory.path() / "data");
    lake.fill();
    wanted = lake.contents();
  }
  uint64_t whole = 0;
  const char* const stride_text = std::getenv("CAUDAL_KILL_STRIDE");
  const uint64_t stride = stride_text == nullptr ? 1 : std::max(1ULL, std::strtoull(stride_text, nullptr, 10));
  for (uint64_t step = 0;; step += stride) {
    ASSERT_LT(step, 1000U);
    const int status = run_worker(directory.path(), step);
    if (WIFEXITED(status)) {
      ASSERT_EQ(WEXITSTATUS(status), 0) << read_file(directory.path() / "log").value_or("");
      ASSERT_GT(step, 30U);
      break;
    }
    ASSERT_EQ(WTERMSIG(status), SIGKILL) << step;
    if (is_backup(target, wanted, step)) ++whole;
    if (step % 8 == 0) EXPECT_EQ(Lake(directory.path() / "data").contents(), wanted) << step;
    fs::remove_all(target);
  }
  EXPECT_LE(whole, 1U) << "only after its name was given";
  EXPECT_EQ(Lake(directory.path() / "data").contents(), wanted);
  EXPECT_EQ(Lake(target).contents(), wanted) << "of the last one, which nobody killed";
}

}  // namespace
}  // namespace caudal::backup
