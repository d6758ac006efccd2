// SPDX-License-Identifier: Apache-2.0
// Multipart uploads.
#include "base/encoding.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class MultipartTest : public StoreFixture {
 protected:
  MultipartTest() { EXPECT_OK(store_->create_bucket("raw")); }
  PartInfo part(const std::string& upload, uint32_t number, const std::string& bytes) {
    TextSource source(bytes);
    return unwrap(store_->upload_part(ref_, upload, number, source));
  }
  static CompletedPart done(const PartInfo& info) { return {info.number, info.etag, info.checksums}; }
  const ObjectRef ref_{"raw", "big"};
  const std::string one_ = test_bytes(50'000, 1);
  const std::string two_ = test_bytes(200, 2);
  const std::string three_ = test_bytes(7, 3);
};

TEST_F(MultipartTest, MakesOneObjectOfItsParts) {
  UploadOptions options;
  options.put.content_type = "application/parquet";
  options.put.metadata = {{"m", "1"}};
  const std::string upload = unwrap(store_->create_upload(ref_, options));
  const PartInfo third = part(upload, 10'000, three_);
  const PartInfo first = part(upload, 1, one_);
  const PartInfo second = part(upload, 7, two_);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key) << "nothing is visible before complete";
  open();
  const ObjectInfo info = unwrap(store_->complete_upload(ref_, upload, {done(first), done(second), done(third)}));
  const std::string whole = one_ + two_ + three_;
  EXPECT_EQ(info.size_bytes, whole.size());
  EXPECT_EQ(info.etag, to_hex(md5_of(md5_of(one_) + md5_of(two_) + md5_of(three_))) + "-3");
  EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, whole)});
  EXPECT_EQ(info.content_type, "application/parquet");
  EXPECT_EQ(info.metadata, options.put.metadata);
  open();
  EXPECT_EQ(unwrap(get(ref_)), whole);
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(49'990, 50'203))), whole.substr(49'990, 214));
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::suffix(3))), whole.substr(whole.size() - 3));
  EXPECT_EQ(store_->list_parts(ref_, upload).error().code, Errc::no_such_upload);
  EXPECT_EQ(count_files(), 3u);
  ASSERT_OK(store_->link_to(ref_, dir_.path() / "link"));
  EXPECT_EQ(unwrap(read_file(dir_.path() / "link")), whole);
  ASSERT_OK(store_->copy(ref_, {"raw", "copy"}));
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(get({"raw", "copy"})), whole);
  ASSERT_OK(store_->remove({"raw", "copy"}));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(MultipartTest, ReadersOfManyPartsFinishWhatTheyBegan) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  const std::vector<CompletedPart> parts = {done(part(upload, 1, one_)), done(part(upload, 2, two_))};
  ASSERT_OK(store_->complete_upload(ref_, upload, parts));
  Reader reader = unwrap(store_->get(ref_));
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(read_all(reader)), one_ + two_);
}

TEST_F(MultipartTest, ASinglePartIsItsBlob) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  const ObjectInfo info = unwrap(store_->complete_upload(ref_, upload, {done(part(upload, 3, two_))}));
  EXPECT_EQ(info.etag, to_hex(md5_of(md5_of(two_))) + "-1");
  EXPECT_EQ(unwrap(get(ref_)), two_);
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(MultipartTest, APartAgainReplacesAndTheUnnamedAreDropped) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  part(upload, 1, one_);
  const PartInfo again = part(upload, 1, two_);
  part(upload, 2, one_);
  EXPECT_EQ(count_files(), 2u);
  const auto parts = unwrap(store_->list_parts(ref_, upload));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].etag, to_hex(md5_of(two_)));
  EXPECT_EQ(parts[1].number, 2u);
  ASSERT_OK(store_->complete_upload(ref_, upload, {done(again)}));
  EXPECT_EQ(unwrap(get(ref_)), two_);
  EXPECT_EQ(count_files(), 1u);
}

TEST_F(MultipartTest, CompleteRefusesWhatDoesNotFit) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  const PartInfo small = part(upload, 1, three_);
  const PartInfo large = part(upload, 2, one_);
  const auto complete = [&](const std::vector<CompletedPart>& parts) {
    return store_->complete_upload(ref_, upload, parts).error().code;
  };
  EXPECT_EQ(complete({done(small), done(large)}), Errc::part_too_small);
  EXPECT_EQ(complete({done(large), done(small)}), Errc::invalid_part_order);
  EXPECT_EQ(complete({done(large), done(large)}), Errc::invalid_part_order);
  EXPECT_EQ(complete({{.number = 3}}), Errc::invalid_part);
  EXPECT_EQ(complete({{.number = 2, .etag = small.etag}}), Errc::invalid_part);
  EXPECT_EQ(complete({{.number = 2, .checksums = small.checksums}}), Errc::invalid_part);
  EXPECT_EQ(complete({}), Errc::invalid_part);
  CompleteOptions wrong_sum;
  wrong_sum.expected = {checksum_of(ChecksumAlgorithm::kCrc64Nvme, "other")};
  EXPECT_EQ(store_->complete_upload(ref_, upload, {done(large)}, wrong_sum).error().code, Errc::checksum_mismatch);
  CompleteOptions must_exist;
  must_exist.preconditions.if_match = "*";
  EXPECT_EQ(store_->complete_upload(ref_, upload, {done(large)}, must_exist).error().code, Errc::no_such_key);
  EXPECT_OK(store_->complete_upload(ref_, upload, {done(large)})) << "the upload was still there";
}

TEST_F(MultipartTest, PartNumbersGoFrom1To10000) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  for (const uint32_t number : {0u, 10'001u}) {
    TextSource source("x");
    EXPECT_EQ(store_->upload_part(ref_, upload, number, source).error().code, Errc::invalid_argument);
  }
  TextSource source("x");
  EXPECT_EQ(store_->upload_part(ref_, "nonsense", 1, source).error().code, Errc::no_such_upload);
  PutOptions wrong;
  wrong.expected_md5 = md5_of("y");
  EXPECT_EQ(store_->upload_part(ref_, upload, 1, source, wrong).error().code, Errc::checksum_mismatch);
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(MultipartTest, AbortLeavesNothing) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  part(upload, 1, one_);
  part(upload, 2, two_);
  ASSERT_OK(store_->abort_upload(ref_, upload));
  EXPECT_EQ(count_files(), 0u);
  EXPECT_EQ(store_->abort_upload(ref_, upload).error().code, Errc::no_such_upload);
}

TEST_F(MultipartTest, ChecksumsAreOfTheTypeThatS3GivesTheirAlgorithm) {
  UploadOptions options;
  options.put.algorithms = {ChecksumAlgorithm::kSha256, ChecksumAlgorithm::kSha1, ChecksumAlgorithm::kCrc32,
                            ChecksumAlgorithm::kCrc64Nvme};
  const std::string upload = unwrap(store_->create_upload(ref_, options));
  const std::vector<CompletedPart> parts = {done(part(upload, 1, one_)), done(part(upload, 2, two_))};
  const ObjectInfo info = unwrap(store_->complete_upload(ref_, upload, parts));
  ASSERT_EQ(info.checksums.size(), 4u);
  for (const Checksum& checksum : info.checksums) {
    const auto algorithm = checksum.algorithm;
    if (algorithm == ChecksumAlgorithm::kCrc64Nvme) {
      EXPECT_EQ(checksum, checksum_of(algorithm, one_ + two_)) << "always of the whole object";
    } else {
      EXPECT_EQ(checksum.parts, 2u);
      EXPECT_EQ(checksum.value,
                checksum_of(algorithm, checksum_of(algorithm, one_).value + checksum_of(algorithm, two_).value).value);
    }
  }
}

TEST_F(MultipartTest, ChecksumsOfTheWholeWhereTheyCanBeComputed) {
  UploadOptions options{.checksum_type = ChecksumType::kFullObject};
  options.put.algorithms = {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c};
  const std::string upload = unwrap(store_->create_upload(ref_, options));
  const std::vector<CompletedPart> parts = {done(part(upload, 1, one_)), done(part(upload, 2, two_))};
  CompleteOptions composite;  // of one part and another, which is not what this upload makes
  composite.expected = {checksum_of(ChecksumAlgorithm::kCrc32, parts[0].checksums[0].value)};
  EXPECT_EQ(store_->complete_upload(ref_, upload, parts, composite).error().code, Errc::checksum_mismatch);
  CompleteOptions expected;
  expected.expected = {checksum_of(ChecksumAlgorithm::kCrc32, one_ + two_)};
  const ObjectInfo info = unwrap(store_->complete_upload(ref_, upload, parts, expected));
  EXPECT_EQ(info.checksums, (std::vector{checksum_of(ChecksumAlgorithm::kCrc32, one_ + two_),
                                         checksum_of(ChecksumAlgorithm::kCrc32c, one_ + two_)}));
}

TEST_F(MultipartTest, ChecksumTypesThatCannotBeAreRefusedAtOnce) {
  UploadOptions options{.checksum_type = ChecksumType::kFullObject};
  options.put.algorithms = {ChecksumAlgorithm::kSha256};
  EXPECT_EQ(store_->create_upload(ref_, options).error().code, Errc::invalid_argument);
  options.checksum_type = ChecksumType::kComposite;
  EXPECT_OK(store_->create_upload(ref_, options));
  options.put.algorithms = {ChecksumAlgorithm::kCrc64Nvme};
  EXPECT_EQ(store_->create_upload(ref_, options).error().code, Errc::invalid_argument);
}

TEST_F(MultipartTest, SizesHaveLimits) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  store_.reset();
  store_ = unwrap(Store::open(
      *kv_, blob_directory(), clock_,
      {.min_part_size_bytes = 100, .max_part_size_bytes = 50'000, .max_object_size_bytes = 50'100, .files = &files_}));
  const std::string too_much = three_ + one_;
  TextSource larger(too_much);
  EXPECT_EQ(store_->upload_part(ref_, upload, 1, larger).error().code, Errc::too_large);
  EXPECT_EQ(count_files(), 0u);
  const std::vector<CompletedPart> parts = {done(part(upload, 1, one_)), done(part(upload, 2, two_))};
  EXPECT_EQ(store_->complete_upload(ref_, upload, parts).error().code, Errc::too_large);
  CompleteOptions other_size;
  other_size.expected_size_bytes = 50'001;
  EXPECT_EQ(store_->complete_upload(ref_, upload, {parts[0]}, other_size).error().code, Errc::checksum_mismatch);
  other_size.expected_size_bytes = 50'000;
  EXPECT_OK(store_->complete_upload(ref_, upload, {parts[0]}, other_size));
}

TEST_F(MultipartTest, UploadsAreListedAndGoWithTheirBucket) {
  const std::string first = unwrap(store_->create_upload({"raw", "b"}));
  clock_.advance(std::chrono::seconds(1));
  const std::string second = unwrap(store_->create_upload({"raw", "b"}));
  const std::string other = unwrap(store_->create_upload({"raw", "a/x"}));
  part(unwrap(store_->create_upload(ref_)), 1, one_);
  const auto uploads = unwrap(store_->list_uploads("raw"));
  ASSERT_EQ(uploads.size(), 4u);
  EXPECT_EQ(uploads[0].upload, other);
  EXPECT_EQ(uploads[1].upload, first);
  EXPECT_EQ(uploads[2].upload, second);
  EXPECT_EQ(uploads[3].key, "big");
  EXPECT_EQ(unwrap(store_->list_uploads("raw", "a/")).size(), 1u);
  ASSERT_OK(store_->delete_bucket("raw"));
  EXPECT_EQ(count_files(), 0u);
  ASSERT_OK(store_->create_bucket("raw"));
  EXPECT_TRUE(unwrap(store_->list_uploads("raw")).empty());
}

}  // namespace
}  // namespace caudal::objects
