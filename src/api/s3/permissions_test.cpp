// SPDX-License-Identifier: Apache-2.0
// Which permission an operation needs: every operation that is offered has one that AWS knows.
#include "api/s3/permissions.h"

#include <gtest/gtest.h>

#include "access/policy.h"
#include "api/s3/operations.h"
#include "base/testing/result_matchers.h"

namespace caudal::api::s3 {
namespace {

// Whether policies can name it at all: the reader of policies knows all of S3's actions.
bool is_action(const std::string& action) {
  const std::string policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":")" +
                             action + R"(","Resource":["arn:aws:s3:::lake","arn:aws:s3:::lake/*"]}]})";
  return access::Policy::parse_bucket(policy, {.bucket = "lake"}).has_value();
}

TEST(ActionOf, EveryOfferedOperationNeedsAnActionThatPoliciesKnow) {
  size_t looked_at = 0;
  for (const aws::RestRoute& route : aws::s3::service().routes) {
    const std::string name(route.name);
    if (name == "DeleteObjects" || name == "ListBuckets") continue;  // by key; not of a bucket
    const std::string action = action_of(name, false);
    ASSERT_TRUE(action.starts_with("s3:")) << name;
    if (route.index == aws::kNotOffered) continue;
    EXPECT_TRUE(is_action(action)) << name << " needs " << action << ", which no policy can allow";
    ++looked_at;
  }
  EXPECT_GT(looked_at, 50U);
  for (const char* name : {"GetObject", "PutObject", "DeleteObject", "ListObjectsV2", "CreateBucket", "GetBucketAcl",
                           "PutBucketTagging", "GetBucketPolicyStatus", "PutBucketVersioning", "PutObjectAcl",
                           "AbortMultipartUpload", "GetBucketLocation", "GetBucketOwnershipControls"}) {
    EXPECT_TRUE(is_action(action_of(name, false))) << name;
    EXPECT_TRUE(is_action(action_of(name, true))) << name;
  }
}

TEST(ActionOf, WhatIsToReadMustNotBeGrantedByWhatIsToWrite) {
  EXPECT_EQ(action_of("HeadObject", false), "s3:GetObject");
  EXPECT_EQ(action_of("HeadBucket", false), "s3:ListBucket");
  EXPECT_EQ(action_of("UploadPartCopy", false), "s3:PutObject") << "its source is asked about by itself";
  EXPECT_EQ(action_of("ListParts", false), "s3:ListMultipartUploadParts");
  EXPECT_EQ(action_of("ListMultipartUploads", false), "s3:ListBucketMultipartUploads");
  EXPECT_EQ(action_of("DeleteObjects", false), "") << "key by key";
}

TEST(ActionOf, OfVersions) {
  EXPECT_EQ(action_of("GetObject", true), "s3:GetObjectVersion");
  EXPECT_EQ(action_of("DeleteObject", true), "s3:DeleteObjectVersion");
  EXPECT_EQ(action_of("PutObjectTagging", true), "s3:PutObjectVersionTagging");
  EXPECT_EQ(action_of("PutObject", true), "s3:PutObject");
}

aws::RestRequest request(std::string bucket, std::string key) {
  return {.head = {}, .bucket = std::move(bucket), .key = std::move(key), .parameters = {}};
}

TEST(ResourceOf, ServicesBucketsAndObjects) {
  EXPECT_EQ(resource_of(request("", "")), "arn:aws:s3:::*");
  EXPECT_EQ(resource_of(request("lake", "")), "arn:aws:s3:::lake");
  EXPECT_EQ(resource_of(request("lake", "a/b c")), "arn:aws:s3:::lake/a/b c");
}

}  // namespace
}  // namespace caudal::api::s3
