// SPDX-License-Identifier: Apache-2.0
// Digests of an object that was made of parts, from those of the parts. Inside room objects only.
#pragma once

#include <string>
#include <vector>

#include "objects/multipart.h"

namespace caudal::objects {

struct DigestedPart {
  uint64_t size_bytes = 0;
  std::string md5;  // 16 raw bytes
  std::vector<Checksum> checksums;
};

// "...-N".
std::string etag_of(const std::vector<DigestedPart>& parts);
// All parts have a checksum of that algorithm.
Checksum whole_checksum(const std::vector<DigestedPart>& parts, ChecksumAlgorithm algorithm, ChecksumType type);

}  // namespace caudal::objects
