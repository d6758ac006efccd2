// SPDX-License-Identifier: Apache-2.0
// Which request is which operation of S3, and how inputs and outputs come and go.
#include "aws/rest/rest_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/operations.h"
#include "aws/generated/s3/settings.h"
#include "aws/uri.h"

namespace caudal::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// A request in path style.
struct Request {
  Request(std::string_view method, std::string text, std::vector<Header> list = {})
      : target(std::move(text)), headers(std::move(list)) {
    rest.head = {.method = method, .target = target, .headers = headers};
    rest.parameters = query_parameters(rest.head.query());
    const std::string path = uri_decoded(rest.head.path()).substr(1);
    const size_t slash = std::min(path.find('/'), path.size());
    rest.bucket = path.substr(0, slash);
    rest.key = path.substr(std::min(slash + 1, path.size()));
  }
  Request(const Request&) = delete;
  std::string target;
  std::vector<Header> headers;
  RestRequest rest;
};

std::string route_of(std::string_view method, std::string target, std::vector<Header> headers = {}) {
  const Request request(method, std::move(target), std::move(headers));
  const auto route = find_route(s3::service(), request.rest);
  return route ? std::string((*route)->name) : route.error().code + ": " + route.error().message;
}

TEST(S3Routes, TellOperationsOfOneMethodAndPathApart) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"GET", "/", "ListBuckets"},
      {"GET", "/?x-id=ListBuckets", "ListBuckets"},
      {"GET", "/b", "ListObjects"},
      {"GET", "/b?prefix=a&delimiter=/", "ListObjects"},
      {"GET", "/b?list-type=2&prefix=a", "ListObjectsV2"},
      {"GET", "/b?versions&prefix=a", "ListObjectVersions"},
      {"GET", "/b?uploads", "ListMultipartUploads"},
      {"GET", "/b?location", "GetBucketLocation"},
      {"GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"},
      {"GET", "/b?notification", "GetBucketNotificationConfiguration"},
      {"GET", "/b?acl=", "GetBucketAcl"},
      {"GET", "/b?analytics", "ListBucketAnalyticsConfigurations"},
      {"GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"},
      {"PUT", "/b", "CreateBucket"},
      {"PUT", "/b?policy", "PutBucketPolicy"},
      {"PUT", "/b?metadataTable", "MethodNotAllowed: The specified method is not allowed against this resource."},
      {"HEAD", "/b", "HeadBucket"},
      {"DELETE", "/b", "DeleteBucket"},
      {"DELETE", "/b?website", "DeleteBucketWebsite"},
      {"POST", "/b?delete", "DeleteObjects"},
      {"GET", "/b/k", "GetObject"},
      {"GET", "/b/k?versionId=v&partNumber=1&response-content-type=x", "GetObject"},
      {"GET", "/b/k?uploadId=u", "ListParts"},
      {"GET", "/b/k?attributes&versionId=v", "GetObjectAttributes"},
      {"GET", "/b/k?tagging", "GetObjectTagging"},
      {"HEAD", "/b/k?versionId=v", "HeadObject"},
      {"PUT", "/b/k", "PutObject"},
      {"PUT", "/b/k?x-id=PutObject", "PutObject"},
      {"PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"},
      {"PUT", "/b/k?tagging", "PutObjectTagging"},
      {"PUT", "/b/k?legal-hold", "PutObjectLegalHold"},
      {"POST", "/b/k?uploads", "CreateMultipartUpload"},
      {"POST", "/b/k?uploadId=u", "CompleteMultipartUpload"},
      {"POST", "/b/k?select&select-type=2", "SelectObjectContent"},
      {"DELETE", "/b/k", "DeleteObject"},
      {"DELETE", "/b/k?versionId=v", "DeleteObject"},
      {"DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"},
      {"POST", "/b/k", "MethodNotAllowed: The specified method is not allowed against this resource."},
      {"PATCH", "/b/k", "MethodNotAllowed: The specified method is not allowed against this resource."}};
  for (const auto& [method, target, name] : cases)
    EXPECT_EQ(route_of(method, std::string(target)), name) << method << target;
}

TEST(S3Routes, ACopySourceMakesACopy) {
  EXPECT_EQ(route_of("PUT", "/b/k", {{"X-Amz-Copy-Source", "/a/b"}}), "CopyObject");
  EXPECT_EQ(route_of("PUT", "/b/k?partNumber=1&uploadId=u", {{"x-amz-copy-source", "/a/b"}}), "UploadPartCopy");
}

TEST(S3Routes, HalfOfAnOperationIsNotTakenForAnother) {
  EXPECT_THAT(route_of("PUT", "/b/k?uploadId=u"), HasSubstr("InvalidArgument: This operation does not accept"));
  EXPECT_THAT(route_of("PUT", "/b/k?partNumber=1"), HasSubstr("InvalidArgument"));
  EXPECT_EQ(route_of("GET", "/b?acl&policy"), "InvalidArgument: Conflicting query string parameters: acl, policy");
  EXPECT_EQ(route_of("PUT", "/b/k?something=else"), "PutObject") << "what S3 does not know it ignores";
}

TEST(S3Routes, NoTwoAreTheSame) {
  for (const RestRoute& one : s3::service().routes) {
    for (const RestRoute& other : s3::service().routes) {
      if (&one == &other || one.method != other.method || one.level != other.level) continue;
      const bool same = std::ranges::equal(one.discriminators, other.discriminators, [](const auto& a, const auto& b) {
        return a.name == b.name && a.value == b.value;
      });
      // The annotations of objects share one request; none of them is offered.
      if (one.index != kNotOffered || other.index != kNotOffered) {
        EXPECT_FALSE(same) << one.name << " and " << other.name;
      }
    }
  }
}

struct Call {
  std::string seen;
};

class S3DispatcherTest : public ::testing::Test {
 protected:
  Outcome<RestReply> call(const Request& request, std::string_view body = {}) {
    const RestRoute& route = *TRY(find_route(s3::service(), request.rest));
    return dispatcher_.call(route, request.rest, body, call_);
  }
  RestDispatcher<Call> dispatcher_{s3::service()};
  Call call_;
};

TEST_F(S3DispatcherTest, ReadsPathQueryAndHeaders) {
  s3::PutObjectRequest seen;
  dispatcher_.on(s3::operations::kPutObject, [&](Call&, s3::PutObjectRequest input) -> Outcome<s3::PutObjectOutput> {
    seen = std::move(input);
    s3::PutObjectOutput output;
    output.etag = "\"e\"";
    output.bucket_key_enabled = true;
    return output;
  });
  const Request request("PUT", "/b/a%20key?x-id=PutObject",
                        {{"Content-Type", "text/plain"},
                         {"content-length", "5"},
                         {"X-Amz-Meta-One", " 1 "},
                         {"x-amz-meta-TWO", ""},
                         {"if-none-match", "*"},
                         {"x-amz-checksum-crc64nvme", "AAA"},
                         {"Expires", "not a date"},
                         {"x-amz-object-lock-retain-until-date", "2030-01-01T00:00:00Z"}});
  const auto reply = call(request);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_THAT(reply->headers,
              ElementsAre(Pair("ETag", "\"e\""), Pair("x-amz-server-side-encryption-bucket-key-enabled", "true")));
  EXPECT_EQ(reply->body, "");
  EXPECT_EQ(seen.bucket, "b");
  EXPECT_EQ(seen.key, "a key");
  EXPECT_EQ(seen.content_type, "text/plain");
  EXPECT_EQ(seen.content_length, 5);
  EXPECT_EQ(seen.if_none_match, "*");
  EXPECT_EQ(seen.checksum_crc64nvme, "AAA");
  EXPECT_EQ(seen.expires, "not a date") << "kept as it came";
  EXPECT_THAT(*seen.metadata, ElementsAre(Pair("one", "1"), Pair("two", "")));
  EXPECT_EQ(seen.object_lock_retain_until_date, Timestamp(std::chrono::seconds(1'893'456'000)));
  EXPECT_EQ(seen.acl, std::nullopt);
}

TEST_F(S3DispatcherTest, NumbersAndTimesThatAreNoneAreRefusedAndConditionsIgnored) {
  dispatcher_.on(s3::operations::kListObjectsV2,
                 [](Call&, const s3::ListObjectsV2Request& input) -> Outcome<s3::ListObjectsV2Output> {
                   EXPECT_EQ(input.max_keys, std::nullopt);
                   return s3::ListObjectsV2Output();
                 });
  const auto refused = call(Request("GET", "/b?list-type=2&max-keys=many"));
  EXPECT_EQ(refused.error().code, "InvalidArgument");
  EXPECT_EQ(refused.error().message, "Provided max-keys not an integer or within integer range");
  EXPECT_TRUE(call(Request("GET", "/b?list-type=2&max-keys=")).has_value());
  dispatcher_.on(s3::operations::kGetObject,
                 [](Call&, const s3::GetObjectRequest& input) -> Outcome<s3::GetObjectOutput> {
                   EXPECT_EQ(input.if_modified_since, std::nullopt);
                   return s3::GetObjectOutput{.content_length = 3, .metadata = Map<std::string>{{"a", "b"}}};
                 });
  const auto got = call(Request("GET", "/b/k", {{"If-Modified-Since", "yesterday"}}));
  ASSERT_TRUE(got.has_value());
  EXPECT_THAT(got->headers, ElementsAre(Pair("Content-Length", "3"), Pair("x-amz-meta-a", "b")));
}

TEST_F(S3DispatcherTest, ReadsAndWritesDocuments) {
  dispatcher_.on(s3::operations::kDeleteObjects,
                 [](Call&, const s3::DeleteObjectsRequest& input) -> Outcome<s3::DeleteObjectsOutput> {
                   s3::DeleteObjectsOutput output;
                   for (const auto& object : input.delete_.objects) {
                     output.deleted.emplace().push_back({.key = object.key});
                   }
                   return output;
                 });
  const auto reply = call(Request("POST", "/b?delete"), "<Delete><Object><Key>k</Key></Object></Delete>");
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(
      reply->body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<Deleted><Key>k</Key></Deleted></DeleteResult>");
  EXPECT_THAT(reply->headers, ElementsAre(Pair("Content-Type", "application/xml")));
  EXPECT_EQ(call(Request("POST", "/b?delete"), "").error().code, "MalformedXML") << "this body is required";
}

TEST_F(S3DispatcherTest, ABodyMayBeMissingWhereTheModelAllows) {
  dispatcher_.on(s3::operations::kCreateBucket,
                 [](Call&, const s3::CreateBucketRequest& input) -> Outcome<s3::CreateBucketOutput> {
                   const auto& where = input.create_bucket_configuration;
                   return s3::CreateBucketOutput{.location = where ? where->location_constraint : "none"};
                 });
  EXPECT_THAT(call(Request("PUT", "/b"))->headers, ElementsAre(Pair("Location", "none")));
  EXPECT_THAT(call(Request("PUT", "/b"), "<C><LocationConstraint>eu</LocationConstraint></C>")->headers,
              ElementsAre(Pair("Location", "eu")));
}

TEST_F(S3DispatcherTest, DocumentsThatAreATextAPayloadOrNothing) {
  dispatcher_.on(s3::operations::kGetBucketLocation,
                 [](Call&, const s3::GetBucketLocationRequest&) -> Outcome<s3::GetBucketLocationOutput> {
                   return s3::GetBucketLocationOutput();
                 });
  EXPECT_THAT(call(Request("GET", "/b?location"))->body,
              HasSubstr("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>"));
  dispatcher_.on(s3::operations::kPutBucketPolicy, [](Call& c, s3::PutBucketPolicyRequest input) -> Outcome<NoOutput> {
    c.seen = input.policy;
    return NoOutput();
  });
  ASSERT_TRUE(call(Request("PUT", "/b?policy"), "{\"Version\":1}").has_value());
  EXPECT_EQ(call_.seen, "{\"Version\":1}");
  dispatcher_.on(s3::operations::kGetBucketPolicy,
                 [](Call&, const s3::GetBucketPolicyRequest&) -> Outcome<s3::GetBucketPolicyOutput> {
                   return s3::GetBucketPolicyOutput{.policy = "{}"};
                 });
  EXPECT_EQ(call(Request("GET", "/b?policy"))->body, "{}");
  dispatcher_.on(s3::operations::kCopyObject, [](Call&, const s3::CopyObjectRequest&) -> Outcome<s3::CopyObjectOutput> {
    s3::CopyObjectOutput output;
    output.copy_object_result = s3::CopyObjectResult{.etag = "e"};
    output.version_id = "v";
    return output;
  });
  const auto copied = call(Request("PUT", "/b/k", {{"x-amz-copy-source", "a/b"}}));
  EXPECT_THAT(copied->body,
              HasSubstr("<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ETag>e</ETag>"));
  EXPECT_THAT(copied->headers, ElementsAre(Pair("x-amz-version-id", "v"), Pair("Content-Type", "application/xml")));
}

TEST_F(S3DispatcherTest, ListsInHeadersAndMissingHeaders) {
  dispatcher_.on(s3::operations::kGetObjectAttributes,
                 [](Call& c, const s3::GetObjectAttributesRequest& input) -> Outcome<s3::GetObjectAttributesOutput> {
                   for (const std::string& one : input.object_attributes) c.seen += one + ";";
                   return s3::GetObjectAttributesOutput{.object_size = 1};
                 });
  const auto reply = call(Request("GET", "/b/k?attributes", {{"x-amz-object-attributes", "ETag, ObjectSize"}}));
  EXPECT_EQ(call_.seen, "ETag;ObjectSize;");
  EXPECT_THAT(reply->body, HasSubstr("<GetObjectAttributesResponse"));
  const auto refused = call(Request("GET", "/b/k?attributes"));
  EXPECT_EQ(refused.error().code, "MissingSecurityHeader");
  EXPECT_THAT(refused.error().members, ElementsAre(Pair("MissingHeaderName", "x-amz-object-attributes")));
}

// What an operation answers later is encoded then; what answers at once does so through the same call.
TEST_F(S3DispatcherTest, AnswersNowOrLater) {
  RestDispatcher<Call>::Answer<s3::PutObjectOutput> kept;
  dispatcher_.on_later(s3::operations::kPutObject, [&](Call& c, const s3::PutObjectRequest& input, auto answer) {
    c.seen = input.key;
    kept = std::move(answer);
  });
  dispatcher_.on(s3::operations::kDeleteObject,
                 [](Call&, const s3::DeleteObjectRequest&) -> Outcome<s3::DeleteObjectOutput> {
                   return s3::DeleteObjectOutput{.version_id = "v"};
                 });
  const auto call_later = [&](const Request& request) {
    auto outcome = std::make_shared<std::optional<Outcome<RestReply>>>();
    const RestRoute& route = **find_route(s3::service(), request.rest);
    dispatcher_.call_later(route, request.rest, {}, call_,
                           [outcome](Outcome<RestReply> reply) { outcome->emplace(std::move(reply)); });
    return outcome;
  };
  const auto put = call_later(Request("PUT", "/b/k"));
  EXPECT_EQ(call_.seen, "k");
  EXPECT_FALSE(put->has_value());
  kept(s3::PutObjectOutput{.etag = "\"x\""});
  ASSERT_TRUE(put->has_value());
  EXPECT_THAT((**put)->headers, ElementsAre(Pair("ETag", "\"x\"")));

  const auto refused = call_later(Request("PUT", "/b/k"));
  kept(ServiceError{.code = "SlowDown", .status = 503, .message = "Please reduce your request rate."});
  EXPECT_EQ((*refused)->error().code, "SlowDown");

  const auto malformed = call_later(Request("PUT", "/b/k", {{"Content-Length", "many"}}));
  EXPECT_EQ((*malformed)->error().code, "InvalidArgument") << "before the handler";

  const auto removed = call_later(Request("DELETE", "/b/k"));
  EXPECT_EQ((**removed)->status, 204);
  const auto unknown = call_later(Request("GET", "/b/k"));
  EXPECT_EQ((*unknown)->error().code, "NotImplemented");
}

TEST_F(S3DispatcherTest, OperationsWithoutHandlerAreNotImplemented) {
  for (const std::string_view target : {"/b?logging", "/b"}) {
    const auto refused = call(Request("GET", std::string(target)));
    EXPECT_EQ(refused.error().code, "NotImplemented");
    EXPECT_EQ(refused.error().status, 501);
  }
}

}  // namespace
}  // namespace caudal::aws
