// SPDX-License-Identifier: Apache-2.0
// Copies that share bodies.
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class CopyTest : public StoreFixture {
 protected:
  CopyTest() { EXPECT_OK(store_->create_bucket("raw")); }
  const ObjectRef a_{"raw", "a"};
  const ObjectRef b_{"raw", "b"};
  const ObjectRef c_{"raw", "c"};
};

TEST_F(CopyTest, SharesTheBlobUntilTheLastNameIsGone) {
  const std::string bytes = test_bytes(50'000);
  PutOptions options;
  options.metadata = {{"m", "1"}};
  ASSERT_OK(put(a_, bytes, options));
  clock_.advance(std::chrono::seconds(5));
  const ObjectInfo copied = unwrap(store_->copy(a_, b_));
  EXPECT_EQ(copied.modified, clock_.now());
  EXPECT_EQ(copied.metadata, options.metadata);
  EXPECT_EQ(copied.key, "b");
  ASSERT_OK(store_->copy(b_, c_));
  EXPECT_EQ(count_files(), 1u);
  ASSERT_OK(store_->remove(a_));
  ASSERT_OK(put(b_, "new"));
  EXPECT_EQ(count_files(), 1u);
  open();
  EXPECT_EQ(unwrap(get(c_)), bytes);
  ASSERT_OK(store_->remove(c_));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(CopyTest, InlineBodiesToo) {
  ASSERT_OK(put(a_, "small"));
  ASSERT_OK(store_->copy(a_, b_));
  ASSERT_OK(store_->remove(a_));
  EXPECT_EQ(unwrap(get(b_)), "small");
}

TEST_F(CopyTest, HasTheChecksumThatIsAskedFor) {
  for (const size_t size : {9u, 50'000u}) {
    const std::string bytes = test_bytes(size);
    PutOptions options;
    options.algorithms = {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kSha1};
    ASSERT_OK(put(a_, bytes, options));
    const ObjectInfo kept = unwrap(store_->copy(a_, b_, {.checksum = ChecksumAlgorithm::kSha1}));
    ASSERT_EQ(kept.checksums.size(), 1u);
    EXPECT_EQ(kept.checksums[0].algorithm, ChecksumAlgorithm::kSha1);
    EXPECT_EQ(count_files(), size > kInlineBytes ? 1u : 0u) << "it is known, and the body is shared";
    const ObjectInfo anew = unwrap(store_->copy(a_, c_, {.checksum = ChecksumAlgorithm::kSha256}));
    RunningChecksum expected(ChecksumAlgorithm::kSha256);
    expected.update(bytes);
    EXPECT_EQ(anew.checksums, std::vector{expected.finish()});
    EXPECT_EQ(unwrap(store_->head(c_)).checksums, anew.checksums);
    EXPECT_EQ(unwrap(get(c_)), bytes);
    EXPECT_EQ(count_files(), size > kInlineBytes ? 2u : 0u);
    for (const ObjectRef& each : {a_, b_, c_}) ASSERT_OK(store_->remove(each));
  }
}

TEST_F(CopyTest, OntoItselfReplacesWhatIsSaidOfIt) {
  for (const size_t size : {0u, 5u, 50'000u}) {
    const std::string bytes = test_bytes(size);
    ASSERT_OK(put(a_, bytes));
    PutOptions replaced;
    replaced.content_type = "text/plain";
    replaced.metadata = {{"new", "yes"}};
    const ObjectInfo info = unwrap(store_->copy(a_, a_, {.replace = replaced}));
    EXPECT_EQ(info.content_type, "text/plain");
    EXPECT_EQ(info.metadata, replaced.metadata);
    EXPECT_EQ(unwrap(get(a_)), bytes);
    EXPECT_EQ(count_files(), size > kInlineBytes ? 1u : 0u);
  }
  ASSERT_OK(store_->remove(a_));
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(CopyTest, AnOldVersionComesBack) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  const auto v1 = unwrap(put(a_, test_bytes(50'000))).version;
  ASSERT_OK(put(a_, "v2"));
  ASSERT_OK(store_->copy(a_, a_, {.source_version = v1}));
  EXPECT_EQ(unwrap(get(a_)), test_bytes(50'000));
  EXPECT_EQ(count_files(), 1u);
  ASSERT_OK(store_->remove(a_, v1));
  EXPECT_EQ(unwrap(get(a_)), test_bytes(50'000));
}

TEST_F(CopyTest, SaysWhatIsMissing) {
  EXPECT_EQ(store_->copy(a_, b_).error().code, Errc::no_such_key);
  ASSERT_OK(put(a_, "x"));
  EXPECT_EQ(store_->copy(a_, {"nowhere", "b"}).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->copy(a_, {"raw", ""}).error().code, Errc::invalid_key);
  CopyOptions must_be_new;
  must_be_new.preconditions.if_none_match = "*";
  ASSERT_OK(store_->copy(a_, b_, must_be_new));
  EXPECT_EQ(store_->copy(a_, b_, must_be_new).error().code, Errc::precondition_failed);
}

}  // namespace
}  // namespace caudal::objects
