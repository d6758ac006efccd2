// SPDX-License-Identifier: Apache-2.0
#include "queries/link_folders.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::queries {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinkFoldersTest : public testing::Test {
 protected:
  std::unique_ptr<LinkFolders> open() { return unwrap(LinkFolders::open(idle_)); }
  // What stands in a folder, by name.
  static std::vector<std::string> names(const std::filesystem::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      found.push_back(entry.path().lexically_relative(folder).string());
    std::ranges::sort(found);
    return found;
  }
  // Uses a folder of `table` and gives it back with the subfolder `mark`.
  void use(LinkFolders& folders, const std::string& table, const std::string& mark) {
    const std::filesystem::path folder = directory_.path() / "used";
    unwrap(folders.take(table, folder));
    unwrap(caudal::create_directories(folder / mark));
    folders.give_back(table, folder);
    std::filesystem::remove_all(folder);
  }
  std::vector<std::string> taken(LinkFolders& folders, const std::string& table) {
    const std::filesystem::path folder = directory_.path() / fmt::format("taken-{}", next_++);
    unwrap(folders.take(table, folder));
    return names(folder);
  }

  TemporaryDirectory directory_;
  std::filesystem::path idle_ = directory_.path() / "folders";
  int next_ = 0;
};

TEST_F(LinkFoldersTest, TheNextUseOfATableFindsTheSubfolders) {
  const auto folders = open();
  EXPECT_THAT(taken(*folders, "curated.t"), IsEmpty());
  use(*folders, "curated.t", "ano=2024");
  EXPECT_THAT(taken(*folders, "curated.other"), IsEmpty());
  EXPECT_THAT(taken(*folders, "curated.t"), ElementsAre("ano=2024"));
  EXPECT_THAT(taken(*folders, "curated.t"), IsEmpty()) << "a folder is one user's at a time";
}

TEST_F(LinkFoldersTest, ALaterProcessFindsThemWithoutTheirFiles) {
  use(*open(), "curated.t", "ano=2024");
  // As if the machine had died before a link was removed.
  unwrap(write_file_durably(idle_ / "curated.t@1" / "ano=2024" / "0.parquet", "x"));
  const auto folders = open();
  EXPECT_THAT(taken(*folders, "curated.t"), ElementsAre("ano=2024"));
  use(*folders, "curated.t", "ano=2025");
  EXPECT_THAT(names(idle_), ElementsAre("curated.t@2", "curated.t@2/ano=2025")) << "numbers go on";
}

TEST_F(LinkFoldersTest, WhatIsNoIdleFolderIsRemoved) {
  unwrap(caudal::create_directories(idle_ / "curated.t" / "deep"));
  unwrap(caudal::create_directories(idle_ / "curated.t@x"));
  unwrap(write_file_durably(idle_ / "note", "x"));
  open();
  EXPECT_THAT(names(idle_), IsEmpty());
}

TEST_F(LinkFoldersTest, ANameThatNoFolderCanHaveIsNotKept) {
  const auto folders = open();
  for (const std::string& table : {std::string("a/../b.t"), std::string(".x"), std::string("curated.t u"),
                                   "curated." + std::string(255, 'x'), std::string("curated.ação")}) {
    use(*folders, table, "ano=2024");
    EXPECT_THAT(taken(*folders, table), IsEmpty()) << table;
  }
  EXPECT_THAT(names(idle_), IsEmpty());
}

TEST_F(LinkFoldersTest, AFewOfATableAreKeptAndTheOldestOfMany) {
  const auto folders = open();
  std::vector<std::filesystem::path> used;
  for (int i = 0; i < 6; ++i) {
    used.push_back(directory_.path() / fmt::format("session-{}", i));
    unwrap(folders->take("curated.t", used.back()));
  }
  for (const auto& folder : used) folders->give_back("curated.t", folder);
  EXPECT_THAT(names(idle_), ElementsAre("curated.t@1", "curated.t@2", "curated.t@3", "curated.t@4"));
  EXPECT_TRUE(std::filesystem::exists(used.back())) << "left to its user";
  for (int i = 0; i < 130; ++i) use(*folders, fmt::format("curated.t{}", i), "x");
  const auto left = names(idle_);
  EXPECT_EQ(std::ranges::count_if(left, [](const std::string& name) { return !name.ends_with("/x"); }), 128);
  EXPECT_THAT(left, testing::Not(testing::Contains("curated.t@4")));
  EXPECT_THAT(taken(*folders, "curated.t"), IsEmpty());
  EXPECT_THAT(taken(*folders, "curated.t129"), ElementsAre("x"));
}

TEST_F(LinkFoldersTest, AFolderThatWasTakenAwayIsMadeAnew) {
  const auto folders = open();
  use(*folders, "curated.t", "ano=2024");
  std::filesystem::remove_all(idle_ / "curated.t@1");
  EXPECT_THAT(taken(*folders, "curated.t"), IsEmpty());
}

TEST_F(LinkFoldersTest, AFolderWithoutPermissionIsTold) {
  unwrap(write_file_durably(directory_.path() / "file", "x"));
  const auto folders = LinkFolders::open(directory_.path() / "file" / "folders");
  ASSERT_FALSE(folders.has_value());
  EXPECT_THAT(folders.error().message, testing::HasSubstr("file/folders"));
}

}  // namespace
}  // namespace caudal::queries
