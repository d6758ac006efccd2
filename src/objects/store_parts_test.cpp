// SPDX-License-Identifier: Apache-2.0
// Parts copied from objects, pages of parts and uploads, and reading a finished object part by part.
#include "base/encoding.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class PartsTest : public StoreFixture {
 protected:
  PartsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  PartInfo part(const std::string& upload, uint32_t number, const std::string& bytes) {
    TextSource source(bytes);
    return unwrap(store_->upload_part(ref_, upload, number, source));
  }
  Result<std::string> bytes_of_part(const ObjectRef& ref, uint32_t number) {
    Reader reader = TRY(store_->read(ref, {.part_number = number}));
    return read_all(reader);
  }
  // An object of the parts 2, 3 and 7.
  void make_object() {
    UploadOptions options;
    options.put.algorithms = {ChecksumAlgorithm::kCrc32c};
    const std::string upload = unwrap(store_->create_upload(ref_, options));
    part(upload, 2, one_);
    part(upload, 3, two_);
    part(upload, 7, three_);
    ASSERT_OK(store_->complete_upload(ref_, upload, {{.number = 2}, {.number = 3}, {.number = 7}}));
  }
  const ObjectRef ref_{"raw", "big"};
  const std::string one_ = test_bytes(50'000, 1);
  const std::string two_ = test_bytes(200, 2);
  const std::string three_ = test_bytes(7, 3);
};

TEST_F(PartsTest, APartIsCopiedFromAnObjectAndFromARangeOfIt) {
  const ObjectRef source{"raw", "source"};
  const ObjectInfo info = unwrap(put(source, one_));
  const std::string upload = unwrap(store_->create_upload(ref_));
  const CopiedPart whole = unwrap(store_->upload_part_copy(ref_, upload, 1, source));
  EXPECT_EQ(whole.part.etag, info.etag);
  EXPECT_EQ(whole.part.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, one_)});
  EXPECT_EQ(whole.source_version, kNullVersion);
  const CopiedPart some =
      unwrap(store_->upload_part_copy(ref_, upload, 2, source, {.range = ByteRange::between(10, 49'999)}));
  EXPECT_EQ(some.part.size_bytes, 49'990u);
  ASSERT_OK(store_->remove(source));
  ASSERT_OK(store_->complete_upload(ref_, upload, {{.number = 1}, {.number = 2}}));
  EXPECT_EQ(unwrap(get(ref_)), one_ + one_.substr(10));
}

TEST_F(PartsTest, APartIsCopiedOfTheVersionThatWasAsked) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  const ObjectRef source{"raw", "source"};
  const std::string old = unwrap(put(source, two_)).version;
  ASSERT_OK(put(source, one_));
  const std::string upload = unwrap(store_->create_upload(ref_));
  EXPECT_EQ(unwrap(store_->upload_part_copy(ref_, upload, 1, source, {.source_version = old})).part.etag,
            to_hex(md5_of(two_)));
}

TEST_F(PartsTest, CopyingAPartRefusesWhatIsNotThere) {
  const ObjectRef source{"raw", "source"};
  const std::string etag = unwrap(put(source, one_)).etag;
  const std::string upload = unwrap(store_->create_upload(ref_));
  const auto copy = [&](const PartCopyOptions& options) {
    const auto copied = store_->upload_part_copy(ref_, upload, 1, source, options);
    return copied ? std::error_code() : copied.error().code;
  };
  EXPECT_EQ(copy({.range = ByteRange::between(0, 50'000)}), Errc::invalid_range);
  EXPECT_EQ(copy({.range = ByteRange::from(3)}), Errc::invalid_range);
  EXPECT_EQ(copy({.range = ByteRange::suffix(3)}), Errc::invalid_range);
  EXPECT_EQ(copy({.conditions = {.if_match = {"other"}}}), Errc::precondition_failed);
  EXPECT_EQ(copy({.conditions = {.if_none_match = {etag}}}), Errc::precondition_failed);
  EXPECT_EQ(copy({.source_version = "nonsense"}), Errc::invalid_argument);
  EXPECT_EQ(store_->upload_part_copy(ref_, upload, 1, {"raw", "other"}).error().code, Errc::no_such_key);
  EXPECT_EQ(store_->upload_part_copy(ref_, "nonsense", 1, source).error().code, Errc::no_such_upload);
  EXPECT_EQ(store_->upload_part_copy(ref_, upload, 10'001, source).error().code, Errc::invalid_argument);
  EXPECT_TRUE(unwrap(store_->list_parts(ref_, upload)).empty());
  EXPECT_EQ(copy({.conditions = {.if_match = {etag}}}), std::error_code());
}

TEST_F(PartsTest, PartsAreListedByPages) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  for (const uint32_t number : {1u, 2u, 300u, 10'000u}) part(upload, number, two_);
  ListPartsPage page = unwrap(store_->list_parts({.ref = ref_, .upload = upload, .max_parts = 3}));
  ASSERT_EQ(page.parts.size(), 3u);
  EXPECT_EQ(page.parts[2].number, 300u);
  EXPECT_EQ(page.parts[2].etag, to_hex(md5_of(two_)));
  EXPECT_EQ(page.upload.algorithms, std::vector{ChecksumAlgorithm::kCrc64Nvme});
  EXPECT_TRUE(page.truncated);
  EXPECT_EQ(page.next_part_marker, 300u);
  page = unwrap(store_->list_parts({.ref = ref_, .upload = upload, .part_marker = 300, .max_parts = 1}));
  ASSERT_EQ(page.parts.size(), 1u);
  EXPECT_EQ(page.parts[0].number, 10'000u);
  EXPECT_FALSE(page.truncated) << "nothing follows";
  EXPECT_EQ(store_->list_parts({.ref = ref_, .upload = "no"}).error().code, Errc::no_such_upload);
}

TEST_F(PartsTest, UploadsAreListedByPages) {
  std::vector<std::string> uploads;
  for (const char* key : {"a", "b/1", "b/1", "b/2", "c"}) {
    clock_.advance(std::chrono::seconds(1));
    uploads.push_back(unwrap(store_->create_upload({"raw", key})));
  }
  std::vector<std::string> seen;
  ListUploadsRequest request{.bucket = "raw", .max_uploads = 1};
  for (bool more = true; more;) {
    const ListUploadsPage page = unwrap(store_->list_uploads(request));
    for (const UploadInfo& upload : page.uploads) seen.push_back(upload.upload);
    request.key_marker = page.next_key_marker;
    request.upload_marker = page.next_upload_marker;
    more = page.truncated;
  }
  EXPECT_EQ(seen, uploads) << "pages of one, also between two uploads to one key";
  const ListUploadsPage rest = unwrap(store_->list_uploads(ListUploadsRequest{.bucket = "raw", .key_marker = "b/1"}));
  ASSERT_EQ(rest.uploads.size(), 2u) << "without an upload's marker the whole key is left out";
  EXPECT_EQ(rest.uploads[0].key, "b/2");
}

TEST_F(PartsTest, UploadsAreRolledUp) {
  for (const char* key : {"a", "b/1", "b/2", "c/x/1", "d"}) ASSERT_OK(store_->create_upload({"raw", key}));
  ListUploadsRequest request{.bucket = "raw", .delimiter = "/", .max_uploads = 2};
  const ListUploadsPage first = unwrap(store_->list_uploads(request));
  ASSERT_EQ(first.uploads.size(), 1u);
  EXPECT_EQ(first.common_prefixes, std::vector<std::string>{"b/"});
  EXPECT_TRUE(first.truncated);
  EXPECT_EQ(first.next_key_marker, "b/");
  EXPECT_FALSE(first.next_upload_marker);
  request.key_marker = first.next_key_marker;
  const ListUploadsPage second = unwrap(store_->list_uploads(request));
  EXPECT_EQ(second.common_prefixes, std::vector<std::string>{"c/"});
  ASSERT_EQ(second.uploads.size(), 1u);
  EXPECT_EQ(second.uploads[0].key, "d");
  EXPECT_FALSE(second.truncated);
  EXPECT_EQ(unwrap(store_->list_uploads(ListUploadsRequest{.bucket = "raw", .prefix = "c/x"})).uploads.size(), 1u);
}

TEST_F(PartsTest, AFinishedObjectIsReadByItsParts) {
  make_object();
  open();
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 2)), one_);
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 3)), two_);
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 7)), three_);
  EXPECT_EQ(bytes_of_part(ref_, 1).error().code, Errc::invalid_part_number);
  EXPECT_EQ(bytes_of_part(ref_, 8).error().code, Errc::invalid_part_number);
  const ReadPlan plan = unwrap(store_->stat(ref_, {.part_number = 3}));
  EXPECT_EQ(plan.first_byte, one_.size());
  EXPECT_EQ(plan.length_bytes, two_.size());
  EXPECT_EQ(plan.parts_count, 3u);
  EXPECT_EQ(plan.info.size_bytes, one_.size() + two_.size() + three_.size());
  EXPECT_EQ(unwrap(store_->read(ref_, {})).parts_count(), 3u);
}

TEST_F(PartsTest, AnObjectOfOnePieceIsItsOnlyPart) {
  ASSERT_OK(put(ref_, two_));
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 1)), two_);
  EXPECT_EQ(bytes_of_part(ref_, 2).error().code, Errc::invalid_part_number);
  EXPECT_EQ(unwrap(store_->stat(ref_, {.part_number = 1})).parts_count, 0u);
  EXPECT_EQ(unwrap(store_->object_parts({.ref = ref_})).total_parts, 0u);
  ASSERT_OK(put(ref_, ""));
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 1)), "");
}

TEST_F(PartsTest, ThePartsOfAFinishedObjectAreToldByPages) {
  make_object();
  const ObjectPartsPage page = unwrap(store_->object_parts({.ref = ref_, .max_parts = 2}));
  EXPECT_EQ(page.total_parts, 3u);
  ASSERT_EQ(page.parts.size(), 2u);
  EXPECT_EQ(page.parts[0].number, 2u);
  EXPECT_EQ(page.parts[0].size_bytes, one_.size());
  EXPECT_EQ(page.parts[0].checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc32c, one_)});
  EXPECT_TRUE(page.truncated);
  const ObjectPartsPage rest = unwrap(store_->object_parts({.ref = ref_, .part_marker = page.next_part_marker}));
  ASSERT_EQ(rest.parts.size(), 1u);
  EXPECT_EQ(rest.parts[0].number, 7u);
  EXPECT_FALSE(rest.truncated);
}

TEST_F(PartsTest, PartsSurviveTheCopyOfTheirObject) {
  make_object();
  ASSERT_OK(store_->copy(ref_, {"raw", "copy"}));
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(bytes_of_part({"raw", "copy"}, 3)), two_);
}

TEST_F(PartsTest, LentOnceItsPartsAreOneBlob) {
  make_object();
  const ObjectInfo before = unwrap(store_->head(ref_));
  const std::string whole = one_ + two_ + three_;
  {
    Reader reader = unwrap(store_->get(ref_));
    ASSERT_OK(store_->link_to(ref_, dir_.path() / "link"));
    EXPECT_EQ(unwrap(read_all(reader)), whole) << "who reads the parts goes on";
  }
  EXPECT_EQ(unwrap(read_file(dir_.path() / "link")), whole);
  EXPECT_EQ(count_files(), 1u);
  ASSERT_OK(store_->link_to(ref_, dir_.path() / "again"));
  EXPECT_EQ(std::filesystem::hard_link_count(dir_.path() / "again"), 3u) << "without a copy";
  open();
  EXPECT_EQ(unwrap(get(ref_)), whole);
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 3)), two_);
  const ObjectPartsPage page = unwrap(store_->object_parts({.ref = ref_}));
  ASSERT_EQ(page.parts.size(), 3u);
  EXPECT_EQ(page.parts[2].number, 7u);
  EXPECT_EQ(page.parts[2].checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc32c, three_)});
  const ObjectInfo after = unwrap(store_->head(ref_));
  EXPECT_EQ(after.etag, before.etag);
  EXPECT_EQ(after.modified, before.modified);
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(PartsTest, AnOldVersionIsLentAsOneBlobToo) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  make_object();
  const std::string version = unwrap(store_->head(ref_)).version;
  ASSERT_OK(store_->copy(ref_, {"raw", "copy"}));
  ASSERT_OK(put(ref_, "newer"));
  ASSERT_OK(store_->link_to(ref_, dir_.path() / "link", version));
  EXPECT_EQ(unwrap(get(ref_)), "newer");
  EXPECT_EQ(unwrap(get(ref_, version)), one_ + two_ + three_);
  EXPECT_EQ(unwrap(bytes_of_part({"raw", "copy"}, 2)), one_) << "the copy keeps the parts";
  EXPECT_EQ(count_files(), 4u);
}

TEST_F(PartsTest, AnUploadOfOnePartKeepsItsNumber) {
  const std::string upload = unwrap(store_->create_upload(ref_));
  part(upload, 5, two_);
  ASSERT_OK(store_->complete_upload(ref_, upload, {{.number = 5}}));
  EXPECT_EQ(unwrap(bytes_of_part(ref_, 5)), two_);
  EXPECT_EQ(bytes_of_part(ref_, 1).error().code, Errc::invalid_part_number);
  EXPECT_EQ(unwrap(store_->stat(ref_, {})).parts_count, 1u);
}

}  // namespace
}  // namespace caudal::objects
