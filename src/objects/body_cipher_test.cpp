// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM against a published vector, and chunks that were tampered with.
#include "objects/body_cipher.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "objects/errc.h"
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega).
TEST(Aes256Gcm, GivesThePublishedCiphertext) {
  const Secret key(*from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
  const std::string plain = *from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const std::string label = *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  Nonce nonce;
  from_hex("cafebabefacedbaddecaf888")->copy(nonce.data(), nonce.size());
  std::string sealed(plain.size() + kTagBytes, '\0');
  Aes256Gcm cipher(key);
  cipher.seal(nonce, label, plain, sealed.data());
  EXPECT_EQ(to_hex(sealed),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
  std::string opened(plain.size(), '\0');
  EXPECT_TRUE(cipher.open(nonce, label, sealed, opened.data()));
  EXPECT_EQ(opened, plain);
  EXPECT_FALSE(cipher.open(nonce, "another label", sealed, opened.data()));
  EXPECT_FALSE(cipher.open(nonce, label, "short", opened.data()));
}

class BodyCipherTest : public testing::Test {
 protected:
  Result<std::string> open(uint64_t first, std::string_view sealed) {
    std::string plain(sealed.size(), '\0');
    plain.resize(TRY(cipher_.open(first, sealed, plain.data())));
    return plain;
  }
  TemporaryDirectory dir_;
  std::unique_ptr<FileKeyRing> ring_ = unwrap(FileKeyRing::open(dir_.path() / "keys"));
  BodyCipher cipher_ = unwrap(BodyCipher::make(ring_.get()));
  const std::string plain_ = test_bytes(3 * kCipherChunkBytes + 100);
  const std::string sealed_ = cipher_.seal(0, plain_);
};

TEST_F(BodyCipherTest, OpensWholeBodiesAndSingleChunks) {
  EXPECT_EQ(sealed_.size(), plain_.size() + 4 * kTagBytes);
  EXPECT_EQ(sealed_.find(plain_.substr(0, 16)), std::string::npos);
  EXPECT_EQ(unwrap(open(0, sealed_)), plain_);
  EXPECT_EQ(unwrap(open(2, std::string_view(sealed_).substr(2 * kSealedChunkBytes, kSealedChunkBytes))),
            plain_.substr(2 * kCipherChunkBytes, kCipherChunkBytes));
  EXPECT_EQ(unwrap(open(3, std::string_view(sealed_).substr(3 * kSealedChunkBytes))),
            plain_.substr(3 * kCipherChunkBytes));
  BodyCipher again = unwrap(BodyCipher::open(ring_.get(), cipher_.wrapped_key()));
  std::string plain(plain_.size(), '\0');
  EXPECT_EQ(unwrap(again.open(0, sealed_, plain.data())), plain_.size());
  EXPECT_EQ(plain, plain_);
}

TEST_F(BodyCipherTest, EveryChangeIsNoticed) {
  for (const size_t place : {size_t{0}, kCipherChunkBytes, kSealedChunkBytes, sealed_.size() - 1}) {
    std::string changed = sealed_;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    EXPECT_EQ(open(0, changed).error().code, Errc::corrupt) << place;
  }
  const std::string first = sealed_.substr(0, kSealedChunkBytes);
  const std::string second = sealed_.substr(kSealedChunkBytes, kSealedChunkBytes);
  EXPECT_EQ(open(0, second + first).error().code, Errc::corrupt) << "chunks that changed places";
  EXPECT_EQ(open(0, std::string_view(sealed_).substr(0, sealed_.size() - 1)).error().code, Errc::corrupt);
  EXPECT_EQ(open(0, std::string_view(sealed_).substr(0, 10)).error().code, Errc::corrupt);
}

TEST_F(BodyCipherTest, EachBodyHasItsOwnKey) {
  BodyCipher other = unwrap(BodyCipher::make(ring_.get()));
  EXPECT_NE(other.seal(0, plain_), sealed_);
  std::string plain(plain_.size(), '\0');
  EXPECT_EQ(other.open(0, sealed_, plain.data()).error().code, Errc::corrupt);
  EXPECT_EQ(BodyCipher::make(nullptr).error().code, Errc::key_unavailable);
  EXPECT_EQ(BodyCipher::open(nullptr, cipher_.wrapped_key()).error().code, Errc::key_unavailable);
}

}  // namespace
}  // namespace caudal::objects
