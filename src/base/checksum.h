// SPDX-License-Identifier: Apache-2.0
// Checksums of bodies: the MD5 that becomes the ETag, and those of S3's x-amz-checksum-* headers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace caudal {

// The numbers are stored.
enum class ChecksumAlgorithm : uint8_t { kCrc32 = 1, kCrc32c = 2, kCrc64Nvme = 3, kSha256 = 4, kSha1 = 5 };

inline constexpr std::array kAllChecksumAlgorithms = {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c,
                                                      ChecksumAlgorithm::kCrc64Nvme, ChecksumAlgorithm::kSha256,
                                                      ChecksumAlgorithm::kSha1};

// "CRC32", "CRC32C", "CRC64NVME", "SHA256", "SHA1", as S3 spells them.
std::string_view to_string(ChecksumAlgorithm algorithm);
std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name);

struct Checksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::kCrc64Nvme;
  std::string value = {};  // raw bytes, big-endian for the CRCs
  // 0: of the whole object ("full object"); else of the values of that many parts ("composite", S3's "value-N").
  uint32_t parts = 0;
  friend bool operator==(const Checksum&, const Checksum&) = default;
};

// One checksum of one stream. Not thread-safe.
class RunningChecksum {
 public:
  explicit RunningChecksum(ChecksumAlgorithm algorithm);
  void update(std::string_view bytes);
  // Of the whole object; to be called once.
  Checksum finish();

 private:
  ChecksumAlgorithm algorithm_;
  uint64_t crc_ = 0;
  std::optional<Digest> digest_;  // of the algorithms that are no CRC
};

struct Digests {
  std::string md5;  // 16 raw bytes
  std::vector<Checksum> checksums;
};

// MD5 and the given checksums of one stream. Not thread-safe.
class Digester {
 public:
  explicit Digester(const std::vector<ChecksumAlgorithm>& algorithms);
  void update(std::string_view bytes);
  // To be called once.
  Digests finish();

 private:
  Digest md5_;
  std::vector<RunningChecksum> checksums_;
};

// The checksum of a followed by b, from those of a and of b. Only for the CRCs.
Checksum combine(const Checksum& a, const Checksum& b, uint64_t size_of_b_bytes);
// The checksum of one short text.
Checksum checksum_of(ChecksumAlgorithm algorithm, std::string_view bytes);
std::string md5_of(std::string_view bytes);

}  // namespace caudal
