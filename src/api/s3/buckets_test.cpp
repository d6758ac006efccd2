// SPDX-License-Identifier: Apache-2.0
// Buckets themselves: made, found, listed, removed, and what they say of themselves.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Buckets : public S3Fixture {
 protected:
  http::RawResponse versioning(const std::string& status) {
    return house_.send("PUT", "/lake?versioning",
                       "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>");
  }
};

TEST_F(Buckets, AreMadeFoundAndRemoved) {
  const auto made = house_.send("PUT", "/another");
  EXPECT_EQ(made.status, 200);
  EXPECT_TRUE(made.has("Location: /another")) << made.head;
  EXPECT_EQ(house_.send("HEAD", "/another").status, 200);
  EXPECT_EQ(code_of(house_.send("PUT", "/another")), "BucketAlreadyOwnedByYou");
  EXPECT_EQ(house_.send("DELETE", "/another").status, 204);
  EXPECT_EQ(house_.send("HEAD", "/another").status, 404);
  EXPECT_EQ(code_of(house_.send("DELETE", "/another")), "NoSuchBucket");
}

TEST_F(Buckets, NamesThatAreNone) {
  for (const char* name : {"ab", "UPPER", "a..b", "192.168.0.1", "-a-b", "xn--abc"}) {
    EXPECT_EQ(code_of(house_.send("PUT", std::string("/") + name)), "InvalidBucketName") << name;
  }
  for (const char* name : {"healthz", "readyz", "metrics"}) {
    EXPECT_EQ(house_.send("PUT", std::string("/") + name).status, 200) << name << " is a name like any other";
  }
}

TEST_F(Buckets, AreRemovedEmptyAlone) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  const auto refused = house_.send("DELETE", "/lake");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "BucketNotEmpty");
  EXPECT_THAT(refused.body, HasSubstr("<BucketName>lake</BucketName>"));
}

TEST_F(Buckets, SettingsGoWithTheirBucket) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})")
                .status,
            204);
  ASSERT_EQ(house_.send("DELETE", "/lake").status, 204);
  ASSERT_EQ(house_.send("PUT", "/lake").status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  EXPECT_EQ(anonymously("GET", "/lake/a").status, 403) << "the new bucket is nobody's but its owner's";
}

TEST_F(Buckets, AreListedByPages) {
  for (const char* name : {"b-one", "b-two", "c-one"})
    ASSERT_EQ(house_.send("PUT", std::string("/") + name).status, 200);
  const std::string all = house_.send("GET", "/").body;
  for (const char* name : {"b-one", "b-two", "c-one", "lake"}) {
    EXPECT_THAT(all, HasSubstr(std::string("<Name>") + name + "</Name>"));
  }
  EXPECT_THAT(all, HasSubstr("<Owner>"));
  const std::string some = house_.send("GET", "/?prefix=b-").body;
  EXPECT_THAT(some, HasSubstr("<Name>b-two</Name>"));
  EXPECT_THAT(some, Not(HasSubstr("<Name>c-one</Name>")));
  const std::string first = house_.send("GET", "/?max-buckets=1").body;
  EXPECT_THAT(first, HasSubstr("<Name>b-one</Name>"));
  EXPECT_THAT(first, HasSubstr("<ContinuationToken>b-one</ContinuationToken>"));
  EXPECT_THAT(house_.send("GET", "/?max-buckets=1&continuation-token=b-one").body, HasSubstr("<Name>b-two</Name>"));
  EXPECT_EQ(code_of(house_.send("GET", "/?max-buckets=0")), "InvalidArgument");
  EXPECT_EQ(code_of(house_.send("GET", "/?max-buckets=10001")), "InvalidArgument");
}

TEST_F(Buckets, KnowTheirRegion) {
  EXPECT_THAT(house_.send("GET", "/lake?location").body, Not(HasSubstr("us-east-1"))) << "that one is not named";
  ASSERT_EQ(house_
                .send("PUT", "/elsewhere",
                      "<CreateBucketConfiguration><LocationConstraint>sa-east-1</LocationConstraint>"
                      "</CreateBucketConfiguration>")
                .status,
            200);
  EXPECT_THAT(house_.send("GET", "/elsewhere?location").body, HasSubstr("sa-east-1"));
  EXPECT_TRUE(house_.send("HEAD", "/elsewhere").has("x-amz-bucket-region: sa-east-1"));
}

TEST_F(Buckets, VersioningIsSuspendedAndNeverOffAgain) {
  EXPECT_THAT(house_.send("GET", "/lake?versioning").body, Not(HasSubstr("<Status>")));
  EXPECT_EQ(versioning("Enabled").status, 200);
  EXPECT_THAT(house_.send("GET", "/lake?versioning").body, HasSubstr("<Status>Enabled</Status>"));
  EXPECT_EQ(versioning("Suspended").status, 200);
  EXPECT_THAT(house_.send("GET", "/lake?versioning").body, HasSubstr("<Status>Suspended</Status>"));
  EXPECT_EQ(code_of(versioning("Off")), "IllegalVersioningConfigurationException");
}

TEST_F(Buckets, AclsAreTheOwnersAlone) {
  EXPECT_THAT(house_.send("GET", "/lake?acl").body, HasSubstr("<Permission>FULL_CONTROL</Permission>"));
  const auto put = [&](const std::string& acl) {
    return house_.send({.method = "PUT", .target = "/lake?acl", .headers = {{"x-amz-acl", acl}}});
  };
  EXPECT_EQ(put("private").status, 200);
  EXPECT_EQ(code_of(put("public-read")), "AccessControlListNotSupported");
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  EXPECT_THAT(house_.send("GET", "/lake/a?acl").body, HasSubstr("FULL_CONTROL"));
  EXPECT_EQ(code_of(house_.send("GET", "/lake/absent?acl")), "NoSuchKey");
  EXPECT_EQ(code_of(house_.send({.method = "PUT", .target = "/public", .headers = {{"x-amz-acl", "public-read"}}})),
            "InvalidBucketAclWithObjectOwnership");
}

TEST_F(Buckets, ObjectsAreTheOwnersWhateverIsAsked) {
  const auto make = [&](const std::string& bucket, const std::string& ownership) {
    return house_.send({.method = "PUT", .target = "/" + bucket, .headers = {{"x-amz-object-ownership", ownership}}});
  };
  EXPECT_EQ(make("shared", "ObjectWriter").status, 501) << "as PutBucketOwnershipControls says";
  EXPECT_EQ(house_.send("HEAD", "/shared").status, 404);
  EXPECT_EQ(make("owned", "BucketOwnerEnforced").status, 200);
}

TEST_F(Buckets, ObjectLockIsNotOffered) {
  const auto refused =
      house_.send({.method = "PUT", .target = "/locked", .headers = {{"x-amz-bucket-object-lock-enabled", "true"}}});
  EXPECT_EQ(refused.status, 501);
  EXPECT_EQ(house_.send("HEAD", "/locked").status, 404);
}

}  // namespace
}  // namespace caudal::api::s3
