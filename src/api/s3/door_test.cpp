// SPDX-License-Identifier: Apache-2.0
// Requests as bytes through a server: what signatures, policies and bodies decide, and what is recorded of it. The
// breadth of S3 is shown with real clients in tests/s3.
#include "api/s3/door.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "api/s3/testing/s3_fixture.h"
#include "base/checksum.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Door : public S3Fixture {};

TEST_F(Door, PutGetHeadDelete) {
  EXPECT_EQ(house_.send("PUT", "/lake/a/b", "hello").status, 200);
  const auto got = house_.send("GET", "/lake/a/b");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "hello");
  EXPECT_TRUE(got.has("ETag: \"5d41402abc4b2a76b9719d911017c592\"")) << got.head;
  const auto head = house_.send("HEAD", "/lake/a/b");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 5")) << head.head;
  EXPECT_EQ(house_.send("DELETE", "/lake/a/b").status, 204);
  const auto gone = house_.send("GET", "/lake/a/b");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(code_of(gone), "NoSuchKey");
  EXPECT_THAT(gone.body, HasSubstr("<Key>a/b</Key>"));
  EXPECT_THAT(gone.body, HasSubstr("<RequestId>"));
}

TEST_F(Door, ABodyThatIsNotWhatWasSignedLeavesNothing) {
  const auto wrong =
      house_.send({.method = "PUT", .target = "/lake/a", .body = "hello", .payload_hash = std::string(64, 'a')});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code_of(wrong), "XAmzContentSHA256Mismatch");
  EXPECT_EQ(house_.send("GET", "/lake/a").status, 404);
}

TEST_F(Door, DigestsThatTheClientAnnounces) {
  const auto put = [&](std::string name, std::string value) {
    return house_.send({.method = "PUT", .target = "/lake/a", .headers = {{name, value}}, .body = "hello"});
  };
  EXPECT_EQ(put("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==").status, 200);
  EXPECT_EQ(code_of(put("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")), "BadDigest");
  EXPECT_EQ(code_of(put("Content-MD5", "short")), "InvalidDigest");
  EXPECT_EQ(put("x-amz-checksum-crc32", "NhCmhg==").status, 200);
  EXPECT_EQ(code_of(put("x-amz-checksum-crc32", "AAAAAA==")), "BadDigest");
  EXPECT_EQ(code_of(put("x-amz-checksum-crc32", "NhCmhg")), "InvalidRequest");
}

TEST_F(Door, SignaturesThatDoNotHold) {
  aws::Credentials forged = house_.root;
  forged.secret = "another-secret-altogether";
  EXPECT_EQ(code_of(as(forged, "GET", "/lake")), "SignatureDoesNotMatch");
  aws::Credentials unknown{.access_key_id = "AKIANOBODYNOBODYNOBO", .secret = "whatever-it-may-be"};
  EXPECT_EQ(code_of(as(unknown, "GET", "/lake")), "InvalidAccessKeyId");
  const auto late = house_.send({.target = "/lake", .at = http::kTestStart - std::chrono::minutes(16)});
  EXPECT_EQ(code_of(late), "RequestTimeTooSkewed");
  EXPECT_EQ(house_.send({.target = "/lake", .at = http::kTestStart - std::chrono::minutes(14)}).status, 200);
}

TEST_F(Door, ADisabledKeyIsAsGoodAsNone) {
  const aws::Credentials ana =
      user("ana", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})");
  EXPECT_EQ(as(ana, "GET", "/lake").status, 200);
  EXPECT_OK(house_.identities->enable_key(ana.access_key_id, false));
  EXPECT_EQ(code_of(as(ana, "GET", "/lake")), "InvalidAccessKeyId");
}

TEST_F(Door, WithoutPermissionNothingIsLearnt) {
  ASSERT_EQ(house_.send("PUT", "/lake/there", "x").status, 200);
  const aws::Credentials nobody = user("nobody");
  for (const char* target : {"/lake/there", "/lake/absent", "/nowhere/x", "/lake", "/nowhere", "/"}) {
    const auto answer = as(nobody, "GET", target);
    EXPECT_EQ(answer.status, 403) << target;
    EXPECT_EQ(code_of(answer), "AccessDenied") << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("BucketName"))) << target;
  }
  EXPECT_EQ(as(nobody, "POST", "/nowhere?delete", "<Delete><Object><Key>a</Key></Object></Delete>").status, 400)
      << "without a digest it is not looked at";
}

TEST_F(Door, WhoMayReadButNotListIsNotToldWhatIsAbsent) {
  const aws::Credentials reader = user(
      "reader",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})");
  ASSERT_EQ(house_.send("PUT", "/lake/there", "x").status, 200);
  EXPECT_EQ(as(reader, "GET", "/lake/there").status, 200);
  EXPECT_EQ(as(reader, "GET", "/lake/absent").status, 403);
  EXPECT_EQ(house_.send("GET", "/lake/absent").status, 404);
}

TEST_F(Door, ABucketsPolicyLetsAnybodyInAndKeepsOthersOut) {
  ASSERT_EQ(house_.send("PUT", "/lake/open/a", "x").status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/closed/a", "x").status, 200);
  EXPECT_EQ(anonymously("GET", "/lake/open/a").status, 403);
  const auto put = house_.send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/open/*"}]})");
  ASSERT_EQ(put.status, 204) << put.body;
  EXPECT_EQ(anonymously("GET", "/lake/open/a").status, 200);
  EXPECT_EQ(anonymously("GET", "/lake/closed/a").status, 403);
  EXPECT_EQ(anonymously("PUT", "/lake/open/b").status, 403);
  EXPECT_EQ(house_.send("DELETE", "/lake?policy").status, 204);
  EXPECT_EQ(anonymously("GET", "/lake/open/a").status, 403) << "at once";
  EXPECT_EQ(code_of(house_.send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}]})")),
            "MalformedPolicy");
}

TEST_F(Door, PublicAccessCanBeBlockedWhateverThePolicySays) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})";
  ASSERT_EQ(house_.send("PUT", "/lake?policy", policy).status, 204);
  const auto block = [&](const std::string& what) {
    return house_
        .send("PUT", "/lake?publicAccessBlock",
              "<PublicAccessBlockConfiguration><" + what + ">true</" + what + "></PublicAccessBlockConfiguration>")
        .status;
  };
  EXPECT_EQ(block("RestrictPublicBuckets"), 200);
  EXPECT_EQ(anonymously("GET", "/lake/a").status, 403);
  EXPECT_EQ(block("BlockPublicPolicy"), 200);
  EXPECT_EQ(house_.send("PUT", "/lake?policy", policy).status, 403);
}

TEST_F(Door, DecisionsByTheTagsThatAnObjectHas) {
  ASSERT_EQ(
      house_.send({.method = "PUT", .target = "/lake/mine", .headers = {{"x-amz-tagging", "team=a"}}, .body = "x"})
          .status,
      200);
  ASSERT_EQ(house_.send("PUT", "/lake/yours", "x").status, 200);
  const aws::Credentials ana = user("ana", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"a"}}}]})");
  EXPECT_EQ(as(ana, "GET", "/lake/mine").status, 200);
  EXPECT_EQ(as(ana, "GET", "/lake/yours").status, 403);
  EXPECT_EQ(as(ana, "GET", "/lake/absent").status, 403);
}

TEST_F(Door, ACopyNeedsBothEnds) {
  ASSERT_EQ(house_.send("PUT", "/lake/secret", "x").status, 200);
  const aws::Credentials writer = user("writer", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Action":["s3:PutObject"],"Resource":"*"}]})");
  const auto copied = house_.send({.method = "PUT",
                                   .target = "/lake/mine",
                                   .headers = {{"x-amz-copy-source", "/lake/secret"}},
                                   .credentials = writer});
  EXPECT_EQ(copied.status, 403);
  EXPECT_EQ(house_.send("GET", "/lake/mine").status, 404);
}

TEST_F(Door, ACopyIsDecidedByTheTagsOfItsSource) {
  const auto put = [&](const char* target, const char* tags) {
    return house_.send({.method = "PUT", .target = target, .headers = {{"x-amz-tagging", tags}}, .body = "bytes"})
        .status;
  };
  ASSERT_EQ(put("/lake/secret", "secret=yes"), 200);
  ASSERT_EQ(put("/lake/mine", "public=yes"), 200);
  const auto copy = [&](const aws::Credentials& who) {
    return house_
        .send({.method = "PUT",
               .target = "/lake/mine",
               .headers = {{"x-amz-copy-source", "/lake/secret"}, {"x-amz-tagging-directive", "REPLACE"}},
               .credentials = who})
        .status;
  };
  const aws::Credentials denied = user("denied", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:*","Resource":"*"},
      {"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/secret":"yes"}}}]})");
  EXPECT_EQ(copy(denied), 403);
  const aws::Credentials by_tag = user("by-tag", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"},
      {"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/public":"yes"}}}]})");
  EXPECT_EQ(copy(by_tag), 403) << "the tags of what is overwritten are not the source's";
  EXPECT_EQ(copy(house_.root), 200);
}

TEST_F(Door, RepeatedParametersAreRefused) {
  const aws::Credentials alice =
      user("alice", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket",
      "Resource":"*","Condition":{"StringEquals":{"s3:prefix":"home/alice/"}}}]})");
  EXPECT_EQ(as(alice, "GET", "/lake?list-type=2&prefix=home%2Falice%2F").status, 200);
  EXPECT_EQ(as(alice, "GET", "/lake?list-type=2&prefix=").status, 403);
  EXPECT_EQ(as(alice, "GET", "/lake?list-type=2&prefix=&prefix=home%2Falice%2F").status, 400);
}

TEST_F(Door, TagsThatADocumentBringsAreAskedAbout) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  const aws::Credentials tagger =
      user("tagger", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObjectTagging",
      "Resource":"*","Condition":{"StringEquals":{"s3:RequestObjectTag/team":"a"}}}]})");
  const auto tag = [&](const std::string& team) {
    return as(tagger, "PUT", "/lake/a?tagging",
              "<Tagging><TagSet><Tag><Key>team</Key><Value>" + team + "</Value></Tag></TagSet></Tagging>")
        .status;
  };
  EXPECT_EQ(tag("a"), 200);
  EXPECT_EQ(tag("b"), 403);
}

TEST_F(Door, ABatchOfRemovalsIsDecidedOneByOne) {
  ASSERT_EQ(
      house_.send({.method = "PUT", .target = "/lake/held", .headers = {{"x-amz-tagging", "hold=yes"}}, .body = "x"})
          .status,
      200);
  ASSERT_EQ(house_.send("PUT", "/lake/free", "x").status, 200);
  const aws::Credentials cleaner = user("cleaner", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:DeleteObject","Resource":"*"},
      {"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/hold":"yes"}}}]})");
  const std::string body = "<Delete><Object><Key>held</Key></Object><Object><Key>free</Key></Object></Delete>";
  const auto answer = house_.send({.method = "POST",
                                   .target = "/lake?delete",
                                   .headers = {{"Content-MD5", to_base64(md5_of(body))}},
                                   .body = body,
                                   .credentials = cleaner});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("<Deleted><Key>free</Key></Deleted>"));
  EXPECT_THAT(answer.body, HasSubstr("<Code>AccessDenied</Code>"));
  EXPECT_EQ(house_.send("GET", "/lake/held").status, 200);
  EXPECT_EQ(house_.send("GET", "/lake/free").status, 404);
}

TEST_F(Door, WhatWasThereOnceIsNobodysBusinessEither) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  ASSERT_EQ(house_.send("PUT", "/lake/gone", "x").status, 200);
  ASSERT_EQ(house_.send("DELETE", "/lake/gone").status, 204);
  EXPECT_THAT(house_.send("GET", "/lake/gone").head, HasSubstr("x-amz-delete-marker: true"));
  const aws::Credentials reader = user(
      "reader", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})");
  const auto gone = as(reader, "GET", "/lake/gone");
  EXPECT_EQ(gone.status, 403);
  EXPECT_THAT(gone.head, Not(HasSubstr("delete-marker")));
}

TEST_F(Door, AnUploadIsCompletedWithTheChecksumOfTheObject) {
  const auto begun =
      house_.send({.method = "POST",
                   .target = "/lake/big?uploads",
                   .headers = {{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}}});
  const size_t from = begun.body.find("<UploadId>") + 10;
  const std::string upload = begun.body.substr(from, begun.body.find("</UploadId>") - from);
  const auto part = house_.send("PUT", "/lake/big?partNumber=1&uploadId=" + upload, "hello");
  ASSERT_EQ(part.status, 200) << part.body;
  const std::string body =
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"5d41402abc4b2a76b9719d911017c592\"</ETag></"
      "Part></CompleteMultipartUpload>";
  const auto complete = [&](const char* checksum) {
    return house_.send({.method = "POST",
                        .target = "/lake/big?uploadId=" + upload,
                        .headers = {{"x-amz-checksum-crc32", checksum}},
                        .body = body});
  };
  EXPECT_EQ(complete("AAAAAA==").status, 400);
  const auto completed = complete("NhCmhg==");
  EXPECT_EQ(completed.status, 200) << completed.body;
  EXPECT_EQ(house_.send("GET", "/lake/big").body, "hello");
}

TEST_F(Door, WhatCannotGoOutInAHeaderDoesNotComeIn) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  EXPECT_EQ(house_.send("GET", "/lake/a?response-content-type=a%0D%0Ab").status, 400);
  EXPECT_EQ(house_.send("GET", "/lake/a?response-content-type=text%2Fcsv").status, 200);
}

TEST_F(Door, BucketsByTheHost) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  EXPECT_EQ(house_.send({.target = "/a", .host = "lake.localhost:4280"}).body, "x");
  EXPECT_EQ(house_.send({.target = "/a", .host = "lake.s3.localhost"}).body, "x");
}

TEST_F(Door, OperationsThatAreNotOfferedSayTheirName) {
  const auto answer = house_.send("GET", "/lake?analytics&id=x");
  EXPECT_EQ(answer.status, 501);
  EXPECT_EQ(code_of(answer), "NotImplemented");
}

TEST_F(Door, AnOwnerThatIsNotOursIsRefused) {
  EXPECT_EQ(house_.send({.target = "/lake", .headers = {{"x-amz-expected-bucket-owner", "000000000000"}}}).status, 200);
  EXPECT_EQ(house_.send({.target = "/lake", .headers = {{"x-amz-expected-bucket-owner", "123456789012"}}}).status, 403);
}

TEST_F(Door, EveryRequestIsCounted) {
  (void)house_.send("PUT", "/lake/a", "hello");
  (void)house_.send("GET", "/lake/absent");
  EXPECT_THAT(house_.send({.target = "/metrics", .anonymous = true}).body, HasSubstr("caudal_requests_total"));
  EXPECT_EQ(house_.send({.target = "/healthz", .anonymous = true}).body, "ok\n");
  EXPECT_EQ(house_.send({.target = "/readyz", .anonymous = true}).status, 200);
  EXPECT_EQ(house_.send("PUT", "/healthz").status, 200) << "a signed request means the bucket of that name";
  house_.server.server->stop();  // what is counted is counted after the answer
  const std::string text = house_.metrics.text();
  EXPECT_THAT(text, HasSubstr(R"(caudal_requests_total{code="200",operation="PutObject",service="s3"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(caudal_requests_total{code="404",operation="GetObject",service="s3"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(caudal_request_bytes_total{operation="PutObject",service="s3"} 5)"));
}

TEST_F(Door, OfManyCreatorsOneWins) {
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 32; ++n) {
      threads.emplace_back([&, n] {
        const auto answer = house_.send({.method = "PUT",
                                         .target = "/lake/one",
                                         .headers = {{"If-None-Match", "*"}},
                                         .body = "by " + std::to_string(n)});
        if (answer.status == 200) ++created;
        if (answer.status == 412) ++refused;
      });
    }
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(refused, 31);
}

}  // namespace
}  // namespace caudal::api::s3
