// SPDX-License-Identifier: Apache-2.0
// Cyclic redundancy checks with reflected polynomials, all ones at either end: CRC-32, CRC-32C and CRC-64/NVME.
#pragma once

#include <cstdint>
#include <string_view>

namespace caudal {

// Reflected polynomials. Sources: ISO-HDLC (zlib), RFC 3720 (iSCSI), NVM Express base specification 2.0, 5.2.1.3.4.
inline constexpr uint32_t kCrc32Polynomial = 0xedb88320;
inline constexpr uint32_t kCrc32cPolynomial = 0x82f63b78;
inline constexpr uint64_t kCrc64NvmePolynomial = 0x9a6c9329ac4bc9b5;

// The CRC of what `crc` covers followed by `bytes`; start with 0.
uint32_t crc32(uint32_t crc, std::string_view bytes);
uint32_t crc32c(uint32_t crc, std::string_view bytes);
uint64_t crc64_nvme(uint64_t crc, std::string_view bytes);

// The CRC of a followed by b, where b has `size_of_b_bytes`.
uint32_t crc32_combine(uint32_t a, uint32_t b, uint64_t size_of_b_bytes);
uint32_t crc32c_combine(uint32_t a, uint32_t b, uint64_t size_of_b_bytes);
uint64_t crc64_nvme_combine(uint64_t a, uint64_t b, uint64_t size_of_b_bytes);

}  // namespace caudal
