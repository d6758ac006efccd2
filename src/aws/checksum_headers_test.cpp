// SPDX-License-Identifier: Apache-2.0
#include "aws/checksum_headers.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace caudal::aws {
namespace {

TEST(ChecksumHeaders, NamesReadBackInAnyCase) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    EXPECT_EQ(algorithm_of_header(checksum_header(algorithm)), algorithm);
  }
  EXPECT_EQ(algorithm_of_header("X-Amz-Checksum-CRC64NVME"), ChecksumAlgorithm::kCrc64Nvme);
  EXPECT_EQ(algorithm_of_header("x-amz-checksum-md5"), std::nullopt);
}

TEST(ChecksumHeaders, ValuesHaveTheLengthOfTheirAlgorithm) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    const std::string value = checksum_of(algorithm, "abc").value;
    EXPECT_EQ(parse_checksum(algorithm, to_base64(value)), value);
    EXPECT_EQ(parse_checksum(algorithm, to_base64(value + "x")), std::nullopt);
    EXPECT_EQ(parse_checksum(algorithm, ""), std::nullopt);
    EXPECT_EQ(parse_checksum(algorithm, "no base64"), std::nullopt);
  }
}

TEST(ChecksumHeaders, ABadDigestNamesTheAlgorithm) {
  EXPECT_EQ(bad_digest(ChecksumAlgorithm::kCrc32c).message,
            "The CRC32C you specified did not match the calculated checksum.");
}

}  // namespace
}  // namespace caudal::aws
