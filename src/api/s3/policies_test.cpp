// SPDX-License-Identifier: Apache-2.0
// The policies of buckets as they are put, kept and shown, and whom they mean when users come and go.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;

class Policies : public S3Fixture {
 protected:
  static std::string policy_for(const std::string& principal, const std::string& action = "s3:GetObject") {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + principal +
           R"("},"Action":")" + action + R"(","Resource":"arn:aws:s3:::lake/*"}]})";
  }
  http::RawResponse put(const std::string& policy) { return house_.send("PUT", "/lake?policy", policy); }
  std::string id_of(const std::string& name) { return house_.identities->user_id(name).value_or("nobody"); }
  void remove(const std::string& name, const aws::Credentials& key) {
    ASSERT_OK(house_.identities->remove_key(key.access_key_id));
    ASSERT_OK(house_.identities->remove_user(name));
  }
  const std::string ana_arn_ = "arn:aws:iam::000000000000:user/ana";
};

TEST_F(Policies, WhoIsCreatedUnderTheNameOfAnotherInheritsNothing) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  const aws::Credentials ana = user("ana", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]})");
  ASSERT_EQ(put(policy_for(ana_arn_)).status, 204);
  ASSERT_EQ(as(ana, "GET", "/lake/a").status, 200);
  ASSERT_EQ(as(ana, "PUT", "/lake/b", "y").status, 200);
  const std::string id = id_of("ana");
  remove("ana", ana);
  const aws::Credentials other = user("ana");
  ASSERT_NE(id_of("ana"), id);
  EXPECT_EQ(as(other, "GET", "/lake/a").status, 403) << "the bucket's policy means the one before";
  EXPECT_EQ(as(other, "PUT", "/lake/b", "z").status, 403) << "the policies of a user go with the user";
  EXPECT_EQ(code_of(as(ana, "GET", "/lake/a")), "InvalidAccessKeyId") << "and so do the keys";
  EXPECT_EQ(house_.send("GET", "/lake?policy").body, policy_for(id)) << "shown by id, as nobody has the name";
  ASSERT_EQ(put(policy_for(ana_arn_)).status, 204);
  EXPECT_EQ(as(other, "GET", "/lake/a").status, 200) << "put again, it means the new one";
}

TEST_F(Policies, AreShownWithTheArnsOfUsers) {
  (void)user("ana");
  ASSERT_EQ(put(policy_for("ana")).status, 204);
  EXPECT_EQ(house_.send("GET", "/lake?policy").body, policy_for(ana_arn_));
  ASSERT_EQ(put(policy_for(id_of("ana"))).status, 204);
  EXPECT_EQ(house_.send("GET", "/lake?policy").body, policy_for(ana_arn_));
  ASSERT_EQ(put(policy_for("*")).status, 204);
  EXPECT_EQ(house_.send("GET", "/lake?policy").body, policy_for("*"));
}

TEST_F(Policies, OfUsersThatAreNotThereAreRefused) {
  const auto refused = put(policy_for(ana_arn_));
  EXPECT_EQ(code_of(refused), "MalformedPolicy");
  EXPECT_THAT(refused.body, HasSubstr("Invalid principal in policy"));
  EXPECT_EQ(code_of(house_.send("GET", "/lake?policy")), "NoSuchBucketPolicy");
}

TEST_F(Policies, OfUsersWhoAreGoneMayBePutBack) {
  const aws::Credentials ana = user("ana");
  ASSERT_EQ(put(policy_for(ana_arn_)).status, 204);
  remove("ana", ana);
  const std::string shown = house_.send("GET", "/lake?policy").body;
  EXPECT_EQ(code_of(put(shown)), "MalformedPolicy") << "as on AWS: an id of nobody is no principal";
  EXPECT_EQ(house_.send("GET", "/lake?policy").body, shown) << "what was there stays";
}

TEST_F(Policies, StatusTellsWhatIsPublic) {
  ASSERT_EQ(put(policy_for("*")).status, 204);
  EXPECT_THAT(house_.send("GET", "/lake?policyStatus").body, HasSubstr("<IsPublic>true</IsPublic>"));
  (void)user("ana");
  ASSERT_EQ(put(policy_for(ana_arn_)).status, 204);
  EXPECT_THAT(house_.send("GET", "/lake?policyStatus").body, HasSubstr("<IsPublic>false</IsPublic>"));
  EXPECT_EQ(house_.send("DELETE", "/lake?policy").status, 204);
  EXPECT_EQ(code_of(house_.send("GET", "/lake?policyStatus")), "NoSuchBucketPolicy");
}

TEST_F(Policies, WhoMayNotPutOneDoesNot) {
  const aws::Credentials ana = user("ana");
  EXPECT_EQ(as(ana, "PUT", "/lake?policy", policy_for(ana_arn_, "s3:*")).status, 403);
  EXPECT_EQ(as(ana, "GET", "/lake?policy").status, 403);
  EXPECT_EQ(as(ana, "DELETE", "/lake?policy").status, 403);
}

}  // namespace
}  // namespace caudal::api::s3
