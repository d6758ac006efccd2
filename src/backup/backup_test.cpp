// SPDX-License-Identifier: Apache-2.0
// A backup is a data directory with all that was in the original; a backup that fails is none, and changes nothing.
#include "backup/backup.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>

#include "backup/errors.h"
#include "backup/testing/lake.h"
#include "base/random.h"
#include "base/testing/fault_plan.h"
#include "base/testing/temporary_directory.h"
#include "kv/errc.h"

namespace caudal::backup {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class BackupTest : public testing::Test {
 protected:
  BackupTest() : lake_(std::make_unique<Lake>(dir_.path() / "data")) { lake_->fill(); }
  Result<Report> make(const Rules& rules = {}) { return backup::make(lake_->source(), target_, rules); }
  static ino_t inode(const fs::path& file) {
    struct stat info{};
    return ::stat(file.c_str(), &info) == 0 ? info.st_ino : 0;
  }

  TemporaryDirectory dir_;
  const fs::path target_ = dir_.path() / "backup";
  std::unique_ptr<Lake> lake_;
};

TEST_F(BackupTest, IsADataDirectoryWithAllThatWasInTheOriginal) {
  const auto wanted = lake_->contents();
  const auto files = lake_->files_of_bodies();
  ASSERT_OK(make());
  lake_.reset();
  fs::remove_all(dir_.path() / "data");
  Lake copy(target_);
  EXPECT_EQ(copy.contents(), wanted);
  EXPECT_EQ(copy.files_of_bodies(), files);
  EXPECT_FALSE(fs::exists(target_ / "staging")) << "nobody goes on with that";
  copy.complete("under way", unwrap(copy.objects().list_uploads("raw")).at(0).upload);
  copy.put("new", "after the restore");
}

TEST_F(BackupTest, SharesWithTheOriginalWhatIsNeverWrittenAgainAndNothingElse) {
  const Report report = unwrap(make());
  uint64_t shared = 0;
  uint64_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(target_)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const fs::path name = entry.path().lexically_relative(target_);
    if (inode(entry.path()) != inode(lake_->path() / name)) continue;
    ++shared;
    const bool is_body = name.string().starts_with("blobs/blobs/");
    EXPECT_TRUE(is_body || name.extension() == ".sst" || name.extension() == ".blob") << name;
  }
  EXPECT_EQ(report.linked_files, shared);
  EXPECT_GE(shared, lake_->files_of_bodies().size() + 2);
  EXPECT_GE(files, report.files);
}

TEST_F(BackupTest, OfARestoredBackupNothingReachesTheOriginal) {
  const auto wanted = lake_->contents();
  ASSERT_OK(make());
  {
    Lake copy(target_);
    const auto page = unwrap(copy.objects().list_versions({.bucket = "raw"}));
    for (const auto& one : page.versions) {
      ASSERT_OK(copy.objects().remove({"raw", one.key}, one.version));
    }
    EXPECT_THAT(copy.files_of_bodies(), testing::SizeIs(2)) << "of the upload";
  }
  EXPECT_EQ(lake_->contents(), wanted);
}

TEST_F(BackupTest, SharesNothingWhereAllIsToBeCopied) {
  const auto wanted = lake_->contents();
  EXPECT_EQ(unwrap(make({.copies_all = true})).linked_files, 0U);
  // So what happens to the bytes of the original is of no concern.
  for (const auto& entry : fs::recursive_directory_iterator(lake_->path())) {
    const fs::path name = entry.path().lexically_relative(lake_->path());
    if (!entry.is_regular_file()) continue;
    EXPECT_NE(inode(entry.path()), inode(target_ / name)) << name;
  }
  lake_.reset();
  EXPECT_EQ(Lake(target_).contents(), wanted);
}

TEST_F(BackupTest, GoesToAnotherFileSystem) {
  const fs::path memory = "/dev/shm";
  if (!fs::is_directory(memory)) GTEST_SKIP() << "there is no " << memory;
  const TemporaryDirectory other(memory);
  struct stat here{};
  struct stat there{};
  ASSERT_EQ(::stat(dir_.path().c_str(), &here), 0);
  ASSERT_EQ(::stat(other.path().c_str(), &there), 0);
  const auto wanted = lake_->contents();
  const backup::Report made = unwrap(backup::make(lake_->source(), other.path() / "backup", {}));
  EXPECT_EQ(Lake(other.path() / "backup").contents(), wanted);
  if (here.st_dev != there.st_dev) EXPECT_EQ(made.linked_files, 0U);
}

TEST_F(BackupTest, ALossThereIsToldWhenItIsOpened) {
  ASSERT_OK(make({.copies_all = true}));
  for (const auto& entry : fs::directory_iterator(target_ / "kv")) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) fs::resize_file(entry.path(), 1);
  }
  EXPECT_EQ(kv::Store::open(target_ / "kv", Lake::kv_options()).error().code, kv::Errc::corrupt);
}

TEST_F(BackupTest, NeedsAFolderOfItsOwn) {
  const auto refusal = [&](const fs::path& target) {
    const auto made = backup::make(lake_->source(), target, {});
    EXPECT_FALSE(made) << target;
    if (made) return std::string();
    EXPECT_TRUE(made.error().is(ErrorClass::kUsage)) << made.error().message;
    return made.error().message;
  };
  const auto files = Lake::files_below(dir_.path());
  EXPECT_THAT(refusal(dir_.path()), HasSubstr("is not empty"));
  EXPECT_THAT(refusal(lake_->path()), HasSubstr("lies in the data directory"));
  EXPECT_THAT(refusal(lake_->path() / "backup"), HasSubstr("lies in the data directory"));
  fs::create_directory_symlink(lake_->path(), dir_.path() / "by another name");
  EXPECT_THAT(refusal(dir_.path() / "by another name" / "backup"), HasSubstr("lies in the data directory"));
  EXPECT_THAT(refusal(dir_.path() / "none" / "backup"), HasSubstr("mount the disk"));
  EXPECT_THAT(refusal(lake_->path() / "objects.keys"), HasSubstr("lies in the data directory"));
  ASSERT_OK(write_file_durably(dir_.path() / "file", "of somebody"));
  EXPECT_THAT(refusal(dir_.path() / "file"), HasSubstr("is no folder"));
  fs::remove(dir_.path() / "file");
  fs::remove(dir_.path() / "by another name");
  EXPECT_EQ(Lake::files_below(dir_.path()), files);
}

TEST_F(BackupTest, TakesTheTopOfANewFileSystem) {
  fs::create_directories(target_ / "lost+found");
  FaultPlan plan;
  plan.fail_after(20, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(make({.step = [&] { return plan.step(); }}));
  EXPECT_TRUE(fs::exists(target_ / "lost+found"));
  ASSERT_OK(make());
  EXPECT_EQ(Lake(target_).contents(), lake_->contents());
}

TEST_F(BackupTest, IsRefusedWhereAnObjectsFileIsGone) {
  const auto files = lake_->files_of_bodies();
  fs::remove(lake_->path() / "blobs" / files.begin()->first);
  const auto made = make();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::incomplete_source);
  EXPECT_THAT(made.error().message, HasSubstr(files.begin()->first));
  EXPECT_FALSE(fs::exists(target_));
}

// At every single step, so also in the middle of files and right before the end.
TEST_F(BackupTest, ThatFailsLeavesNothing) {
  const auto wanted = lake_->contents();
  FaultPlan plan;
  const Rules rules{.copies_all = true, .step = [&] { return plan.step(); }};
  ASSERT_OK(make(rules));
  const uint64_t steps = plan.count();
  ASSERT_GT(steps, 40U);
  fs::remove_all(target_);
  for (const bool is_there : {false, true}) {
    for (uint64_t step = 0; step < steps; ++step) {
      if (is_there) fs::create_directory(target_);
      const int error_number = step % 2 == 0 ? ENOSPC : EIO;
      plan.fail_after(step, error_number, FaultPlan::Lasting::kUntilDisarmed);
      const auto made = make(rules);
      ASSERT_FALSE(made) << step;
      const bool is_told = made.error().is(error_number == ENOSPC ? ErrorClass::kNoSpace : ErrorClass::kFailed);
      EXPECT_TRUE(is_told) << made.error().message;
      EXPECT_EQ(fs::exists(target_), is_there) << step;
      if (is_there) EXPECT_TRUE(fs::is_empty(target_)) << step;
    }
  }
  plan.disarm();
  EXPECT_EQ(lake_->contents(), wanted);
  ASSERT_OK(make(rules));
  EXPECT_EQ(Lake(target_).contents(), wanted);
}

TEST_F(BackupTest, EndsWhenItIsAskedTo) {
  for (const uint64_t step : {0, 10, 30}) {
    std::stop_source stop;
    uint64_t steps = 0;
    const auto made = make({.stop = stop.get_token(), .step = [&] {
                              if (steps++ == step) stop.request_stop();
                              return 0;
                            }});
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().is(ErrorClass::kCancelled));
    EXPECT_LE(steps, step + 1);
    EXPECT_FALSE(fs::exists(target_));
  }
}

TEST_F(BackupTest, TellsHowFarItIs) {
  double last = -1;
  ASSERT_OK(make({.progress = [&](double share, std::string_view what) {
    EXPECT_GE(share, last) << what;
    EXPECT_LE(share, 1);
    last = share;
  }}));
  EXPECT_EQ(last, 1);
}

// Threads that put, replace, remove and complete without end; each object says in itself what it is.
class Writers {
 public:
  Writers(Lake& lake, uint64_t seed) : lake_(lake) {
    for (int n = 0; n < 3; ++n)
      threads_.emplace_back([this, n, seed] { run(n, Random(seed + static_cast<uint64_t>(n))); });
  }
  ~Writers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  uint64_t rounds() const { return rounds_; }

 private:
  void run(int thread, Random random) {
    while (!stop_) {
      const std::string key = fmt::format("{}-{}", thread, random.below(4));
      const std::string bytes =
          key + std::string(random.below(2) == 0 ? 10 : 30'000, static_cast<char>('a' + random.below(26)));
      switch (random.below(4)) {
        case 0: EXPECT_OK(lake_.objects().remove({"work", key})); break;
        case 1: complete(key, bytes); break;
        default:
          objects::TextSource source(bytes);
          EXPECT_OK(lake_.objects().put({"work", key}, source, {.encrypt = random.below(3) == 0}));
      }
      ++rounds_;
    }
  }
  void complete(const std::string& key, const std::string& bytes) {
    const std::string id = unwrap(lake_.objects().create_upload({"work", key}));
    const std::string part = bytes + std::string(200, bytes.back());  // large enough to be one
    objects::TextSource source(part);
    EXPECT_OK(lake_.objects().upload_part({"work", key}, id, 1, source));
    EXPECT_OK(lake_.objects().complete_upload({"work", key}, id, {{.number = 1}}));
  }

  Lake& lake_;
  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> rounds_ = 0;
  std::vector<std::thread> threads_;
};

// Held up at each step, so that everything happens between any two of them.
TEST_F(BackupTest, IsWholeWhateverIsWrittenAndRemovedMeanwhile) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  ASSERT_OK(lake_->objects().create_bucket("work"));
  for (uint64_t turn = 0; turn < 4; ++turn) {
    const fs::path target = dir_.path() / fmt::format("backup {}", turn);
    {
      const Writers writers(*lake_, seed + 10 * turn);
      while (writers.rounds() < 30) std::this_thread::yield();
      ASSERT_OK(backup::make(lake_->source(), target, {.step = [&] {
                               const uint64_t seen = writers.rounds();
                               while (writers.rounds() < seen + 2) std::this_thread::yield();
                               return 0;
                             }}));
    }
    Lake copy(target);
    size_t objects = 0;
    const auto page = unwrap(copy.objects().list({.bucket = "work"}));
    for (const objects::ObjectInfo& one : page.objects) {
      auto reader = copy.objects().get({"work", one.key});
      ASSERT_OK(reader);
      const std::string bytes = unwrap(read_all(*reader));
      EXPECT_EQ(bytes.substr(0, one.key.size()), one.key);
      EXPECT_EQ(bytes.find_first_not_of(bytes.back(), one.key.size()), std::string::npos) << one.key;
      ++objects;
    }
    EXPECT_GT(objects, 0U);
    std::set<std::string> needed;
    ASSERT_OK(objects::each_body_file(copy.kv(), [&](const fs::path& file) -> Result<void> {
      needed.insert(file);
      return {};
    }));
    const auto there = copy.files_of_bodies();
    EXPECT_EQ(there.size(), needed.size()) << "a file that nobody needs is there for good";
    for (const auto& [file, bytes] : there) EXPECT_TRUE(needed.contains(file)) << file;
  }
  // What was held has gone from the original.
  std::set<std::string> needed;
  ASSERT_OK(objects::each_body_file(lake_->kv(), [&](const fs::path& file) -> Result<void> {
    needed.insert(file);
    return {};
  }));
  EXPECT_EQ(lake_->files_of_bodies().size(), needed.size());
}

}  // namespace
}  // namespace caudal::backup
