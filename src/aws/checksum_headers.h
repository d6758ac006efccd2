// SPDX-License-Identifier: Apache-2.0
// Checksums as S3's headers and trailers carry them: "x-amz-checksum-crc32: AAAAAA==".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/service_error.h"
#include "base/checksum.h"

namespace caudal::aws {

// "x-amz-checksum-crc32".
std::string_view checksum_header(ChecksumAlgorithm algorithm);
// In any case.
std::optional<ChecksumAlgorithm> algorithm_of_header(std::string_view name);
// The raw bytes; nothing when `text` is not the base64 of as many bytes as the algorithm makes.
std::optional<std::string> parse_checksum(ChecksumAlgorithm algorithm, std::string_view text);

// 400: what came is not what the client says it sent.
ServiceError bad_digest(ChecksumAlgorithm algorithm);

}  // namespace caudal::aws
