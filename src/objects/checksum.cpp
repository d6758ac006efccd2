// SPDX-License-Identifier: Apache-2.0
// MD5 and SHA-256 by OpenSSL, the CRCs by crc.h.
#include "objects/checksum.h"

#include <openssl/evp.h>

#include <array>

#include "base/check.h"
#include "objects/crc.h"

namespace caudal::objects {
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

// A digest of OpenSSL. Its calls fail only without memory or without the algorithm.
class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()) {
    CHECK(context_ != nullptr && EVP_DigestInit_ex(context_, algorithm, nullptr) == 1, "OpenSSL has no such digest");
  }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest() { EVP_MD_CTX_free(context_); }
  void update(std::string_view bytes) {
    CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1, "OpenSSL cannot digest");
  }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    CHECK(EVP_DigestFinal_ex(context_, out.data(), &size) == 1, "OpenSSL cannot digest");
    return {reinterpret_cast<const char*>(out.data()), size};
  }

 private:
  EVP_MD_CTX* context_;
};

}  // namespace

std::string_view to_string(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32: return "CRC32";
    case ChecksumAlgorithm::kCrc32c: return "CRC32C";
    case ChecksumAlgorithm::kCrc64Nvme: return "CRC64NVME";
    case ChecksumAlgorithm::kSha256: return "SHA256";
  }
  return "";
}

std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name) {
  for (const auto algorithm : {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme,
                               ChecksumAlgorithm::kSha256}) {
    if (to_string(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

struct Digester::Impl {
  Digest md5{EVP_md5()};
  std::vector<ChecksumAlgorithm> algorithms;
  std::optional<Digest> sha256;
  uint32_t crc32 = 0;
  uint32_t crc32c = 0;
  uint64_t crc64_nvme = 0;
};

Digester::Digester(const std::vector<ChecksumAlgorithm>& algorithms) : impl_(std::make_unique<Impl>()) {
  impl_->algorithms = algorithms;
  for (const ChecksumAlgorithm algorithm : algorithms) {
    if (algorithm == ChecksumAlgorithm::kSha256) impl_->sha256.emplace(EVP_sha256());
  }
}
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;
Digester::~Digester() = default;

void Digester::update(std::string_view bytes) {
  impl_->md5.update(bytes);
  for (const ChecksumAlgorithm algorithm : impl_->algorithms) {
    switch (algorithm) {
      case ChecksumAlgorithm::kCrc32: impl_->crc32 = crc32(impl_->crc32, bytes); break;
      case ChecksumAlgorithm::kCrc32c: impl_->crc32c = crc32c(impl_->crc32c, bytes); break;
      case ChecksumAlgorithm::kCrc64Nvme: impl_->crc64_nvme = crc64_nvme(impl_->crc64_nvme, bytes); break;
      case ChecksumAlgorithm::kSha256: impl_->sha256->update(bytes); break;
    }
  }
}

Digests Digester::finish() {
  Digests digests{.md5 = impl_->md5.finish(), .checksums = {}};
  for (const ChecksumAlgorithm algorithm : impl_->algorithms) {
    std::string value;
    switch (algorithm) {
      case ChecksumAlgorithm::kCrc32: value = big_endian(impl_->crc32); break;
      case ChecksumAlgorithm::kCrc32c: value = big_endian(impl_->crc32c); break;
      case ChecksumAlgorithm::kCrc64Nvme: value = big_endian(impl_->crc64_nvme); break;
      case ChecksumAlgorithm::kSha256: value = impl_->sha256->finish(); break;
    }
    digests.checksums.push_back({.algorithm = algorithm, .value = std::move(value), .parts = 0});
  }
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
    case ChecksumAlgorithm::kSha256: CHECK(false, "SHA-256 cannot be combined");
  }
  return both;
}

Checksum checksum_of(ChecksumAlgorithm algorithm, std::string_view bytes) {
  Digester digester({algorithm});
  digester.update(bytes);
  return digester.finish().checksums.front();
}

std::string md5_of(std::string_view bytes) {
  Digest digest(EVP_md5());
  digest.update(bytes);
  return digest.finish();
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    text.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    text.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

}  // namespace caudal::objects
