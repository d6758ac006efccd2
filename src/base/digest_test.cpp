// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace caudal {
namespace {

TEST(Digest, GivesTheStandardsValuesAndBeginsAnew) {
  const std::pair<DigestAlgorithm, std::string_view> cases[] = {
      {DigestAlgorithm::kMd5, "900150983cd24fb0d6963f7d28e17f72"},
      {DigestAlgorithm::kSha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {DigestAlgorithm::kSha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
  for (const auto& [algorithm, expected] : cases) {
    Digest digest(algorithm);
    for (int round = 0; round < 2; ++round) {
      digest.update("a");
      digest.update("");
      digest.update("bc");
      EXPECT_EQ(to_hex(digest.finish()), expected);
    }
  }
  EXPECT_EQ(to_hex(view(sha256(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test cases 1, 2, 3, 6 and 7.
TEST(Hmac, GivesTheStandardsValues) {
  struct Case {
    std::string key, message, expected;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
       "hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  for (const Case& c : cases) EXPECT_EQ(to_hex(view(hmac_sha256(c.key, c.message))), c.expected);
}

TEST(EqualInConstantTime, TellsEveryDifferentByte) {
  const std::string text = "0123456789abcdef";
  EXPECT_TRUE(equal_in_constant_time(text, text));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time(text, text.substr(1)));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(equal_in_constant_time(text, other)) << i;
  }
}

}  // namespace
}  // namespace caudal
