// SPDX-License-Identifier: Apache-2.0
// Which files a copy of the rows needs, and that they stay until it has them.
#include "objects/held_files.h"

#include <set>

#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class HeldFilesTest : public StoreFixture {
 protected:
  HeldFilesTest() { EXPECT_OK(store_->create_bucket("raw")); }
  // Both: those that the rows name, and those that are there.
  std::set<std::string> needed() {
    std::set<std::string> files;
    EXPECT_OK(each_body_file(*kv_, [&](const std::filesystem::path& file) -> Result<void> {
      EXPECT_TRUE(files.insert(file).second) << file << " comes twice";
      return {};
    }));
    return files;
  }
  std::set<std::string> there() const {
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(blob_directory())) {
      if (entry.is_regular_file()) files.insert(entry.path().lexically_relative(blob_directory()));
    }
    return files;
  }
  std::string begin_upload(const std::string& key) {
    const std::string upload = unwrap(store_->create_upload({"raw", key}));
    for (uint32_t number : {1U, 2U}) {
      TextSource source(bytes_);
      EXPECT_OK(store_->upload_part({"raw", key}, upload, number, source));
    }
    return upload;
  }
  void put_all_kinds() {
    ASSERT_OK(put({"raw", "small"}, "x"));
    ASSERT_OK(put({"raw", "large"}, bytes_));
    ASSERT_OK(store_->copy({"raw", "large"}, {"raw", "same"}));
    ASSERT_OK(store_->complete_upload({"raw", "parts"}, begin_upload("parts"), {{.number = 1}, {.number = 2}}));
    ASSERT_OK(store_->complete_upload({"raw", "joined"}, begin_upload("joined"), {{.number = 1}, {.number = 2}}));
    ASSERT_OK(store_->link_to({"raw", "joined"}, dir_.path() / "lent"));  // which makes one file of its parts
    begin_upload("under way");
  }

  const std::string bytes_ = test_bytes(40'000);
};

TEST_F(HeldFilesTest, AreJustThoseThatTheRowsName) {
  EXPECT_TRUE(needed().empty());
  put_all_kinds();
  EXPECT_EQ(needed().size(), 1U + 2U + 1U + 2U);
  EXPECT_EQ(needed(), there());
}

TEST_F(HeldFilesTest, StayThoughTheirObjectsGo) {
  put_all_kinds();
  const auto before = there();
  {
    const HeldFiles held = store_->hold_files();
    std::optional<Reader> reader = unwrap(store_->get({"raw", "parts"}));  // who is still reading when it goes
    for (const char* const key : {"small", "large", "same", "parts", "joined"}) {
      ASSERT_OK(store_->remove({"raw", key}));
    }
    for (const UploadInfo& upload : unwrap(store_->list_uploads("raw"))) {
      ASSERT_OK(store_->abort_upload({"raw", upload.key}, upload.upload));
    }
    EXPECT_EQ(unwrap(read_all(*reader)), bytes_ + bytes_);
    reader.reset();
    EXPECT_TRUE(needed().empty());
    EXPECT_EQ(there(), before);
    const HeldFiles twice = store_->hold_files();
    EXPECT_EQ(there(), before);
  }
  EXPECT_TRUE(there().empty()) << "nobody holds them any more";
}

TEST_F(HeldFilesTest, GoAtTheNextOpenWhenNobodyLetGo) {
  put_all_kinds();
  auto held = std::make_unique<HeldFiles>(store_->hold_files());
  ASSERT_OK(store_->remove({"raw", "parts"}));
  const auto needed_now = needed();
  EXPECT_NE(there(), needed_now);
  // As a crash would have it: the next process finds what this one has not removed.
  plan_.fail_after(0, EIO, FaultPlan::Lasting::kUntilDisarmed);
  held.reset();
  plan_.disarm();
  open();
  EXPECT_EQ(there(), needed_now);
}

}  // namespace
}  // namespace caudal::objects
