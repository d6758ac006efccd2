// SPDX-License-Identifier: Apache-2.0
// Completing an upload again, as clients do whose answer got lost.
#include "objects/completed_uploads.h"

#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class CompletedUploadsTest : public StoreFixture {
 protected:
  CompletedUploadsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  // An upload of two parts, and what complete is to be told.
  std::string begin() {
    const std::string upload = unwrap(store_->create_upload(ref_));
    parts_.clear();
    for (uint32_t number : {1u, 2u}) {
      TextSource source(number == 1 ? one_ : two_);
      const PartInfo part = unwrap(store_->upload_part(ref_, upload, number, source));
      parts_.push_back({.number = number, .etag = part.etag});
    }
    return upload;
  }
  Result<ObjectInfo> complete(const std::string& upload, const CompleteOptions& options = {}) {
    return store_->complete_upload(ref_, upload, parts_, options);
  }
  size_t rows() {
    const kv::Family family = unwrap(kv_->family("objects.completed"));
    size_t count = 0;
    for (kv::Scan scan = kv_->scan(family, kv::Range{}); scan.valid(); scan.next()) ++count;
    return count;
  }
  const ObjectRef ref_{"raw", "big"};
  const std::string one_ = test_bytes(500, 1);
  const std::string two_ = test_bytes(20, 2);
  std::vector<CompletedPart> parts_;
};

TEST_F(CompletedUploadsTest, AnswersTheSameAgainAlsoAfterARestart) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  const std::string upload = begin();
  const ObjectInfo first = unwrap(complete(upload));
  clock_.advance(std::chrono::hours(23));
  open();
  const ObjectInfo again = unwrap(complete(upload));
  EXPECT_EQ(again.version, first.version);
  EXPECT_EQ(again.etag, first.etag);
  EXPECT_EQ(again.size_bytes, first.size_bytes);
  EXPECT_EQ(again.checksums, first.checksums);
  EXPECT_EQ(again.modified, first.modified);
  EXPECT_EQ(unwrap(store_->list_versions({.bucket = "raw"})).versions.size(), 1U) << "nothing was made anew";
  EXPECT_EQ(unwrap(get(ref_)), one_ + two_);
}

TEST_F(CompletedUploadsTest, WhatWasPutSinceStays) {
  const std::string upload = begin();
  const ObjectInfo first = unwrap(complete(upload));
  ASSERT_OK(put(ref_, "newer"));
  EXPECT_EQ(unwrap(complete(upload)).etag, first.etag);
  EXPECT_EQ(unwrap(get(ref_)), "newer");
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(complete(upload)).etag, first.etag);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key) << "a removed object does not come back";
}

TEST_F(CompletedUploadsTest, AConditionThatTheFirstAttemptMadeUntrueDoesNotCount) {
  const std::string upload = begin();
  const CompleteOptions create_only{.preconditions = {.if_none_match = "*"}};
  ASSERT_OK(complete(upload, create_only));
  EXPECT_OK(complete(upload, create_only));
}

TEST_F(CompletedUploadsTest, OtherPartsAreRefused) {
  const std::string upload = begin();
  ASSERT_OK(complete(upload));
  const std::vector<CompletedPart> same = parts_;
  parts_.pop_back();
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_upload);
  parts_ = same;
  parts_[1].etag = std::string(32, '0');
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_upload);
  parts_ = same;
  parts_[1].number = 3;
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_upload);
  parts_ = same;
  EXPECT_EQ(complete(upload, {.expected_size_bytes = 1}).error().code, Errc::checksum_mismatch);
  EXPECT_EQ(store_->complete_upload({"raw", "other"}, upload, same).error().code, Errc::no_such_upload);
  EXPECT_OK(complete(upload));
}

TEST_F(CompletedUploadsTest, IsNoUploadForAnythingElse) {
  const std::string upload = begin();
  ASSERT_OK(complete(upload));
  EXPECT_EQ(store_->abort_upload(ref_, upload).error().code, Errc::no_such_upload);
  EXPECT_EQ(store_->list_parts(ref_, upload).error().code, Errc::no_such_upload);
  TextSource source("more");
  EXPECT_EQ(store_->upload_part(ref_, upload, 3, source).error().code, Errc::no_such_upload);
  EXPECT_TRUE(unwrap(store_->list_uploads("raw")).empty());
  EXPECT_OK(complete(upload)) << "an abort that was refused changes nothing";
}

TEST_F(CompletedUploadsTest, IsForgottenAfterADay) {
  const std::string upload = begin();
  ASSERT_OK(complete(upload));
  const std::vector<CompletedPart> parts = parts_;
  clock_.advance(kCompletedKept + std::chrono::seconds(1));
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_upload);
  EXPECT_EQ(rows(), 2U);
  const std::string later = begin();
  ASSERT_OK(complete(later));
  EXPECT_EQ(rows(), 2U) << "the older one's rows went with the later completion";
  EXPECT_OK(complete(later));
}

TEST_F(CompletedUploadsTest, OfABucketThatWasRemovedNothingIsLeft) {
  const std::string upload = begin();
  ASSERT_OK(complete(upload));
  ASSERT_OK(store_->remove(ref_));
  ASSERT_OK(store_->delete_bucket("raw"));
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_bucket);
  ASSERT_OK(store_->create_bucket("raw"));
  EXPECT_EQ(complete(upload).error().code, Errc::no_such_upload);
}

TEST_F(CompletedUploadsTest, WhatWasNotCommittedIsNotRemembered) {
  const std::string upload = begin();
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(complete(upload));
  plan_.disarm();
  open();
  EXPECT_OK(complete(upload));
  EXPECT_EQ(unwrap(get(ref_)), one_ + two_);
}

}  // namespace
}  // namespace caudal::objects
