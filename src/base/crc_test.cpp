// SPDX-License-Identifier: Apache-2.0
#include "base/crc.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace caudal {
namespace {

// Bit by bit from the definition, to compare the fast ways with.
template <class Word>
Word slow_crc(Word polynomial, std::string_view bytes) {
  Word state = ~Word{0};
  for (const char c : bytes) {
    state ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ ((state & 1) != 0 ? polynomial : 0);
  }
  return ~state;
}

std::string random_bytes(Random& random, size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  for (char& c : bytes) c = static_cast<char>(random.next());
  return bytes;
}

TEST(Crc, GivesTheCatalogueValues) {
  EXPECT_EQ(crc32(0, "123456789"), 0xcbf43926u);
  EXPECT_EQ(crc32c(0, "123456789"), 0xe3069283u);
  EXPECT_EQ(crc64_nvme(0, "123456789"), 0xae8b14860a799888u);
  EXPECT_EQ(crc32(0, ""), 0u);
  EXPECT_EQ(crc64_nvme(0, ""), 0u);
  // NVM Express base specification 2.0, figure of test cases: 4 KiB of zeroes.
  EXPECT_EQ(crc64_nvme(0, std::string(4096, '\0')), 0x6482d367eb22b64eu);
}

TEST(Crc, AgreesWithTheDefinitionAtEveryLength) {
  Random random(20240501);
  for (size_t size = 0; size < 300; ++size) {
    const std::string bytes = random_bytes(random, size);
    ASSERT_EQ(crc32(0, bytes), slow_crc(kCrc32Polynomial, bytes)) << size;
    ASSERT_EQ(crc32c(0, bytes), slow_crc(kCrc32cPolynomial, bytes)) << size;
    ASSERT_EQ(crc64_nvme(0, bytes), slow_crc(kCrc64NvmePolynomial, bytes)) << size;
  }
}

TEST(Crc, AgreesWithTheDefinitionWhereMuchIsTakenAtOnce) {
  Random random(20240502);
  for (const size_t size : {511, 512, 513, 575, 576, 767, 768, 1023, 1025, 4096, 20'011}) {
    const std::string bytes = random_bytes(random, size);
    ASSERT_EQ(crc32(0, bytes), slow_crc(kCrc32Polynomial, bytes)) << size;
    ASSERT_EQ(crc32c(0, bytes), slow_crc(kCrc32cPolynomial, bytes)) << size;
    ASSERT_EQ(crc64_nvme(0, bytes), slow_crc(kCrc64NvmePolynomial, bytes)) << size;
  }
}

TEST(Crc, ContinuesAndCombines) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int i = 0; i < 200; ++i) {
    const std::string a = random_bytes(random, random.below(3000));
    const std::string b = random_bytes(random, random.below(3000));
    ASSERT_EQ(crc32(crc32(0, a), b), crc32(0, a + b));
    ASSERT_EQ(crc32c(crc32c(0, a), b), crc32c(0, a + b));
    ASSERT_EQ(crc64_nvme(crc64_nvme(0, a), b), crc64_nvme(0, a + b));
    ASSERT_EQ(crc32_combine(crc32(0, a), crc32(0, b), b.size()), crc32(0, a + b));
    ASSERT_EQ(crc32c_combine(crc32c(0, a), crc32c(0, b), b.size()), crc32c(0, a + b));
    ASSERT_EQ(crc64_nvme_combine(crc64_nvme(0, a), crc64_nvme(0, b), b.size()), crc64_nvme(0, a + b));
  }
}

}  // namespace
}  // namespace caudal
