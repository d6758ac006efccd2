// SPDX-License-Identifier: Apache-2.0
// Buckets, puts, gets, heads, ranges, limits, conditions.
#include "objects/store.h"

#include "base/encoding.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

using namespace std::string_literals;

class StoreTest : public StoreFixture {
 protected:
  StoreTest() { EXPECT_OK(store_->create_bucket("raw")); }
  const ObjectRef ref_{"raw", "a/b.csv"};
};

TEST_F(StoreTest, BucketsAreMadeListedAndRemoved) {
  EXPECT_EQ(store_->create_bucket("raw").error().code, Errc::bucket_exists);
  EXPECT_EQ(store_->create_bucket("Raw").error().code, Errc::invalid_bucket_name);
  ASSERT_OK(store_->create_bucket("curated"));
  const auto buckets = unwrap(store_->list_buckets());
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_EQ(buckets[0].name, "curated");
  EXPECT_EQ(buckets[1].created, clock_.now());
  ASSERT_OK(put(ref_, "x"));
  EXPECT_EQ(store_->delete_bucket("raw").error().code, Errc::bucket_not_empty);
  ASSERT_OK(store_->remove(ref_));
  ASSERT_OK(store_->delete_bucket("raw"));
  EXPECT_EQ(store_->delete_bucket("raw").error().code, Errc::no_such_bucket);
  EXPECT_EQ(put(ref_, "x").error().code, Errc::no_such_bucket);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->list({.bucket = "raw"}).error().code, Errc::no_such_bucket);
}

TEST_F(StoreTest, KeepsBodiesOfEverySizeOverAReopen) {
  const std::vector<size_t> sizes = {0,       1,       kInlineBytes - 1, kInlineBytes,     kInlineBytes + 1,
                                     100'000, 1 << 20, (1 << 20) + 1,    (5 << 20) + 12345};
  for (const size_t size : sizes) ASSERT_OK(put({"raw", std::to_string(size)}, test_bytes(size, size)));
  open();
  for (const size_t size : sizes) {
    const ObjectRef ref{"raw", std::to_string(size)};
    const std::string bytes = test_bytes(size, size);
    const ObjectInfo info = unwrap(store_->head(ref));
    EXPECT_EQ(info.size_bytes, size);
    EXPECT_EQ(info.etag, to_hex(md5_of(bytes)));
    EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, bytes)});
    EXPECT_EQ(unwrap(get(ref)), bytes) << size;
  }
}

TEST_F(StoreTest, HeadGivesWhatWasPut) {
  PutOptions options;
  options.content_type = "text/csv";
  options.headers = {{"cache-control", "no-store"}};
  options.metadata = {{"origem",
                       "cart\xc3\xb5"
                       "es"}};
  options.tags = {{"class", "raw"}};
  const ObjectInfo put_info = unwrap(put(ref_, "a;b", options));
  const ObjectInfo info = unwrap(store_->head(ref_));
  EXPECT_EQ(info.key, ref_.key);
  EXPECT_EQ(info.version, kNullVersion);
  EXPECT_EQ(info.content_type, "text/csv");
  EXPECT_EQ(info.headers, options.headers);
  EXPECT_EQ(info.metadata, options.metadata);
  EXPECT_EQ(info.tags, options.tags);
  EXPECT_EQ(info.modified, clock_.now());
  EXPECT_EQ(info.etag, put_info.etag);
  EXPECT_TRUE(info.is_latest);
  ASSERT_OK(store_->set_tags(ref_, {{"x", "y"}}));
  EXPECT_EQ(unwrap(store_->head(ref_)).tags, (Texts{{"x", "y"}}));
  EXPECT_EQ(unwrap(get(ref_)), "a;b");
}

TEST_F(StoreTest, ReplacesAndRemovesWithoutLeavingFiles) {
  const std::string large = test_bytes(50'000);
  ASSERT_OK(put(ref_, large));
  EXPECT_EQ(count_files(), 1u);
  ASSERT_OK(put(ref_, "small"));
  EXPECT_EQ(unwrap(get(ref_)), "small");
  EXPECT_EQ(count_files(), 0u);
  ASSERT_OK(put(ref_, large));
  ASSERT_OK(put(ref_, large));
  EXPECT_EQ(count_files(), 1u);
  EXPECT_TRUE(unwrap(store_->remove(ref_)).existed);
  EXPECT_FALSE(unwrap(store_->remove(ref_)).existed);
  EXPECT_EQ(count_files(), 0u);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
}

TEST_F(StoreTest, TellsWhatItWroteBesideItsRows) {
  ASSERT_OK(put(ref_, "small"));
  EXPECT_EQ(store_->metrics().blobs, 0u);
  EXPECT_EQ(store_->metrics().syncs, 0u) << "a small body is in the row's commit";
  ASSERT_OK(put(ref_, test_bytes(50'000)));
  EXPECT_EQ(store_->metrics().blobs, 1u);
  EXPECT_EQ(store_->metrics().bytes, 50'000u);
  EXPECT_EQ(store_->metrics().syncs, 2u) << "the file and its folder";
}

TEST_F(StoreTest, ReadersFinishWhatTheyBegan) {
  const std::string old_bytes = test_bytes(3 << 20);
  ASSERT_OK(put(ref_, old_bytes));
  auto reader = std::make_unique<Reader>(unwrap(store_->get(ref_)));
  ASSERT_OK(put(ref_, "new"));
  auto second = std::make_unique<Reader>(unwrap(store_->get(ref_)));
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(read_all(*reader)), old_bytes);
  EXPECT_EQ(unwrap(read_all(*second)), "new");
  EXPECT_EQ(count_files(), 1u) << "the reader still holds it";
  reader.reset();
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(StoreTest, RangesAreThoseOfHttp) {
  for (const size_t size : {10u, 40'000u}) {
    const std::string bytes = test_bytes(size);
    ASSERT_OK(put(ref_, bytes));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(2, 5))), bytes.substr(2, 4));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(0, 0))), bytes.substr(0, 1));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(5, 1'000'000))), bytes.substr(5));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::from(7))), bytes.substr(7));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::suffix(3))), bytes.substr(size - 3));
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::suffix(1'000'000))), bytes);
    EXPECT_EQ(get(ref_, {}, ByteRange::from(size)).error().code, Errc::invalid_range);
    EXPECT_EQ(get(ref_, {}, ByteRange::suffix(0)).error().code, Errc::invalid_range);
    EXPECT_EQ(get(ref_, {}, ByteRange::between(5, 4)).error().code, Errc::invalid_range);
    const Reader reader = unwrap(store_->get(ref_, {}, ByteRange::between(2, 5)));
    EXPECT_EQ(reader.first_byte(), 2u);
    EXPECT_EQ(reader.length_bytes(), 4u);
    EXPECT_EQ(reader.info().size_bytes, size);
  }
}

TEST_F(StoreTest, OddKeysAreDifferentObjects) {
  const std::vector<std::string> keys = {
      "a", "a/",          "a/b",          "a//b", "../", "../../etc/passwd",    "/", ".", "a\0b"s, "a\0"s,
      "A", "caf\xc3\xa9", "cafe\xcc\x81", "\n",   "%2F", std::string(1024, 'k')};
  for (const std::string& key : keys) ASSERT_OK(put({"raw", key}, "body of " + key));
  for (const std::string& key : keys) EXPECT_EQ(unwrap(get({"raw", key})), "body of " + key);
  const ListPage page = unwrap(store_->list({.bucket = "raw"}));
  std::vector<std::string> listed;
  for (const ObjectInfo& info : page.objects) listed.push_back(info.key);
  std::vector<std::string> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(listed, sorted);
  EXPECT_EQ(put({"raw", ""}, "").error().code, Errc::invalid_key);
  EXPECT_EQ(put({"raw", "\xff"}, "").error().code, Errc::invalid_key);
  EXPECT_EQ(put({"raw", std::string(1025, 'k')}, "").error().code, Errc::invalid_key);
}

TEST_F(StoreTest, LimitsOnMetadataAndTags) {
  PutOptions options;
  options.metadata = {{"k", std::string(2047, 'v')}};
  EXPECT_OK(put(ref_, "", options));
  options.metadata = {{"k", std::string(2048, 'v')}};
  EXPECT_EQ(put(ref_, "", options).error().message,
            "an object's metadata has 2049 bytes of names and values; at most 2048 are allowed");
  options.metadata.clear();
  for (int i = 0; i < 10; ++i) options.tags[std::to_string(i)] = "";
  EXPECT_OK(put(ref_, "", options));
  options.tags["10"] = "";
  EXPECT_EQ(put(ref_, "", options).error().code, Errc::too_many_tags);
  EXPECT_OK(store_->set_tags(ref_, {{std::string(128, 'n'), std::string(256, 'v')}}));
  EXPECT_EQ(store_->set_tags(ref_, {{std::string(129, 'n'), ""}}).error().code, Errc::invalid_tag);
  EXPECT_EQ(store_->set_tags(ref_, {{"n", std::string(257, 'v')}}).error().code, Errc::invalid_tag);
  EXPECT_EQ(store_->set_tags(ref_, {{"", "v"}}).error().code, Errc::invalid_tag);
}

TEST_F(StoreTest, ABodyOtherThanAnnouncedIsRefusedAndLeavesNothing) {
  for (const size_t size : {5u, 50'000u, 3'000'000u}) {
    const std::string bytes = test_bytes(size);
    for (const auto algorithm : {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme,
                                 ChecksumAlgorithm::kSha256}) {
      PutOptions options;
      options.expected = {checksum_of(algorithm, bytes)};
      ASSERT_OK(put(ref_, bytes, options));
      ASSERT_OK(store_->remove(ref_));
      options.expected = {checksum_of(algorithm, "something else")};
      EXPECT_EQ(put(ref_, bytes, options).error().code, Errc::checksum_mismatch);
    }
    PutOptions options;
    options.expected_md5 = md5_of("something else");
    EXPECT_EQ(put(ref_, bytes, options).error().code, Errc::checksum_mismatch);
    options.expected_md5 = md5_of(bytes);
    options.expected_size_bytes = size + 1;
    EXPECT_EQ(put(ref_, bytes, options).error().code, Errc::checksum_mismatch);
  }
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(StoreTest, PreconditionsDecide) {
  PutOptions must_be_new;
  must_be_new.preconditions.if_none_match = "*";
  const ObjectInfo first = unwrap(put(ref_, test_bytes(20'000), must_be_new));
  EXPECT_EQ(put(ref_, test_bytes(20'000), must_be_new).error().code, Errc::precondition_failed);
  PutOptions must_match;
  must_match.preconditions.if_match = first.etag;
  ASSERT_OK(put(ref_, "second", must_match));
  EXPECT_EQ(put(ref_, "third", must_match).error().code, Errc::precondition_failed);
  EXPECT_EQ(put({"raw", "other"}, "x", must_match).error().code, Errc::no_such_key);
  must_match.preconditions.if_match = "*";
  EXPECT_OK(put(ref_, "fourth", must_match));
  EXPECT_EQ(count_files(), 0u) << "a refused body leaves nothing";
}

TEST_F(StoreTest, AFailingSourceLeavesNothing) {
  class Failing final : public ByteSource {
   public:
    Result<size_t> read(char* out, size_t size_bytes) override {
      if (left_ == 0) return Error{caudal::Errc::io, "the line broke"};
      const size_t got = std::min(size_bytes, left_);
      std::fill_n(out, got, 'x');
      left_ -= got;
      return got;
    }
    size_t left_ = 4'000'000;
  };
  for (const size_t size : {0u, 100u, 100'000u, 4'000'000u}) {
    Failing source;
    source.left_ = size;
    EXPECT_EQ(store_->put(ref_, source).error().message, "the line broke");
  }
  EXPECT_EQ(count_files(), 0u);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
}

TEST_F(StoreTest, PutFileMovesOrCopies) {
  for (const size_t size : {10u, 100'000u}) {
    const auto path = dir_.path() / "finished.parquet";
    const std::string bytes = test_bytes(size);
    ASSERT_OK(write_file_durably(path, bytes));
    ASSERT_OK(store_->put_file(ref_, path, {}, Adopt::kCopy));
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(unwrap(get(ref_)), bytes);
    const ObjectInfo info = unwrap(store_->put_file({"raw", "moved"}, path, {}, Adopt::kMove));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(info.etag, to_hex(md5_of(bytes)));
    EXPECT_EQ(unwrap(get({"raw", "moved"})), bytes);
  }
  EXPECT_EQ(count_files(), 2u);
}

TEST_F(StoreTest, PutFileThatFailsLeavesTheFile) {
  const auto path = dir_.path() / "finished.parquet";
  ASSERT_OK(write_file_durably(path, test_bytes(100'000)));
  PutOptions options;
  options.expected_md5 = md5_of("something else");
  EXPECT_EQ(store_->put_file(ref_, path, options, Adopt::kMove).error().code, Errc::checksum_mismatch);
  EXPECT_EQ(unwrap(read_file(path)), test_bytes(100'000));
  EXPECT_EQ(count_files(), 0u);
  EXPECT_TRUE(store_->put_file(ref_, dir_.path() / "nothing", {}, Adopt::kMove).error().is(ErrorClass::kNotFound));
}

TEST_F(StoreTest, ALinkKeepsItsBytes) {
  for (const size_t size : {0u, 10u, 100'000u}) {
    const std::string bytes = test_bytes(size);
    const auto target = dir_.path() / ("link" + std::to_string(size));
    ASSERT_OK(put(ref_, bytes));
    EXPECT_EQ(unwrap(store_->link_to(ref_, target)).size_bytes, size);
    EXPECT_EQ(unwrap(read_file(target)), bytes);
    ASSERT_OK(put(ref_, "other"));
    ASSERT_OK(store_->remove(ref_));
    EXPECT_EQ(unwrap(read_file(target)), bytes);
  }
  EXPECT_EQ(store_->link_to(ref_, dir_.path() / "none").error().code, Errc::no_such_key);
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "none"));
}

}  // namespace
}  // namespace caudal::objects
