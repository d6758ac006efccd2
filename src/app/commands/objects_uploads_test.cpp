// SPDX-License-Identifier: Apache-2.0
// Which uploads are open, how old they are, and what the doctor says of them.
#include "app/commands/objects_uploads.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "app/commands/doctor_checks.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::app {
namespace {

using std::chrono::days;
using testing::HasSubstr;

class Uploads : public testing::Test {
 protected:
  Uploads() {
    EXPECT_OK(store_->create_bucket("lake"));
    EXPECT_OK(store_->create_bucket("other"));
  }
  std::string begin(const objects::ObjectRef& ref, const std::string& bytes) {
    const std::string upload = unwrap(store_->create_upload(ref));
    objects::TextSource source(bytes);
    unwrap(store_->upload_part(ref, upload, 1, source));
    return upload;
  }
  std::string keys(const std::string& bucket, const std::string& prefix, days age) {
    std::string all;
    for (const OpenUpload& one : unwrap(open_uploads(*store_, bucket, prefix, clock_.now() - age))) {
      all += fmt::format("{}/{}:{}:{} ", one.bucket, one.info.key, one.parts, one.size_bytes);
    }
    return all;
  }

  TemporaryDirectory dir_;
  ManualClock clock_{Timestamp(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<kv::Store> kv_ =
      unwrap(kv::Store::open(dir_.path() / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  std::unique_ptr<objects::Store> store_ = unwrap(objects::Store::open(*kv_, dir_.path() / "blobs", clock_));
};

TEST_F(Uploads, ByBucketPrefixAndAge) {
  begin({"lake", "raw/a"}, "12345");
  begin({"other", "b"}, "1");
  clock_.advance(days(3));
  begin({"lake", "raw/late"}, "123");
  EXPECT_EQ(keys("", "", days(0)), "lake/raw/a:1:5 lake/raw/late:1:3 other/b:1:1 ");
  EXPECT_EQ(keys("lake", "", days(0)), "lake/raw/a:1:5 lake/raw/late:1:3 ");
  EXPECT_EQ(keys("lake", "raw/l", days(0)), "lake/raw/late:1:3 ");
  EXPECT_EQ(keys("", "", days(3)), "lake/raw/a:1:5 other/b:1:1 ");
  EXPECT_EQ(keys("", "", days(4)), "");
  EXPECT_FALSE(open_uploads(*store_, "nowhere", "", clock_.now()));
}

TEST_F(Uploads, TheDoctorTellsOfOldOnesAndHowToGiveThemUp) {
  const std::string upload = begin({"lake", "raw/a"}, "12345");
  clock_.advance(days(6));
  EXPECT_EQ(unwrap(uploads_finding(*store_, clock_.now())).state, Finding::State::kOk);
  clock_.advance(days(2));
  begin({"lake", "new"}, "1");
  const Finding finding = unwrap(uploads_finding(*store_, clock_.now()));
  EXPECT_EQ(finding.state, Finding::State::kWarning);
  EXPECT_THAT(finding.detail, HasSubstr("1 begun more than 7 days ago hold 5 bytes: s3://lake/raw/a;"));
  EXPECT_THAT(finding.detail, HasSubstr("`caudal objects uploads --abort-older-than 7`"));
  ASSERT_OK(store_->abort_upload({"lake", "raw/a"}, upload));
  EXPECT_EQ(unwrap(uploads_finding(*store_, clock_.now())).state, Finding::State::kOk);
}

}  // namespace
}  // namespace caudal::app
