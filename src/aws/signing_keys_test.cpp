// SPDX-License-Identifier: Apache-2.0
#include "aws/signing_keys.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace caudal::aws {
namespace {

const CredentialScope kScope{"20150830", "us-east-1", "iam"};
constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

// The example of the IAM user guide, "Create a signed AWS API request".
TEST(SigningKey, IsThatOfTheGuide) {
  EXPECT_EQ(to_hex(view(derive_signing_key(kSecret, kScope))),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
  EXPECT_EQ(kScope.to_string(), "20150830/us-east-1/iam/aws4_request");
}

TEST(SigningKeys, RemembersByAllThatTheKeyDependsOn) {
  SigningKeys keys;
  const Sha256 first = keys.key(kSecret, kScope);
  EXPECT_EQ(first, derive_signing_key(kSecret, kScope));
  EXPECT_EQ(keys.key(kSecret, kScope), first);
  EXPECT_EQ(keys.size(), 1u);
  const CredentialScope others[] = {
      {"20150831", "us-east-1", "iam"}, {"20150830", "us-east-2", "iam"}, {"20150830", "us-east-1", "s3"}};
  for (const CredentialScope& other : others) EXPECT_NE(keys.key(kSecret, other), first);
  EXPECT_NE(keys.key("another", kScope), first) << "a changed secret is not served from memory";
  EXPECT_EQ(keys.size(), 5u);
}

TEST(SigningKeys, ForgetsAtItsLimit) {
  SigningKeys keys(3);
  for (int i = 0; i < 10; ++i) {
    const CredentialScope scope{"20150830", std::to_string(i), "s3"};
    EXPECT_EQ(keys.key(kSecret, scope), derive_signing_key(kSecret, scope));
    EXPECT_LE(keys.size(), 3u);
  }
}

}  // namespace
}  // namespace caudal::aws
