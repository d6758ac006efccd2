// SPDX-License-Identifier: Apache-2.0
// Large local files: hashed in parts, one blob, the same object whichever way they come in.
#include "objects/parallel_writer.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "objects/body_cipher.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class ParallelTest : public StoreFixture {
 protected:
  ParallelTest() {
    EXPECT_OK(store_->create_bucket("raw"));
    EXPECT_OK(write_file_durably(file_, large_));
  }
  static std::string large() {
    std::string bytes = test_bytes(kManyPartsBytes / 16 + 12'345);
    for (int i = 0; i < 4; ++i) bytes += bytes;
    bytes.resize(kManyPartsBytes + 12'345);
    return bytes;
  }
  std::string etag() const {
    constexpr size_t kPart = size_t{16} << 20;
    std::string md5s;
    for (size_t at = 0; at < large_.size(); at += kPart) md5s += md5_of(std::string_view(large_).substr(at, kPart));
    return to_hex(md5_of(md5s)) + "-5";
  }
  const std::string large_ = large();
  const std::filesystem::path file_ = dir_.path() / "file";
  const ObjectRef ref_{"raw", "large"};
};

TEST_F(ParallelTest, AFileIsOneBlobOfManyParts) {
  uint64_t told = 0;
  const FileProgress progress = [&](uint64_t done, uint64_t size) -> Result<void> {
    EXPECT_GT(done, told);
    EXPECT_EQ(size, large_.size());
    told = done;
    return {};
  };
  const ObjectInfo info = unwrap(store_->put_file(ref_, file_, {}, Adopt::kCopy, progress));
  EXPECT_EQ(told, large_.size());
  EXPECT_EQ(info.etag, etag());
  EXPECT_EQ(info.size_bytes, large_.size());
  EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, large_)});
  EXPECT_EQ(count_files(), 1u);
  EXPECT_TRUE(std::filesystem::exists(file_));
  open();
  EXPECT_EQ(unwrap(get(ref_)), large_);
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between((16 << 20) - 5, (16 << 20) + 5))),
            large_.substr((16 << 20) - 5, 11));
  {
    Reader last = unwrap(store_->read(ref_, {.part_number = 5}));
    EXPECT_EQ(unwrap(read_all(last)), large_.substr(size_t{64} << 20));
    EXPECT_EQ(last.parts_count(), 5u);
  }
  EXPECT_EQ(unwrap(store_->stat(ref_, {.part_number = 2})).first_byte, uint64_t{16} << 20);
  const ObjectPartsPage parts = unwrap(store_->object_parts({.ref = ref_}));
  ASSERT_EQ(parts.parts.size(), 5u);
  EXPECT_EQ(parts.parts[4].checksums,
            std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, large_.substr(size_t{64} << 20))});
  const auto link = dir_.path() / "link";
  ASSERT_OK(store_->link_to(ref_, link));
  EXPECT_EQ(std::filesystem::hard_link_count(link), 2u) << "lent without a copy";
  ASSERT_OK(store_->copy(ref_, {"raw", "copy"}));
  ASSERT_OK(store_->remove(ref_));
  EXPECT_EQ(unwrap(store_->object_parts({.ref = {"raw", "copy"}})).parts.size(), 5u);
  ASSERT_OK(store_->remove({"raw", "copy"}));
  EXPECT_EQ(count_files(), 0u);
  EXPECT_FALSE(kv_->scan(unwrap(kv_->family("objects.layouts")), kv::Range::all()).valid());
}

TEST_F(ParallelTest, AFileThatEndsInTheMiddleOfAPieceIsWhole) {
  // More parts than lanes, and ends of all kinds: of a part, a piece, a block, and bytes beside them.
  const std::string many = large_ + large_ + large_ + large_ + large_;
  for (const size_t size : {size_t{17} << 24, (size_t{17} << 24) + (1 << 19), (size_t{17} << 24) + 64, many.size()}) {
    const std::string_view bytes = std::string_view(many).substr(0, size);
    ASSERT_OK(write_file_durably(file_, bytes));
    const ObjectInfo info = unwrap(store_->put_file(ref_, file_, {}, Adopt::kCopy));
    EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, bytes)}) << size;
    constexpr size_t kPart = size_t{16} << 20;
    std::string md5s;
    for (size_t at = 0; at < size; at += kPart) md5s += md5_of(bytes.substr(at, kPart));
    EXPECT_EQ(info.etag, fmt::format("{}-{}", to_hex(md5_of(md5s)), (size + kPart - 1) / kPart));
    EXPECT_TRUE(unwrap(get(ref_)) == bytes) << size;
  }
}

TEST_F(ParallelTest, SmallPartsAreAsManyAsAreHashedInStep) {
  constexpr size_t kLeast = size_t{256} << 10;
  PutOptions small;
  small.small_parts = true;
  for (const size_t size :
       {size_t{1} << 20, (size_t{4} << 20) - 1, size_t{4} << 20, (size_t{4} << 20) + 1, (size_t{64} << 20) + 77}) {
    std::string bytes = large_;
    while (bytes.size() < size) bytes += large_;
    bytes.resize(size);
    ASSERT_OK(write_file_durably(file_, bytes));
    const ObjectInfo info = unwrap(store_->put_file(ref_, file_, small, Adopt::kCopy));
    size_t part = kLeast;
    while (part * 16 < size) part += kLeast;
    std::string md5s;
    for (size_t at = 0; at < size; at += part) md5s += md5_of(std::string_view(bytes).substr(at, part));
    EXPECT_EQ(info.etag, fmt::format("{}-{}", to_hex(md5_of(md5s)), (size + part - 1) / part)) << size;
    EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, bytes)}) << size;
    EXPECT_TRUE(unwrap(get(ref_)) == bytes) << size;
  }
  const std::string little = large_.substr(0, (1 << 20) - 1);
  ASSERT_OK(write_file_durably(file_, little));
  EXPECT_EQ(unwrap(store_->put_file(ref_, file_, small, Adopt::kCopy)).etag, to_hex(md5_of(little)));
}

TEST_F(ParallelTest, AnAdoptedFileIsTheSameObject) {
  const ObjectInfo info = unwrap(store_->put_file(ref_, file_, {}, Adopt::kMove));
  EXPECT_EQ(info.etag, etag());
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(unwrap(get(ref_)), large_);
}

TEST_F(ParallelTest, EncryptedItIsTheSameObjectToo) {
  const auto ring = unwrap(FileKeyRing::open(dir_.path() / "keys"));
  store_.reset();
  store_ = unwrap(Store::open(*kv_, blob_directory(), clock_, {.keys = ring.get(), .files = &files_}));
  PutOptions options;
  options.encrypt = true;
  const ObjectInfo info = unwrap(store_->put_file(ref_, file_, options, Adopt::kMove));
  EXPECT_TRUE(info.is_encrypted);
  EXPECT_EQ(info.etag, etag());
  EXPECT_EQ(unwrap(get(ref_)), large_);
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::suffix(100))), large_.substr(large_.size() - 100));
}

TEST_F(ParallelTest, DigestsOfASingleStreamAreKept) {
  PutOptions options;
  options.expected_md5 = md5_of(large_);
  EXPECT_EQ(unwrap(store_->put_file(ref_, file_, options, Adopt::kCopy)).etag, to_hex(md5_of(large_)));
  options = {};
  options.expected = {checksum_of(ChecksumAlgorithm::kSha256, large_)};
  EXPECT_EQ(unwrap(store_->put_file(ref_, file_, options, Adopt::kCopy)).etag, to_hex(md5_of(large_)));
  options.expected = {checksum_of(ChecksumAlgorithm::kCrc32c, large_)};
  EXPECT_EQ(unwrap(store_->put_file(ref_, file_, options, Adopt::kCopy)).etag, etag()) << "CRCs can be put together";
  options.expected[0].value[0] ^= 1;
  EXPECT_EQ(store_->put_file(ref_, file_, options, Adopt::kCopy).error().code, Errc::checksum_mismatch);
  EXPECT_EQ(count_files(), 1u);
}

TEST_F(ParallelTest, WhatFailsOrIsStoppedLeavesNothing) {
  const FileProgress stop = [](uint64_t, uint64_t) -> Result<void> { return Error{caudal::Errc::cancelled, "stop"}; };
  EXPECT_EQ(store_->put_file(ref_, file_, {}, Adopt::kCopy, stop).error().code, caudal::Errc::cancelled);
  EXPECT_EQ(count_files(), 0u);
  plan_.fail_after(1, ENOSPC, FaultPlan::Lasting::kOnce);  // taking room for all of it
  EXPECT_EQ(store_->put_file(ref_, file_, {}, Adopt::kCopy).error().code, caudal::Errc::no_space);
  EXPECT_EQ(count_files(), 0u);
  plan_.fail_after(30, ENOSPC, FaultPlan::Lasting::kOnce);
  EXPECT_EQ(store_->put_file(ref_, file_, {}, Adopt::kCopy).error().code, caudal::Errc::no_space);
  EXPECT_EQ(count_files(), 0u);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
}

}  // namespace
}  // namespace caudal::objects
