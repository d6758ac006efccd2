// SPDX-License-Identifier: Apache-2.0
// Which backup is begun, and what is told of it, while one is made by somebody who does as the test says.
#include "app/serve/backups.h"

#include <gmock/gmock.h>

#include <semaphore>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/data_directory.h"

namespace caudal::app {
namespace {

namespace fs = std::filesystem;
using api::rest::Backup;
using Begun = api::rest::BackupDesk::Begun;
using testing::HasSubstr;

class BackupsTest : public testing::Test {
 protected:
  void open(const fs::path& folder) {
    backups_ = std::make_unique<Backups>(
        folder, [this](const fs::path& target, const backup::Rules& rules) { return make(target, rules); },
        [this](std::string_view line) { log_.append(line).append("\n"); });
  }
  Result<backup::Report> make(const fs::path& target, const backup::Rules& rules) {
    rules.progress(0.42, "copying");
    under_way_.release();
    while (!go_on_.try_acquire_for(std::chrono::milliseconds(1))) {
      if (rules.stop.stop_requested()) return Error{caudal::Errc::cancelled, "interrupted"};
    }
    if (fails_) return Error{caudal::Errc::no_space, "cannot write /mnt/secret: no space"};
    fs::create_directory(target);
    EXPECT_OK(write_file_durably(target / kv::DataDirectory::kFormatFile, "1"));
    return backup::Report{.files = 3, .bytes = 4};
  }
  // What is told of it once it has ended.
  Backup ended(const std::string& name) {
    for (;;) {
      const Backup backup = backups_->find(name).value();
      if (backup.state != Backup::State::kMaking) return backup;
      std::this_thread::yield();
    }
  }

  TemporaryDirectory dir_;
  std::counting_semaphore<> under_way_{0};
  std::counting_semaphore<> go_on_{0};
  std::atomic<bool> fails_ = false;
  std::string log_;
  std::unique_ptr<Backups> backups_;
};

TEST_F(BackupsTest, AreMadeOneAtATimeAndTakeNoName) {
  open(dir_.path());
  EXPECT_EQ(backups_->find("a"), std::nullopt);
  ASSERT_EQ(backups_->begin("a"), Begun::kBegun);
  under_way_.acquire();
  EXPECT_EQ(backups_->find("a")->percent, 42);
  EXPECT_EQ(backups_->find("a")->state, Backup::State::kMaking);
  EXPECT_EQ(backups_->begin("b"), Begun::kBusy);
  EXPECT_EQ(backups_->begin("a"), Begun::kTaken);
  go_on_.release();
  EXPECT_EQ(ended("a").state, Backup::State::kDone);
  EXPECT_EQ(backups_->begin("a"), Begun::kTaken);
  ASSERT_EQ(backups_->begin("b"), Begun::kBegun);
  go_on_.release();
  EXPECT_EQ(ended("b").percent, 100);
  EXPECT_EQ(backups_->find("a")->state, Backup::State::kDone);
  backups_.reset();
  EXPECT_THAT(log_, HasSubstr("backup a: made in " + dir_.path().string() + ", 3 files, 4 bytes"));
}

TEST_F(BackupsTest, TellTheOperatorWhyOneFailedAndTheClientNoPath) {
  open(dir_.path());
  fails_ = true;
  ASSERT_EQ(backups_->begin("a"), Begun::kBegun);
  go_on_.release();
  const Backup failed = ended("a");
  EXPECT_EQ(failed.state, Backup::State::kFailed);
  EXPECT_EQ(failed.why, "there is no room for it");
  fails_ = false;
  ASSERT_EQ(backups_->begin("a"), Begun::kBegun) << "nothing is left of that one";
  go_on_.release();
  EXPECT_EQ(ended("a").state, Backup::State::kDone);
  backups_.reset();
  EXPECT_THAT(log_, HasSubstr("backup a: cannot write /mnt/secret: no space"));
}

TEST_F(BackupsTest, EndWithTheServer) {
  open(dir_.path());
  ASSERT_EQ(backups_->begin("a"), Begun::kBegun);
  under_way_.acquire();
  backups_.reset();
  EXPECT_THAT(log_, HasSubstr("backup a: interrupted"));
}

TEST_F(BackupsTest, OfAnEarlierServerAreToldByWhatIsThere) {
  fs::create_directory(dir_.path() / "whole");
  ASSERT_OK(write_file_durably(dir_.path() / "whole" / kv::DataDirectory::kFormatFile, "1"));
  fs::create_directory(dir_.path() / "half");
  ASSERT_OK(write_file_durably(dir_.path() / "half" / kv::DataDirectory::kUnfinishedFile, "1"));
  fs::create_directory(dir_.path() / "of somebody");
  open(dir_.path());
  EXPECT_EQ(backups_->find("whole")->state, Backup::State::kDone);
  EXPECT_EQ(backups_->find("half")->state, Backup::State::kFailed);
  EXPECT_EQ(backups_->find("of somebody"), std::nullopt);
  for (const char* const name : {"whole", "half", "of somebody"}) EXPECT_EQ(backups_->begin(name), Begun::kTaken);
}

TEST_F(BackupsTest, AreNotMadeWhereNobodySaidWhere) {
  open({});
  EXPECT_EQ(backups_->begin("a"), Begun::kNotOffered);
  EXPECT_EQ(backups_->find("a"), std::nullopt);
}

}  // namespace
}  // namespace caudal::app
