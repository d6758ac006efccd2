// SPDX-License-Identifier: Apache-2.0
// What rooms refuse, in S3's words: codes, statuses, and the elements that clients look for.
#include "api/s3/errors.h"

#include <gtest/gtest.h>

#include <set>

#include "http/errors.h"
#include "objects/errc.h"

namespace caudal::api::s3 {
namespace {

using objects::Errc;

std::string said(Errc errc, const Subject& subject = {}) {
  const ServiceError error = in_s3_words({errc, "the room's own words"}, subject);
  std::string out = error.code + " " + std::to_string(error.status);
  for (const auto& [name, value] : error.members) out += " " + name + "=" + value;
  return out;
}

TEST(InS3Words, WhatIsNotThere) {
  EXPECT_EQ(said(Errc::no_such_bucket, {.bucket = "b"}), "NoSuchBucket 404 BucketName=b");
  EXPECT_EQ(said(Errc::no_such_key, {.bucket = "b", .key = "k"}), "NoSuchKey 404 Key=k");
  EXPECT_EQ(said(Errc::no_such_version, {.key = "k", .version = "v"}), "NoSuchVersion 404 Key=k VersionId=v");
  EXPECT_EQ(said(Errc::no_such_upload, {.upload = "u"}), "NoSuchUpload 404 UploadId=u");
  EXPECT_EQ(said(Errc::no_such_key), "NoSuchKey 404") << "what is not known is not told";
}

TEST(InS3Words, WhatIsWrongWithARequest) {
  EXPECT_EQ(said(Errc::invalid_bucket_name, {.bucket = "B"}), "InvalidBucketName 400 BucketName=B");
  EXPECT_EQ(said(Errc::invalid_part_order), "InvalidPartOrder 400");
  EXPECT_EQ(said(Errc::part_too_small), "EntityTooSmall 400");
  EXPECT_EQ(said(Errc::too_large), "EntityTooLarge 400");
  EXPECT_EQ(said(Errc::invalid_range), "InvalidRange 416");
  EXPECT_EQ(said(Errc::metadata_too_large), "MetadataTooLarge 400");
  EXPECT_EQ(said(Errc::too_many_tags), "BadRequest 400");
  EXPECT_EQ(said(Errc::is_delete_marker), "MethodNotAllowed 405");
  EXPECT_EQ(said(Errc::bucket_not_empty, {.bucket = "b"}), "BucketNotEmpty 409 BucketName=b");
  EXPECT_EQ(said(Errc::changed_meanwhile), "OperationAborted 409");
}

TEST(InS3Words, KeysThatAreTooLongOrNone) {
  EXPECT_EQ(said(Errc::invalid_key, {.key = std::string(1025, 'k')}),
            "KeyTooLongError 400 Size=1025 MaxSizeAllowed=1024");
  EXPECT_EQ(said(Errc::invalid_key, {.key = std::string_view("a\0b", 3)}), "InvalidURI 400");
}

TEST(InS3Words, TheRoomsOwnWordsWhereS3HasNone) {
  EXPECT_EQ(in_s3_words({Errc::invalid_argument, "a page has at most 1000"}, {}).message, "a page has at most 1000");
  EXPECT_EQ(in_s3_words({Errc::no_such_key, "there is no object s3://b/k"}, {}).message,
            "The specified key does not exist.");
}

TEST(InS3Words, BodiesThatDoNotCome) {
  const auto code = [](auto errc) { return in_s3_words({errc, ""}, {}).code; };
  EXPECT_EQ(code(http::Errc::malformed_body), "IncompleteBody");
  EXPECT_EQ(code(http::Errc::peer_gone), "IncompleteBody");
  EXPECT_EQ(code(http::Errc::body_too_large), "EntityTooLarge");
  EXPECT_EQ(code(caudal::Errc::cancelled), "RequestTimeout");
}

TEST(InS3Words, TroubleOfOursIsToldToNobody) {
  for (const auto& error : {Error{caudal::Errc::io, "/var/lib/caudal/blobs: I/O error"},
                            Error{Errc::corrupt, "row 17 of objects.current"}, Error{Errc::key_unavailable, "key 3"}}) {
    const ServiceError told = in_s3_words(error, {.bucket = "b", .key = "k"});
    EXPECT_EQ(told.code, "InternalError");
    EXPECT_EQ(told.status, 500);
    EXPECT_TRUE(is_internal(told));
    EXPECT_EQ(told.message, "We encountered an internal error. Please try again.");
    EXPECT_TRUE(told.members.empty());
  }
  EXPECT_FALSE(is_internal(access_denied()));
}

TEST(InS3Words, AFullDiskIsNoInternalError) {
  const ServiceError full = in_s3_words({caudal::Errc::no_space, "/var: no space"}, {});
  EXPECT_EQ(full.code, "InsufficientStorage");
  EXPECT_EQ(full.status, 507);
  EXPECT_EQ(full.message.find("/var"), std::string::npos);
}

TEST(Refusals, OfTheDoorItself) {
  EXPECT_EQ(precondition_failed("If-Match").status, 412);
  EXPECT_EQ(precondition_failed("If-Match").members.front().second, "If-Match");
  EXPECT_EQ(not_modified().status, 304);
  EXPECT_EQ(malformed_xml().code, "MalformedXML");
  const ServiceError argument = invalid_argument("wrong", "max-keys", "x");
  EXPECT_EQ(argument.members,
            (std::vector<std::pair<std::string, std::string>>{{"ArgumentName", "max-keys"}, {"ArgumentValue", "x"}}));
  EXPECT_EQ(not_offered("torrents").status, 501);
  EXPECT_NE(not_offered("torrents").message.find("torrents"), std::string::npos);
}

}  // namespace
}  // namespace caudal::api::s3
