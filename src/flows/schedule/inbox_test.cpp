// SPDX-License-Identifier: Apache-2.0
#include "flows/schedule/inbox.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "flows/schedule/testing/watch_fixture.h"

namespace caudal::schedule {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class InboxTest : public WatchFixture {
 protected:
  InboxTest() {
    std::filesystem::create_directory(folder);
    restart();
  }
  // As a new process would.
  void restart() {
    inbox = std::make_unique<Inbox>(
        folder,
        [this](const std::filesystem::path& file, const std::string& bucket, const std::string& key) -> Result<void> {
          if (fails) return Error{caudal::Errc::no_space, "the disk is full"};
          if (during_import) during_import();
          imports.push_back(bucket + "/" + key + "=" + TRY(read_file(file)));
          return {};
        });
  }
  void drop(const std::string& name, std::string_view content) {
    ASSERT_OK(write_file_durably(folder / name, content));
  }
  Result<std::vector<std::string>> poll_after(std::chrono::seconds passed) {
    clock.advance(passed);
    return inbox->poll({&flow}, state, clock.now());
  }

  std::filesystem::path folder = directory.path() / "inbox";
  flows::FlowDefinition flow = invoices();  // settles in a minute
  WatchState state = unwrap(WatchState::open(*kv));
  std::vector<std::string> imports;
  std::function<void()> during_import;
  bool fails = false;
};

TEST_F(InboxTest, TakesASettledFileOnceAndAgainWhenItChanges) {
  drop("tb_faturas_202401.csv", "a");
  EXPECT_THAT(unwrap(poll_after(0s)), IsEmpty());
  EXPECT_THAT(unwrap(poll_after(59s)), IsEmpty());
  EXPECT_THAT(unwrap(poll_after(1s)), ElementsAre("tb_faturas_202401.csv -> raw/ingestion/tb_faturas_202401.csv"));
  EXPECT_THAT(imports, ElementsAre("lake/raw/ingestion/tb_faturas_202401.csv=a"));
  EXPECT_THAT(unwrap(poll_after(1h)), IsEmpty());
  restart();
  unwrap(poll_after(1h));
  EXPECT_THAT(unwrap(poll_after(1h)), IsEmpty()) << "also not by the next process";

  drop("tb_faturas_202401.csv", "longer");
  unwrap(poll_after(0s));
  EXPECT_THAT(unwrap(poll_after(60s)), SizeIs(1));
  EXPECT_EQ(imports.back(), "lake/raw/ingestion/tb_faturas_202401.csv=longer");
}

TEST_F(InboxTest, AFileThatGrowsSettlesAnew) {
  drop("tb_faturas_202401.csv", "a");
  unwrap(poll_after(0s));
  drop("tb_faturas_202401.csv", "ab");
  EXPECT_THAT(unwrap(poll_after(60s)), IsEmpty());
  EXPECT_THAT(unwrap(poll_after(60s)), SizeIs(1));
  EXPECT_THAT(imports, ElementsAre("lake/raw/ingestion/tb_faturas_202401.csv=ab"));
}

TEST_F(InboxTest, AFileWrittenWhileItIsCopiedIsTakenAgain) {
  drop("tb_faturas_202401.csv", "torn");
  unwrap(poll_after(0s));
  during_import = [&] {
    during_import = nullptr;
    drop("tb_faturas_202401.csv", "whole file");
  };
  EXPECT_THAT(unwrap(poll_after(60s)), IsEmpty());
  unwrap(poll_after(0s));
  EXPECT_THAT(unwrap(poll_after(60s)), SizeIs(1));
  EXPECT_EQ(imports.back(), "lake/raw/ingestion/tb_faturas_202401.csv=whole file");
}

TEST_F(InboxTest, LeavesAloneWhatFitsNoInputAndWhatIsNoFile) {
  drop("notes.txt", "x");
  drop(".tb_faturas_202401.csv.part", "x");
  drop("tb_faturas_202413.csv", "x");
  std::filesystem::create_directory(folder / "tb_faturas_202402.csv");
  std::filesystem::create_symlink("/etc/passwd", folder / "tb_faturas_202403.csv");
  unwrap(poll_after(0s));
  EXPECT_THAT(unwrap(poll_after(1h)), IsEmpty());
  EXPECT_THAT(imports, IsEmpty());
}

TEST_F(InboxTest, AFailedImportIsReportedAndTriedAgain) {
  drop("tb_faturas_202401.csv", "a");
  unwrap(poll_after(0s));
  fails = true;
  const auto result = poll_after(60s);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().is(ErrorClass::kNoSpace));
  fails = false;
  EXPECT_THAT(unwrap(poll_after(1s)), SizeIs(1));
}

TEST_F(InboxTest, AMissingFolderIsAnErrorWithItsName) {
  std::filesystem::remove(folder);
  const auto result = poll_after(0s);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::HasSubstr(folder.string()));
}

}  // namespace
}  // namespace caudal::schedule
