// SPDX-License-Identifier: Apache-2.0
// Objects that are encrypted at rest: what is told of them is of the plain bytes, what is on the disk is not.
#include "base/encoding.h"
#include "base/random.h"
#include "objects/body_cipher.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class EncryptionTest : public StoreFixture {
 protected:
  EncryptionTest() {
    reopen(ring_.get());
    EXPECT_OK(store_->create_bucket("raw"));
  }
  void reopen(KeyRing* keys) {
    store_.reset();
    store_ = unwrap(
        Store::open(*kv_, blob_directory(), clock_, {.min_part_size_bytes = 100, .keys = keys, .files = &files_}));
  }
  static PutOptions encrypted() {
    PutOptions options;
    options.encrypt = true;
    return options;
  }
  std::vector<std::filesystem::path> blobs() const {
    std::vector<std::filesystem::path> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(blob_directory())) {
      if (entry.is_regular_file()) all.push_back(entry.path());
    }
    return all;
  }
  // Of all blobs, one after the other.
  std::string on_disk() const {
    std::string all;
    for (const auto& path : blobs()) all += unwrap(read_file(path));
    return all;
  }
  void overwrite(const std::filesystem::path& path, std::string bytes) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    ASSERT_OK(unwrap(File::create(path)).write(bytes));
  }
  std::unique_ptr<FileKeyRing> ring_ = unwrap(FileKeyRing::open(dir_.path() / "keys"));
  const ObjectRef ref_{"raw", "secret"};
  const std::string large_ = test_bytes(2'500'000);
};

TEST_F(EncryptionTest, WhatIsToldIsOfThePlainBytes) {
  for (const size_t size :
       {size_t{0}, size_t{1}, kInlineBytes, kInlineBytes + 1, kCipherChunkBytes, size_t{1} << 20, large_.size()}) {
    const std::string plain = large_.substr(0, size);
    const ObjectInfo info = unwrap(put(ref_, plain, encrypted()));
    EXPECT_TRUE(info.is_encrypted) << size;
    EXPECT_EQ(info.size_bytes, size);
    EXPECT_EQ(info.etag, to_hex(md5_of(plain)));
    EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, plain)});
    open();
    reopen(ring_.get());
    EXPECT_EQ(unwrap(get(ref_)), plain) << size;
    EXPECT_TRUE(unwrap(store_->head(ref_)).is_encrypted);
  }
}

TEST_F(EncryptionTest, ThePlainBytesAreNotOnTheDisk) {
  const std::string small = "a body that is kept in its row";
  ASSERT_OK(put(ref_, large_, encrypted()));
  ASSERT_OK(put({"raw", "small"}, small, encrypted()));
  EXPECT_EQ(on_disk().size(), large_.size() + kTagBytes * 39);
  for (size_t at = 0; at + 32 < large_.size(); at += 100'000) {
    EXPECT_EQ(on_disk().find(large_.substr(at, 32)), std::string::npos);
  }
  kv::Scan scan = kv_->scan(unwrap(kv_->family(kBodiesFamily)), kv::Range::all());
  ASSERT_TRUE(scan.valid());
  EXPECT_EQ(scan.value().find(small.substr(0, 8)), std::string_view::npos);
}

TEST_F(EncryptionTest, ACopyIsEncryptedWhereItsOptionsSaySo) {
  for (const std::string& plain : {large_, std::string("a body that is kept in its row")}) {
    ASSERT_OK(put(ref_, plain));
    for (const ObjectRef& target : {ObjectRef{"raw", "other"}, ref_}) {
      ASSERT_FALSE(unwrap(store_->head(ref_)).is_encrypted);
      EXPECT_TRUE(unwrap(store_->copy(ref_, target, {.replace = encrypted()})).is_encrypted);
      EXPECT_TRUE(unwrap(store_->head(target)).is_encrypted);
      EXPECT_EQ(unwrap(get(target)), plain);
    }
    EXPECT_EQ(on_disk().find(plain.substr(0, 32)), std::string::npos);
  }
  kv::Scan scan = kv_->scan(unwrap(kv_->family(kBodiesFamily)), kv::Range::all());
  ASSERT_TRUE(scan.valid());
  for (; scan.valid(); scan.next()) EXPECT_EQ(scan.value().find("a body that"), std::string_view::npos);
}

TEST_F(EncryptionTest, RangesOpenOnlyWhatTheyTouch) {
  ASSERT_OK(put(ref_, large_, encrypted()));
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const uint64_t first = random.below(large_.size());
    const uint64_t last = first + random.below(200'000);
    EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(first, last))), large_.substr(first, last - first + 1));
  }
  std::string damaged = on_disk();
  damaged[5 * kSealedChunkBytes + 9] ^= 1;
  overwrite(blobs().at(0), damaged);
  const uint64_t chunk = 5 * kCipherChunkBytes;
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(chunk - 10, chunk - 1))), large_.substr(chunk - 10, 10));
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::from(chunk + kCipherChunkBytes))),
            large_.substr(chunk + kCipherChunkBytes));
  EXPECT_EQ(get(ref_, {}, ByteRange::between(chunk - 10, chunk)).error().code, Errc::corrupt);
  EXPECT_EQ(get(ref_).error().code, Errc::corrupt) << "an error, never wrong bytes";
}

TEST_F(EncryptionTest, CutOffAndSwappedBodiesAreNoticed) {
  ASSERT_OK(put(ref_, large_, encrypted()));
  const std::string whole = on_disk();
  overwrite(blobs().at(0), whole.substr(0, whole.size() - 1));
  EXPECT_EQ(get(ref_).error().code, Errc::corrupt);
  overwrite(blobs().at(0), whole.substr(0, kSealedChunkBytes * 3));
  EXPECT_EQ(get(ref_, {}, ByteRange::suffix(10)).error().code, Errc::corrupt);
  overwrite(blobs().at(0), large_);
  EXPECT_EQ(get(ref_).error().code, Errc::corrupt);
  overwrite(blobs().at(0), whole);
  EXPECT_EQ(unwrap(get(ref_)), large_);
}

TEST_F(EncryptionTest, SmallBodiesAreGuardedToo) {
  ASSERT_OK(put(ref_, "hello", encrypted()));
  const kv::Family bodies = unwrap(kv_->family(kBodiesFamily));
  std::string id;
  std::string bytes;
  {
    kv::Scan scan = kv_->scan(bodies, kv::Range::all());
    id = scan.key();
    bytes = scan.value();
  }
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  kv::Batch batch;
  batch.put(bodies, id, bytes);
  ASSERT_OK(kv_->commit(std::move(batch)));
  EXPECT_EQ(get(ref_).error().code, Errc::corrupt);
}

TEST_F(EncryptionTest, PartsHaveKeysOfTheirOwn) {
  const std::string upload = unwrap(store_->create_upload(ref_, {.put = encrypted()}));
  for (const uint32_t number : {1u, 2u}) {
    TextSource source(std::string_view(large_).substr(0, 150'000));
    ASSERT_OK(store_->upload_part(ref_, upload, number, source));
  }
  const std::string disk = on_disk();
  EXPECT_NE(disk.substr(0, 100), disk.substr(disk.size() / 2, 100)) << "the same bytes, sealed by two keys";
  const ObjectInfo info = unwrap(store_->complete_upload(ref_, upload, {{.number = 1}, {.number = 2}}));
  EXPECT_TRUE(info.is_encrypted);
  const std::string whole = large_.substr(0, 150'000) + large_.substr(0, 150'000);
  EXPECT_EQ(info.checksums, std::vector{checksum_of(ChecksumAlgorithm::kCrc64Nvme, whole)});
  EXPECT_EQ(unwrap(get(ref_)), whole);
  EXPECT_EQ(unwrap(get(ref_, {}, ByteRange::between(149'990, 150'010))), whole.substr(149'990, 21));
  ASSERT_OK(store_->link_to(ref_, dir_.path() / "link"));
  EXPECT_EQ(unwrap(read_file(dir_.path() / "link")), whole) << "local programs get plain bytes";
}

TEST_F(EncryptionTest, ABucketEncryptsByItsSetting) {
  ASSERT_OK(store_->put_setting("raw", settings::kEncryption, "AES256"));
  EXPECT_TRUE(unwrap(put(ref_, large_)).is_encrypted);
  EXPECT_TRUE(unwrap(put(ref_, "small")).is_encrypted);
  PutOptions plain;
  plain.encrypt = false;
  EXPECT_FALSE(unwrap(put(ref_, "small", plain)).is_encrypted);
  const auto file = dir_.path() / "file";
  ASSERT_OK(write_file_durably(file, large_));
  EXPECT_TRUE(unwrap(store_->put_file(ref_, file, {}, Adopt::kMove)).is_encrypted);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(unwrap(get(ref_)), large_);
  const std::string upload = unwrap(store_->create_upload(ref_));
  ASSERT_OK(store_->remove_setting("raw", settings::kEncryption));
  TextSource source("part");
  ASSERT_OK(store_->upload_part(ref_, upload, 1, source));
  EXPECT_TRUE(unwrap(store_->complete_upload(ref_, upload, {{.number = 1}})).is_encrypted) << "as when it began";
  EXPECT_EQ(unwrap(get(ref_)), "part");
  EXPECT_FALSE(unwrap(put(ref_, "small")).is_encrypted);
}

TEST_F(EncryptionTest, CopiesShareOrChangeWhatTheyAre) {
  ASSERT_OK(put(ref_, large_, encrypted()));
  const ObjectRef target{"raw", "copy"};
  EXPECT_TRUE(unwrap(store_->copy(ref_, target)).is_encrypted);
  EXPECT_EQ(count_files(), 1u) << "no bytes were copied";
  EXPECT_EQ(unwrap(get(target)), large_);
  CopyOptions options{.encrypt = false};
  const ObjectInfo info = unwrap(store_->copy(ref_, target, options));
  EXPECT_FALSE(info.is_encrypted);
  EXPECT_EQ(info.etag, to_hex(md5_of(large_)));
  EXPECT_EQ(count_files(), 2u);
  EXPECT_EQ(unwrap(get(target)), large_);
  ASSERT_OK(put(ref_, "small", encrypted()));
  EXPECT_TRUE(unwrap(store_->copy(ref_, target)).is_encrypted);
  EXPECT_EQ(unwrap(get(target)), "small");
}

TEST_F(EncryptionTest, WithoutTheKeysNothingIsRead) {
  ASSERT_OK(put(ref_, large_, encrypted()));
  ASSERT_OK(put({"raw", "plain"}, "plain"));
  reopen(nullptr);
  EXPECT_EQ(get(ref_).error().code, Errc::key_unavailable);
  EXPECT_EQ(put(ref_, "x", encrypted()).error().code, Errc::key_unavailable);
  EXPECT_EQ(store_->create_upload(ref_, {.put = encrypted()}).error().code, Errc::key_unavailable);
  EXPECT_EQ(unwrap(get({"raw", "plain"})), "plain");
  const auto other = unwrap(FileKeyRing::open(dir_.path() / "other"));
  reopen(other.get());
  EXPECT_EQ(get(ref_).error().code, Errc::key_unavailable);
  reopen(ring_.get());
  ASSERT_OK(ring_->rotate());
  EXPECT_EQ(unwrap(get(ref_)), large_);
}

}  // namespace
}  // namespace caudal::objects
