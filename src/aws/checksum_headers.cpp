// SPDX-License-Identifier: Apache-2.0
#include "aws/checksum_headers.h"

#include <fmt/format.h>

#include "aws/request.h"
#include "base/encoding.h"

namespace caudal::aws {

std::string_view checksum_header(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32: return "x-amz-checksum-crc32";
    case ChecksumAlgorithm::kCrc32c: return "x-amz-checksum-crc32c";
    case ChecksumAlgorithm::kCrc64Nvme: return "x-amz-checksum-crc64nvme";
    case ChecksumAlgorithm::kSha256: return "x-amz-checksum-sha256";
    case ChecksumAlgorithm::kSha1: return "x-amz-checksum-sha1";
  }
  return {};
}

std::optional<ChecksumAlgorithm> algorithm_of_header(std::string_view name) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    if (same_name(checksum_header(algorithm), name)) return algorithm;
  }
  return std::nullopt;
}

std::optional<std::string> parse_checksum(ChecksumAlgorithm algorithm, std::string_view text) {
  const auto size_bytes = [&]() -> size_t {
    switch (algorithm) {
      case ChecksumAlgorithm::kCrc32:
      case ChecksumAlgorithm::kCrc32c: return 4;
      case ChecksumAlgorithm::kCrc64Nvme: return 8;
      case ChecksumAlgorithm::kSha256: return 32;
      case ChecksumAlgorithm::kSha1: return 20;
    }
    return 0;
  };
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != size_bytes()) return std::nullopt;
  return bytes;
}

ServiceError bad_digest(ChecksumAlgorithm algorithm) {
  return {.code = "BadDigest",
          .status = 400,
          .message = fmt::format("The {} you specified did not match the calculated checksum.", to_string(algorithm))};
}

}  // namespace caudal::aws
