// SPDX-License-Identifier: Apache-2.0
// What is read from a request, and the words of every refusal.
#include "aws/sigv4_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing/signed_requests.h"

namespace caudal::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::OwnedRequest;

constexpr std::string_view kGoodScope = "20130524/us-east-1/s3/aws4_request";

OwnedRequest signed_request(std::string authorization) {
  return {"GET",
          "/b/k",
          {{"Host", "h"},
           {"x-amz-date", "20130524T000000Z"},
           {"x-amz-content-sha256", std::string(kEmptySha256)},
           {"Authorization", std::move(authorization)}}};
}

OwnedRequest with_scope(std::string_view scope) {
  return signed_request(testing::authorization("AKID", scope, "host;x-amz-date", "abc"));
}

ServiceError refusal(OwnedRequest request, Dialect dialect = Dialect::kS3) {
  auto claim = read_claim(request.head(), dialect);
  return claim ? ServiceError{.code = "none", .message = {}} : claim.error();
}

TEST(Claim, AnUnsignedRequestHasNone) {
  OwnedRequest request{"GET", "/b/k?list-type=2", {{"Host", "h"}}};
  const auto claim = read_claim(request.head(), Dialect::kS3);
  ASSERT_TRUE(claim.has_value());
  EXPECT_FALSE(claim->has_value());
}

TEST(Claim, ReadsTheHeader) {
  OwnedRequest request = signed_request(
      "AWS4-HMAC-SHA256 Credential=AK/ID/20130524/us-east-1/s3/aws4_request,SignedHeaders=x-amz-date;Host;host, "
      "Signature=f00");
  request.headers.emplace_back("X-Amz-Security-Token", "token");
  const auto claim = read_claim(request.head(), Dialect::kS3);
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  const Claim& c = **claim;
  EXPECT_EQ(c.access_key_id, "AK/ID") << "a key may hold slashes; the scope is what stands at the end";
  EXPECT_EQ(c.scope, (CredentialScope{"20130524", "us-east-1", "s3"}));
  EXPECT_THAT(c.signed_headers, ElementsAre("host", "x-amz-date"));
  EXPECT_EQ(c.signature, "f00");
  EXPECT_EQ(c.session_token, "token");
  EXPECT_EQ(c.time, "20130524T000000Z");
  EXPECT_EQ(c.instant, Timestamp(std::chrono::seconds(1'369'353'600)));
  EXPECT_EQ(c.payload, Payload::kSha256);
  EXPECT_EQ(c.payload_hash, kEmptySha256);
  EXPECT_FALSE(c.in_query);
}

TEST(Claim, TakesTheDateHeaderWhenThereIsNoOther) {
  OwnedRequest request = with_scope(kGoodScope);
  request.headers[1] = {"Date", "Fri, 24 May 2013 00:00:01 GMT"};
  EXPECT_EQ((*read_claim(request.head(), Dialect::kS3))->time, "20130524T000001Z");
  request.headers[1] = {"Date", "yesterday"};
  EXPECT_EQ(refusal(request).message, "AWS authentication requires a valid Date or x-amz-date header");
  EXPECT_EQ(refusal(request).code, "AccessDenied");
  EXPECT_THAT(refusal(request, Dialect::kJson).message, HasSubstr("Date must be in ISO-8601 'basic format'"));
  request.headers.erase(request.headers.begin() + 1);
  EXPECT_EQ(refusal(request).code, "AccessDenied");
  EXPECT_EQ(refusal(request, Dialect::kJson).code, "IncompleteSignatureException");
}

TEST(Claim, TellsTheFormsOfPayload) {
  const std::pair<std::string_view, Payload> forms[] = {
      {"UNSIGNED-PAYLOAD", Payload::kUnsigned},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Payload::kSignedChunks},
      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Payload::kSignedChunksWithTrailer},
      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", Payload::kUnsignedChunksWithTrailer},
      {kEmptySha256, Payload::kSha256}};
  for (const auto& [value, payload] : forms) {
    OwnedRequest request = with_scope(kGoodScope);
    request.header("x-amz-content-sha256") = value;
    const auto claim = read_claim(request.head(), Dialect::kS3);
    ASSERT_TRUE(claim.has_value()) << value;
    EXPECT_EQ((*claim)->payload, payload);
    EXPECT_EQ((*claim)->payload_hash, value);
    EXPECT_EQ(is_chunked(payload), value.starts_with("STREAMING"));
  }
}

TEST(Claim, RefusesAPayloadHashThatIsNone) {
  OwnedRequest request = with_scope(kGoodScope);
  for (const std::string_view value : {"", "abc", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}) {
    request.header("x-amz-content-sha256") = value;
    EXPECT_EQ(refusal(request).code, "InvalidArgument");
    EXPECT_THAT(refusal(request).message, HasSubstr("or a valid sha256 value."));
  }
  request.headers.erase(request.headers.begin() + 2);
  EXPECT_EQ(refusal(request).code, "InvalidRequest");
  EXPECT_EQ(refusal(request).message, "Missing required header for this request: x-amz-content-sha256");
  EXPECT_EQ(refusal(request, Dialect::kJson).code, "none") << "the other services hash what came";
}

TEST(Claim, WordsOfAMalformedCredential) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"us-east-1/s3/aws4_request",
       "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
       "'AKID/us-east-1/s3/aws4_request'"},
      {"20130524/us-east-1/s3/aws5", "incorrect terminal \"aws5\". This endpoint uses \"aws4_request\".",
       "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."},
      {"2013-05/us-east-1/s3/aws4_request",
       "incorrect date format \"2013-05\". This date in the credential must be in the format \"yyyyMMdd\".",
       "Date in Credential scope must be in the format YYYYMMDD, got '2013-05'"}};
  for (const auto& [scope, s3, json] : cases) {
    const ServiceError of_s3 = refusal(with_scope(scope));
    EXPECT_EQ(of_s3.code, "AuthorizationHeaderMalformed");
    EXPECT_EQ(of_s3.status, 400);
    EXPECT_EQ(of_s3.message, "The authorization header is malformed; " + std::string(s3));
    const ServiceError of_json = refusal(with_scope(scope), Dialect::kJson);
    EXPECT_EQ(of_json.code, "IncompleteSignatureException");
    EXPECT_EQ(of_json.message, json);
    OwnedRequest presigned{
        "GET",
        "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID/" + std::string(scope) +
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=a",
        {{"Host", "h"}}};
    EXPECT_EQ(refusal(presigned).code, "AuthorizationQueryParametersError");
    EXPECT_EQ(refusal(presigned).message, "Error parsing the X-Amz-Credential parameter; " + std::string(s3));
  }
  EXPECT_THAT(refusal(signed_request(testing::authorization("", kGoodScope, "host", "a"))).message,
              HasSubstr("a non-empty Access Key (AKID) must be provided in the credential."));
}

TEST(Claim, WordsOfAnIncompleteHeader) {
  const ServiceError s3 = refusal(signed_request("AWS4-HMAC-SHA256 Credential=a"));
  EXPECT_EQ(s3.message,
            "The authorization header is malformed; the authorization header requires three components: Credential, "
            "SignedHeaders, and Signature.");
  const ServiceError json = refusal(signed_request("AWS4-HMAC-SHA256 Credential=a"), Dialect::kJson);
  EXPECT_EQ(json.message,
            "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
            "parameter. Authorization=AWS4-HMAC-SHA256 Credential=a");
  EXPECT_EQ(refusal(signed_request("AWS4-HMAC-SHA256 Credential=a, b")).message,
            "The authorization header is malformed; the authorization component \"b\" is malformed.");
  EXPECT_EQ(refusal(signed_request("AWS4-HMAC-SHA256 Credential=a, Credential=b")).code,
            "AuthorizationHeaderMalformed");
}

TEST(Claim, OtherMechanismsAreRefused) {
  EXPECT_EQ(refusal(signed_request("AWS AKID:c2lnbmF0dXJl")).message,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  EXPECT_EQ(refusal(signed_request("Bearer x")).message, "Unsupported Authorization Type");
  EXPECT_EQ(refusal(signed_request("")).code, "InvalidArgument");
  EXPECT_EQ(refusal(signed_request("Bearer x"), Dialect::kJson).message, "Unsupported AWS 'algorithm': 'Bearer'");
  OwnedRequest both = with_scope(kGoodScope);
  both.target += "?X-Amz-Algorithm=AWS4-HMAC-SHA256";
  EXPECT_THAT(refusal(both).message, HasSubstr("Only one auth mechanism allowed"));
}

TEST(Claim, TheServiceIsKnownBeforeTheRest) {
  EXPECT_EQ(signed_service(with_scope(kGoodScope).head()), "s3");
  EXPECT_EQ(signed_service(with_scope("x/y/dynamodb/aws4_request").head()), "dynamodb") << "however bad the rest is";
  OwnedRequest presigned{"GET", "/?X-Amz-Credential=AKID%2F20130524%2Fr%2Fsts%2Faws4_request", {}};
  EXPECT_EQ(signed_service(presigned.head()), "sts");
  for (const std::string_view authorization :
       {"", "Bearer x", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a"}) {
    EXPECT_EQ(signed_service(signed_request(std::string(authorization)).head()), "") << authorization;
  }
  EXPECT_EQ(signed_service(OwnedRequest().head()), "");
}

std::string presigned_target(std::string_view date, std::string_view expires) {
  return std::string(
             "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20130524%2Fus-east-1%2Fs3%2Faws4_"
             "request&X-Amz-Date=")
      .append(date)
      .append("&X-Amz-Expires=")
      .append(expires)
      .append("&X-Amz-SignedHeaders=host%3Bx-amz-acl&X-Amz-Signature=f00&X-Amz-Security-Token=a%2Bb");
}

TEST(Claim, ReadsTheQuery) {
  OwnedRequest request{"GET", presigned_target("20130524T000000Z", "86400"), {{"Host", "h"}}};
  const auto claim = read_claim(request.head(), Dialect::kS3);
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  const Claim& c = **claim;
  EXPECT_TRUE(c.in_query);
  EXPECT_EQ(c.access_key_id, "AKID");
  EXPECT_EQ(c.expires_s, 86'400);
  EXPECT_THAT(c.signed_headers, ElementsAre("host", "x-amz-acl"));
  EXPECT_EQ(c.session_token, "a+b");
  EXPECT_EQ(c.payload, Payload::kUnsigned);
  EXPECT_EQ(c.payload_hash, "UNSIGNED-PAYLOAD");
  request.target += "&X-Amz-Content-Sha256=" + std::string(kEmptySha256);
  EXPECT_EQ((*read_claim(request.head(), Dialect::kS3))->payload_hash, kEmptySha256);
}

TEST(Claim, APresignedRequestOfTheOlderKindIsRefusedByName) {
  const std::string target = "/b/k?AWSAccessKeyId=AKID&Signature=yOFp%3D&Expires=1795311515";
  EXPECT_EQ(refusal({"GET", target, {}}).message,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  EXPECT_EQ(refusal({"GET", "/b/k?Expires=1&AWSAccessKeyId=AKID", {}}).code, "InvalidRequest");
  EXPECT_EQ(refusal({"GET", "/b/k?prefix=AWSAccessKeyId=", {}}).code, "none");
  EXPECT_EQ(refusal({"GET", target, {}}, Dialect::kJson).code, "none");
}

TEST(Claim, WordsOfBadQueryParameters) {
  const std::pair<std::string_view, std::string_view> expires[] = {
      {"604801",
       "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 "
       "seconds"},
      {"-1", "X-Amz-Expires must be non-negative"},
      {"0", "X-Amz-Expires must be at least 1 second"},
      {"1h", "X-Amz-Expires should be a number"},
      {"", "X-Amz-Expires should be a number"},
      {"99999999999999999999", "X-Amz-Expires should be a number"}};
  for (const auto& [value, message] : expires) {
    const ServiceError error = refusal({"GET", presigned_target("20130524T000000Z", value), {}});
    EXPECT_EQ(error.code, "AuthorizationQueryParametersError");
    EXPECT_EQ(error.message, message);
  }
  EXPECT_EQ(refusal({"GET", presigned_target("20130524T000000Z", "1"), {}}).code, "none");
  EXPECT_EQ(refusal({"GET", presigned_target("20130524T000000Z", "604800"), {}}).code, "none");
  EXPECT_EQ(refusal({"GET", presigned_target("2013-05-24", "1"), {}}).message,
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  EXPECT_THAT(refusal({"GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", {}}).message,
              HasSubstr("requires the X-Amz-Algorithm"));
  EXPECT_THAT(refusal({"GET", "/?X-Amz-Algorithm=MD5", {}}).message, HasSubstr("X-Amz-Algorithm only supports"));
}

}  // namespace
}  // namespace caudal::aws
