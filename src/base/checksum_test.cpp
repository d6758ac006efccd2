// SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace caudal {
namespace {

TEST(Checksum, DigestsAreThoseOfTheStandards) {
  Digester digester({ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme,
                     ChecksumAlgorithm::kSha256, ChecksumAlgorithm::kSha1});
  digester.update("1234");
  digester.update("");
  digester.update("56789");
  const Digests digests = digester.finish();
  EXPECT_EQ(to_hex(digests.md5), "25f9e794323b453885f5181f1b624d0b");
  ASSERT_EQ(digests.checksums.size(), 5u);
  EXPECT_EQ(to_hex(digests.checksums[0].value), "cbf43926");
  EXPECT_EQ(to_hex(digests.checksums[1].value), "e3069283");
  EXPECT_EQ(to_hex(digests.checksums[2].value), "ae8b14860a799888");
  EXPECT_EQ(to_hex(digests.checksums[3].value), "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
  EXPECT_EQ(to_hex(digests.checksums[4].value), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
}

TEST(Checksum, EmptyBodies) {
  EXPECT_EQ(to_hex(md5_of("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(checksum_of(ChecksumAlgorithm::kSha256, "").value),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Checksum, CrcsCombine) {
  for (const auto algorithm : {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme}) {
    EXPECT_EQ(combine(checksum_of(algorithm, "hello "), checksum_of(algorithm, "world"), 5),
              checksum_of(algorithm, "hello world"))
        << to_string(algorithm);
  }
}

TEST(Checksum, NamesReadBack) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    EXPECT_EQ(parse_checksum_algorithm(to_string(algorithm)), algorithm);
  }
  EXPECT_EQ(parse_checksum_algorithm("MD5"), std::nullopt);
}

}  // namespace
}  // namespace caudal
