// SPDX-License-Identifier: Apache-2.0
#include "api/s3/fields.h"

#include <gtest/gtest.h>

#include "api/s3/conditions.h"
#include "api/s3/copy_source.h"
#include "api/s3/permissions.h"
#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

TEST(Fields, ETags) {
  EXPECT_EQ(etag_text("abc"), "\"abc\"");
  EXPECT_EQ(etag_of(" \"abc\" "), "abc");
  EXPECT_EQ(etag_of("W/\"abc\""), "abc");
  EXPECT_EQ(etag_of("abc"), "abc");
  EXPECT_EQ(etag_of("*"), "*");
  EXPECT_EQ(parse_etags("\"a\", W/\"b\" ,*"), (std::vector<std::string>{"a", "b", "*"}));
  EXPECT_TRUE(parse_etags(std::nullopt).empty());
}

TEST(Fields, ContentEncodingsWithoutTheFraming) {
  EXPECT_EQ(without_aws_chunked("aws-chunked"), "");
  EXPECT_EQ(without_aws_chunked("aws-chunked,gzip"), "gzip");
  EXPECT_EQ(without_aws_chunked("gzip, aws-chunked, br"), "gzip,br");
  EXPECT_EQ(without_aws_chunked("gzip"), "gzip");
}

TEST(Fields, TagsOfAHeader) {
  EXPECT_EQ(*parse_tagging("a=1&b%20c=d+e&f"), (objects::Texts{{"a", "1"}, {"b c", "d e"}, {"f", ""}}));
  EXPECT_TRUE(parse_tagging("")->empty());
  EXPECT_EQ(parse_tagging("a=1&a=2").error().code, "InvalidArgument");
  EXPECT_EQ(parse_tagging("=1").error().code, "InvalidArgument");
  EXPECT_EQ(parse_tagging("aws:x=1").error().code, "InvalidTag");
  EXPECT_EQ(tags_of(std::vector<wire::Tag>{{"a", "1"}, {"a", "2"}}).error().code, "InvalidTag");
}

TEST(Fields, PutOptionsOfARequest) {
  wire::PutObjectRequest in;
  in.content_type = "text/csv";
  in.cache_control = "no-cache";
  in.content_encoding = "aws-chunked,gzip";
  in.storage_class = "STANDARD_IA";
  in.metadata = aws::Map<std::string>{{"a", "b"}};
  in.tagging = "t=1";
  const auto options = put_options(in);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->content_type, "text/csv");
  EXPECT_EQ(options->headers,
            (objects::Texts{
                {"cache-control", "no-cache"}, {"content-encoding", "gzip"}, {"x-amz-storage-class", "STANDARD_IA"}}));
  EXPECT_EQ(options->metadata, (objects::Texts{{"a", "b"}}));
  EXPECT_EQ(options->tags, (objects::Texts{{"t", "1"}}));
}

TEST(Fields, WhatIsNotOfferedIsSaid) {
  const auto code = [](auto change) {
    wire::PutObjectRequest in;
    change(in);
    const auto options = put_options(in);
    return options ? std::string() : options.error().code;
  };
  EXPECT_EQ(code([](auto& in) { in.acl = "private"; }), "");
  EXPECT_EQ(code([](auto& in) { in.acl = "public-read"; }), "AccessControlListNotSupported");
  EXPECT_EQ(code([](auto& in) { in.grant_read = "id=x"; }), "AccessControlListNotSupported");
  EXPECT_EQ(code([](auto& in) { in.storage_class = "GLACIER"; }), "InvalidStorageClass");
  EXPECT_EQ(code([](auto& in) { in.server_side_encryption = "AES256"; }), "");
  EXPECT_EQ(code([](auto& in) { in.server_side_encryption = "aws:kms"; }), "NotImplemented");
  EXPECT_EQ(code([](auto& in) { in.sse_customer_algorithm = "AES256"; }), "NotImplemented");
  EXPECT_EQ(code([](auto& in) { in.sse_kms_key_id = "alias/own"; }), "InvalidArgument")
      << "for KMS, which is not asked";
  EXPECT_EQ(code([](auto& in) { in.sse_kms_encryption_context = "e30="; }), "InvalidArgument");
  EXPECT_EQ(code([](auto& in) { in.object_lock_mode = "GOVERNANCE"; }), "InvalidRequest");
}

TEST(Fields, AWebsiteSendsPeopleToAPathOrAnAddress) {
  for (const char* location : {"", "/docs/", "http://a.example/x", "https://a.example"}) {
    EXPECT_TRUE(check_redirect_location(location)) << location;
  }
  EXPECT_TRUE(check_redirect_location(std::nullopt));
  for (const char* location : {"docs/", "ftp://a.example", "javascript:alert(1)", "//"}) {
    const bool is_path = location[0] == '/';
    EXPECT_EQ(check_redirect_location(location).has_value(), is_path) << location;
  }
  EXPECT_EQ(check_redirect_location("docs/").error().code, "InvalidRedirectLocation");
}

TEST(Fields, ChecksumsBothWays) {
  wire::PutObjectOutput out;
  fill_checksums(out, {{.algorithm = ChecksumAlgorithm::kCrc32, .value = std::string("\x01\x02\x03\x04", 4)}});
  EXPECT_EQ(out.checksum_crc32, "AQIDBA==");
  EXPECT_EQ(out.checksum_type, "FULL_OBJECT");
  fill_checksums(out,
                 {{.algorithm = ChecksumAlgorithm::kCrc32, .value = std::string("\x01\x02\x03\x04", 4), .parts = 3}});
  EXPECT_EQ(out.checksum_crc32, "AQIDBA==-3");
  EXPECT_EQ(out.checksum_type, "COMPOSITE");

  const auto read = checksums_of(out);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().parts, 3U);
  EXPECT_EQ(read->front().value, std::string("\x01\x02\x03\x04", 4));
  out.checksum_crc32 = "not base64";
  EXPECT_EQ(checksums_of(out).error().code, "InvalidRequest");
  out.checksum_crc32 = "AQIDBA==-x";
  EXPECT_EQ(checksums_of(out).error().code, "InvalidRequest");
}

TEST(Fields, KeysInListings) {
  EXPECT_EQ((*KeyText::of(std::nullopt))("a b/ç"), "a b/ç");
  EXPECT_EQ((*KeyText::of("url"))("a b/ç"), "a%20b/%C3%A7");
  EXPECT_EQ(KeyText::of("xml").error().code, "InvalidArgument");
}

TEST(Ranges, OneWellFormedRangeOrNone) {
  const auto text = [](std::string_view range) {
    const auto parsed = parse_range(range);
    if (!parsed) return std::string("none");
    return (parsed->first ? std::to_string(*parsed->first) : "") + "-" +
           (parsed->last ? std::to_string(*parsed->last) : "");
  };
  EXPECT_EQ(text("bytes=0-9"), "0-9");
  EXPECT_EQ(text("bytes=5-"), "5-");
  EXPECT_EQ(text("bytes=-7"), "-7");
  for (const char* ignored : {"bytes=9-0", "bytes=", "bytes=-", "bytes=a-b", "items=0-9", "bytes=0-1,3-4",
                              "bytes=0x1-2", "bytes=99999999999999999999-", "bytes= 1-2"}) {
    EXPECT_EQ(text(ignored), "none") << ignored;
  }
}

TEST(CopySources, AsHeadersHaveThem) {
  const auto plain = parse_copy_source("/lake/a%20b/c");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->ref, (objects::ObjectRef{"lake", "a b/c"}));
  EXPECT_FALSE(plain->version);
  EXPECT_EQ(parse_copy_source("lake/a?versionId=v1")->version, "v1");
  EXPECT_EQ(parse_copy_source("lake/a%3FversionId%3Dx")->ref.key, "a?versionId=x") << "encoded, it is the key's own";
  for (const char* bad : {"", "lake", "/lake", "lake/", "/", "//a", "lake/a?versionId="}) {
    EXPECT_EQ(parse_copy_source(bad).error().code, "InvalidArgument") << bad;
  }
}

TEST(Permissions, ActionsOfOperations) {
  EXPECT_EQ(action_of("GetObject", false), "s3:GetObject");
  EXPECT_EQ(action_of("GetObject", true), "s3:GetObjectVersion");
  EXPECT_EQ(action_of("UploadPart", false), "s3:PutObject");
  EXPECT_EQ(action_of("ListObjectsV2", false), "s3:ListBucket");
  EXPECT_EQ(action_of("PutBucketPolicy", false), "s3:PutBucketPolicy") << "its own name";
  EXPECT_EQ(action_of("DeleteObjects", false), "") << "decided for each object";
}

TEST(Permissions, WhatPoliciesMayAskAbout) {
  const std::vector<aws::Header> headers = {{"x-amz-acl", "private"}, {"x-amz-tagging", "team=a"}};
  const aws::RestRequest request{.head = {.method = "PUT", .target = "/lake/k?versionId=v", .headers = headers},
                                 .bucket = "lake",
                                 .key = "k",
                                 .parameters = {{"versionId", "v"}}};
  access::Circumstances circumstances;
  add_circumstances(request, circumstances);
  std::map<std::string, std::string> found;
  for (const auto& entry : circumstances.entries()) found[entry.key] = entry.value;
  EXPECT_EQ(found.at("s3:versionid"), "v");
  EXPECT_EQ(found.at("s3:x-amz-acl"), "private");
  EXPECT_EQ(found.at("s3:requestobjecttag/team"), "a");
  EXPECT_EQ(resource_of(request), "arn:aws:s3:::lake/k");
  EXPECT_EQ(resource_of({.head = request.head}), "arn:aws:s3:::*");
}

}  // namespace
}  // namespace caudal::api::s3
