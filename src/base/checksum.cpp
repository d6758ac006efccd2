// SPDX-License-Identifier: Apache-2.0
// MD5 and SHA by digest.h, the CRCs by crc.h.
#include "base/checksum.h"

#include "base/check.h"
#include "base/crc.h"

namespace caudal {
namespace {

template <class Word>
std::string big_endian(Word value) {
  std::string bytes(sizeof(Word), '\0');
  for (size_t i = 0; i < sizeof(Word); ++i) bytes[i] = static_cast<char>(value >> (8 * (sizeof(Word) - 1 - i)));
  return bytes;
}

template <class Word>
Word from_big_endian(std::string_view bytes) {
  CHECK(bytes.size() == sizeof(Word), "a CRC of the wrong length");
  Word value = 0;
  for (const char c : bytes) value = static_cast<Word>(value << 8 | static_cast<unsigned char>(c));
  return value;
}

}  // namespace

std::string_view to_string(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32: return "CRC32";
    case ChecksumAlgorithm::kCrc32c: return "CRC32C";
    case ChecksumAlgorithm::kCrc64Nvme: return "CRC64NVME";
    case ChecksumAlgorithm::kSha256: return "SHA256";
    case ChecksumAlgorithm::kSha1: return "SHA1";
  }
  return "";
}

std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name) {
  for (const ChecksumAlgorithm algorithm : kAllChecksumAlgorithms) {
    if (to_string(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

RunningChecksum::RunningChecksum(ChecksumAlgorithm algorithm) : algorithm_(algorithm) {
  if (algorithm == ChecksumAlgorithm::kSha256) digest_.emplace(DigestAlgorithm::kSha256);
  if (algorithm == ChecksumAlgorithm::kSha1) digest_.emplace(DigestAlgorithm::kSha1);
}

void RunningChecksum::update(std::string_view bytes) {
  switch (algorithm_) {
    case ChecksumAlgorithm::kCrc32: crc_ = crc32(static_cast<uint32_t>(crc_), bytes); break;
    case ChecksumAlgorithm::kCrc32c: crc_ = crc32c(static_cast<uint32_t>(crc_), bytes); break;
    case ChecksumAlgorithm::kCrc64Nvme: crc_ = crc64_nvme(crc_, bytes); break;
    case ChecksumAlgorithm::kSha256:
    case ChecksumAlgorithm::kSha1: digest_->update(bytes); break;
  }
}

Checksum RunningChecksum::finish() {
  Checksum checksum{.algorithm = algorithm_, .value = {}, .parts = 0};
  switch (algorithm_) {
    case ChecksumAlgorithm::kCrc32:
    case ChecksumAlgorithm::kCrc32c: checksum.value = big_endian(static_cast<uint32_t>(crc_)); break;
    case ChecksumAlgorithm::kCrc64Nvme: checksum.value = big_endian(crc_); break;
    case ChecksumAlgorithm::kSha256:
    case ChecksumAlgorithm::kSha1: checksum.value = digest_->finish(); break;
  }
  return checksum;
}

Digester::Digester(const std::vector<ChecksumAlgorithm>& algorithms) : md5_(DigestAlgorithm::kMd5) {
  for (const ChecksumAlgorithm algorithm : algorithms) checksums_.emplace_back(algorithm);
}

void Digester::update(std::string_view bytes) {
  md5_.update(bytes);
  for (RunningChecksum& checksum : checksums_) checksum.update(bytes);
}

Digests Digester::finish() {
  Digests digests{.md5 = md5_.finish(), .checksums = {}};
  for (RunningChecksum& checksum : checksums_) digests.checksums.push_back(checksum.finish());
  return digests;
}

Checksum combine(const Checksum& a, const Checksum& b, uint64_t size_of_b_bytes) {
  CHECK(a.algorithm == b.algorithm, "checksums of two kinds cannot be combined");
  Checksum both{.algorithm = a.algorithm, .value = {}, .parts = 0};
  const auto narrow = [&](auto&& combine_words) {
    both.value = big_endian(
        combine_words(from_big_endian<uint32_t>(a.value), from_big_endian<uint32_t>(b.value), size_of_b_bytes));
  };
  switch (a.algorithm) {
    case ChecksumAlgorithm::kCrc32: narrow(crc32_combine); break;
    case ChecksumAlgorithm::kCrc32c: narrow(crc32c_combine); break;
    case ChecksumAlgorithm::kCrc64Nvme:
      both.value = big_endian(
          crc64_nvme_combine(from_big_endian<uint64_t>(a.value), from_big_endian<uint64_t>(b.value), size_of_b_bytes));
      break;
    case ChecksumAlgorithm::kSha256:
    case ChecksumAlgorithm::kSha1: CHECK(false, "only CRCs can be combined");
  }
  return both;
}

Checksum checksum_of(ChecksumAlgorithm algorithm, std::string_view bytes) {
  RunningChecksum checksum(algorithm);
  checksum.update(bytes);
  return checksum.finish();
}

std::string md5_of(std::string_view bytes) {
  Digest digest(DigestAlgorithm::kMd5);
  digest.update(bytes);
  return digest.finish();
}

}  // namespace caudal
