// SPDX-License-Identifier: Apache-2.0
#include "aws/query/query_protocol.h"

#include <gtest/gtest.h>

#include "aws/sigv4_errors.h"

namespace caudal::aws {
namespace {

TEST(QueryParameters, OfQueryAndForm) {
  const QueryParameters both("Action=A&Version=1", "Action=B&Other=x+y%2Fz");
  EXPECT_EQ(both["Action"], "A") << "what is in the address comes first";
  EXPECT_EQ(both["Version"], "1");
  EXPECT_EQ(both["Other"], "x y/z");
  EXPECT_EQ(both["other"], "") << "names are what they are";
  EXPECT_EQ(QueryParameters("", "")["Action"], "");
}

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

TEST(ResultDocument, HasTheResultAndTheRequestId) {
  EXPECT_EQ(result_document("GetThing", "<Name>a&lt;b</Name><Size>1</Size>", kNamespace, "id-1"),
            R"(<GetThingResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetThingResult><Name>a&lt;b</Name>)"
            R"(<Size>1</Size></GetThingResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>)"
            R"(</GetThingResponse>)");
  EXPECT_EQ(result_document("Drop", "", kNamespace, "id-1").find("DropResult"), std::string::npos);
}

TEST(ErrorDocument, SaysWhoseFaultItIs) {
  EXPECT_EQ(
      error_document({.code = "InvalidAction", .status = 400, .message = "no \"<x>\""}, kNamespace, "id-2"),
      R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>)"
      R"(<Code>InvalidAction</Code><Message>no &quot;&lt;x&gt;&quot;</Message></Error><RequestId>id-2</RequestId>)"
      R"(</ErrorResponse>)");
  EXPECT_NE(error_document({.code = "InternalFailure", .status = 500, .message = ""}, kNamespace, "")
                .find("<Type>Receiver</Type>"),
            std::string::npos);
}

TEST(InQueryWords, SignaturesThatAreRefused) {
  const auto words = [](ServiceError error) {
    const ServiceError said = in_query_words(std::move(error));
    return said.code + " " + std::to_string(said.status);
  };
  constexpr auto kJson = Dialect::kJson;
  EXPECT_EQ(words(errors::unknown_access_key(kJson, "AKIA")), "InvalidClientTokenId 403");
  EXPECT_EQ(words(errors::invalid_token(kJson, "t")), "InvalidClientTokenId 403");
  EXPECT_EQ(words(errors::expired_token(kJson, "t")), "ExpiredToken 403");
  EXPECT_EQ(words(errors::missing_authentication(kJson)), "MissingAuthenticationToken 403");
  EXPECT_EQ(words(errors::mismatch(kJson, {})), "SignatureDoesNotMatch 403");
  EXPECT_EQ(words(errors::malformed(kJson, true, "", "")), "IncompleteSignature 400");
  EXPECT_EQ(words({.code = "InvalidAction", .status = 400, .message = ""}), "InvalidAction 400") << "as it was";
}

}  // namespace
}  // namespace caudal::aws
