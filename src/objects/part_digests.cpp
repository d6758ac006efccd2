// SPDX-License-Identifier: Apache-2.0
// S3's ETags and checksums of multipart objects.
#include "objects/part_digests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"

namespace caudal::objects {
namespace {

const Checksum& checksum_of_part(const DigestedPart& part, ChecksumAlgorithm algorithm) {
  const auto found = std::find_if(part.checksums.begin(), part.checksums.end(),
                                  [&](const Checksum& checksum) { return checksum.algorithm == algorithm; });
  CHECK(found != part.checksums.end(), "a part lacks a checksum of its upload");
  return *found;
}

}  // namespace

std::string etag_of(const std::vector<DigestedPart>& parts) {
  std::string md5s;
  for (const DigestedPart& part : parts) md5s += part.md5;
  return fmt::format("{}-{}", to_hex(md5_of(md5s)), parts.size());
}

Checksum whole_checksum(const std::vector<DigestedPart>& parts, ChecksumAlgorithm algorithm, ChecksumType type) {
  if (type == ChecksumType::kComposite) {
    std::string values;
    for (const DigestedPart& part : parts) values += checksum_of_part(part, algorithm).value;
    Checksum checksum = checksum_of(algorithm, values);
    checksum.parts = static_cast<uint32_t>(parts.size());
    return checksum;
  }
  Checksum checksum = checksum_of_part(parts.front(), algorithm);
  for (size_t i = 1; i < parts.size(); ++i) {
    checksum = combine(checksum, checksum_of_part(parts[i], algorithm), parts[i].size_bytes);
  }
  return checksum;
}

}  // namespace caudal::objects
