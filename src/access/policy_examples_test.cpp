// SPDX-License-Identifier: Apache-2.0
// Policies as people write them for AWS (after the examples of its user guides), and what they must and must not let
// through: so that a policy that worked there works here.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "access/decide.h"
#include "access/testing/policies.h"

namespace caudal::access {
namespace {

using namespace std::chrono_literals;

struct Asked {
  const char* action;
  const char* resource;
  std::vector<std::pair<std::string, std::string>> keys = {};
  std::string source_ip = "203.0.113.9";
  bool secure = true;
};

Verdict verdict(const Asked& asked, const Identity& identity, const Policy* policy = nullptr) {
  Circumstances now;
  now.now = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1));
  now.source_ip = asked.source_ip;
  now.secure_transport = asked.secure;
  for (const auto& [key, value] : asked.keys) now.add(key, value);
  return decide({asked.action, asked.resource, now}, identity, policy).verdict;
}

bool allows(const Asked& asked, const Identity& identity, const Policy* policy = nullptr) {
  return verdict(asked, identity, policy) == Verdict::kAllow;
}

constexpr const char* kFullAccess = "{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}";

TEST(PolicyExamples, AWebsiteThatEverybodyMayRead) {
  const auto policy = bucket_policy(
      "{'Sid': 'PublicReadGetObject', 'Effect': 'Allow', 'Principal': '*', 'Action': ['s3:GetObject'], 'Resource': "
      "['arn:aws:s3:::lake/*']}");
  EXPECT_TRUE(allows({"s3:GetObject", "arn:aws:s3:::lake/index.html"}, Identity{}, policy.get()));
  EXPECT_FALSE(allows({"s3:PutObject", "arn:aws:s3:::lake/index.html"}, Identity{}, policy.get()));
  EXPECT_FALSE(allows({"s3:ListBucket", "arn:aws:s3:::lake"}, Identity{}, policy.get()));
  EXPECT_TRUE(policy->is_public());
}

TEST(PolicyExamples, OnlyFromTheOfficeButForOneOfItsMachines) {
  const auto policy = bucket_policy(
      "{'Sid': 'IPAllow', 'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': ['arn:aws:s3:::lake', "
      "'arn:aws:s3:::lake/*'], 'Condition': {'NotIpAddress': {'aws:SourceIp': ['203.0.113.0/24', "
      "'2001:db8:1234::/48']}}}, {'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': "
      "'arn:aws:s3:::lake/*', "
      "'Condition': {'IpAddress': {'aws:SourceIp': '203.0.113.66/32'}}}");
  const Identity user = ana(kFullAccess);
  const auto from = [&](const char* address) {
    return allows({"s3:GetObject", "arn:aws:s3:::lake/a", {}, address}, user, policy.get());
  };
  EXPECT_TRUE(from("203.0.113.9"));
  EXPECT_TRUE(from("2001:db8:1234:5678::1"));
  EXPECT_FALSE(from("198.51.100.1"));
  EXPECT_FALSE(from("203.0.113.66"));
  EXPECT_FALSE(from("2001:db8:9999::1"));
}

TEST(PolicyExamples, NothingWithoutEncryptionOnTheWay) {
  const auto policy = bucket_policy(
      "{'Sid': 'RestrictToTLSRequestsOnly', 'Action': 's3:*', 'Effect': 'Deny', 'Resource': ['arn:aws:s3:::lake', "
      "'arn:aws:s3:::lake/*'], 'Condition': {'Bool': {'aws:SecureTransport': 'false'}}, 'Principal': '*'}");
  const Identity user = ana(kFullAccess);
  EXPECT_TRUE(allows({"s3:GetObject", "arn:aws:s3:::lake/a"}, user, policy.get()));
  EXPECT_EQ(verdict({"s3:GetObject", "arn:aws:s3:::lake/a", {}, "203.0.113.9", false}, user, policy.get()),
            Verdict::kExplicitDeny);
  EXPECT_EQ(
      verdict({"s3:GetObject", "arn:aws:s3:::lake/a", {}, "203.0.113.9", false}, Identity::make_root(), policy.get()),
      Verdict::kExplicitDeny);
}

TEST(PolicyExamples, EveryUserInTheirOwnFolder) {
  const Identity user = ana(
      "{'Sid': 'AllowListingOfUserFolder', 'Action': ['s3:ListBucket'], 'Effect': 'Allow', 'Resource': "
      "['arn:aws:s3:::lake'], 'Condition': {'StringLike': {'s3:prefix': ['home/${aws:username}/*', "
      "'home/${aws:username}']}}}, {'Sid': 'RootLevel', 'Action': ['s3:ListBucket'], 'Effect': 'Allow', 'Resource': "
      "['arn:aws:s3:::lake'], 'Condition': {'StringEquals': {'s3:prefix': ['', 'home/'], 's3:delimiter': ['/']}}}, "
      "{'Action': ['s3:GetObject', 's3:PutObject'], 'Effect': 'Allow', 'Resource': "
      "['arn:aws:s3:::lake/home/${aws:username}/*']}");
  const auto lists = [&](std::vector<std::pair<std::string, std::string>> keys) {
    return allows({"s3:ListBucket", "arn:aws:s3:::lake", std::move(keys)}, user);
  };
  EXPECT_TRUE(lists({{"s3:prefix", "home/ana/"}}));
  EXPECT_TRUE(lists({{"s3:prefix", "home/ana/2024"}, {"s3:delimiter", "/"}}));
  EXPECT_TRUE(lists({{"s3:prefix", ""}, {"s3:delimiter", "/"}}));
  EXPECT_FALSE(lists({{"s3:prefix", ""}}));
  EXPECT_FALSE(lists({})) << "a prefix that is absent is not an empty one";
  EXPECT_FALSE(lists({{"s3:prefix", "home/bob/"}}));
  EXPECT_TRUE(allows({"s3:PutObject", "arn:aws:s3:::lake/home/ana/x"}, user));
  EXPECT_FALSE(allows({"s3:PutObject", "arn:aws:s3:::lake/home/anastasia/x"}, user));
  EXPECT_FALSE(allows({"s3:DeleteObject", "arn:aws:s3:::lake/home/ana/x"}, user));
}

TEST(PolicyExamples, UploadsMustGiveTheOwnerControlAndBeEncrypted) {
  const auto policy = bucket_policy(
      "{'Effect': 'Allow', 'Principal': {'AWS': 'ana'}, 'Action': 's3:PutObject', 'Resource': 'arn:aws:s3:::lake/*', "
      "'Condition': {'StringEquals': {'s3:x-amz-acl': 'bucket-owner-full-control'}}}, {'Effect': 'Deny', 'Principal': "
      "'*', 'Action': 's3:PutObject', 'Resource': 'arn:aws:s3:::lake/*', 'Condition': {'StringNotEquals': "
      "{'s3:x-amz-server-side-encryption': 'AES256'}}}");
  const auto puts = [&](std::vector<std::pair<std::string, std::string>> keys) {
    return verdict({"s3:PutObject", "arn:aws:s3:::lake/a", std::move(keys)}, ana(), policy.get());
  };
  const std::pair<std::string, std::string> acl{"s3:x-amz-acl", "bucket-owner-full-control"};
  const std::pair<std::string, std::string> encrypted{"s3:x-amz-server-side-encryption", "AES256"};
  EXPECT_EQ(puts({acl, encrypted}), Verdict::kAllow);
  EXPECT_EQ(puts({encrypted}), Verdict::kImplicitDeny);
  EXPECT_EQ(puts({acl}), Verdict::kExplicitDeny) << "absent is not equal";
  EXPECT_EQ(puts({acl, {"s3:x-amz-server-side-encryption", "aws:kms"}}), Verdict::kExplicitDeny);
}

TEST(PolicyExamples, ReadByTheTagsOfTheObjectAndWriteWithTagsOfTheRequest) {
  const auto policy = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/*', 'Condition': "
      "{'StringEquals': {'s3:ExistingObjectTag/environment': 'production'}}}, {'Effect': 'Deny', 'Principal': {'AWS': "
      "'ana'}, 'Action': 's3:PutObjectTagging', 'Resource': 'arn:aws:s3:::lake/*', 'Condition': "
      "{'ForAnyValue:StringNotEquals': {'s3:RequestObjectTagKeys': ['Owner', 'CreationDate']}}}");
  EXPECT_TRUE(policy->mentions("s3:ExistingObjectTag/"));
  const auto reads = [&](const char* value) {
    return allows({"s3:GetObject", "arn:aws:s3:::lake/a", {{"s3:ExistingObjectTag/environment", value}}}, Identity{},
                  policy.get());
  };
  EXPECT_TRUE(reads("production"));
  EXPECT_FALSE(reads("test"));
  EXPECT_FALSE(allows({"s3:GetObject", "arn:aws:s3:::lake/a"}, Identity{}, policy.get())) << "no tag, no access";
  const Identity user = ana(kFullAccess);
  const auto tags = [&](std::vector<std::pair<std::string, std::string>> keys) {
    return allows({"s3:PutObjectTagging", "arn:aws:s3:::lake/a", std::move(keys)}, user, policy.get());
  };
  EXPECT_TRUE(tags({{"s3:RequestObjectTagKeys", "Owner"}}));
  EXPECT_TRUE(tags({{"s3:RequestObjectTagKeys", "Owner"}, {"s3:RequestObjectTagKeys", "CreationDate"}}));
  EXPECT_FALSE(tags({{"s3:RequestObjectTagKeys", "Owner"}, {"s3:RequestObjectTagKeys", "Secret"}}));
}

TEST(PolicyExamples, ListingsMustNotBeTooLong) {
  const Identity user =
      ana("{'Effect': 'Allow', 'Action': 's3:ListBucket', 'Resource': 'arn:aws:s3:::lake', 'Condition': "
          "{'NumericLessThanEquals': {'s3:max-keys': '10'}}}");
  EXPECT_TRUE(allows({"s3:ListBucket", "arn:aws:s3:::lake", {{"s3:max-keys", "10"}}}, user));
  EXPECT_FALSE(allows({"s3:ListBucket", "arn:aws:s3:::lake", {{"s3:max-keys", "11"}}}, user));
  EXPECT_FALSE(allows({"s3:ListBucket", "arn:aws:s3:::lake"}, user));
}

TEST(PolicyExamples, OwnItemsOfATableAndSomeOfTheirAttributes) {
  const Identity user =
      ana("{'Sid': 'AllowAccessToOnlyItemsMatchingUserID', 'Effect': 'Allow', 'Action': ['dynamodb:GetItem', "
          "'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], 'Resource': "
          "['arn:aws:dynamodb:us-east-1:000000000000:table/GameScores'], 'Condition': {'ForAllValues:StringEquals': "
          "{'dynamodb:LeadingKeys': ['${aws:username}'], 'dynamodb:Attributes': ['UserId', 'GameTitle', 'Wins']}, "
          "'StringEqualsIfExists': {'dynamodb:Select': 'SPECIFIC_ATTRIBUTES'}}}");
  constexpr const char* kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/GameScores";
  const auto may = [&](const char* action, std::vector<std::pair<std::string, std::string>> keys) {
    return allows({action, kTable, std::move(keys)}, user);
  };
  EXPECT_TRUE(may("dynamodb:GetItem", {{"dynamodb:LeadingKeys", "ana"}, {"dynamodb:Attributes", "UserId"}}));
  EXPECT_FALSE(may("dynamodb:GetItem", {{"dynamodb:LeadingKeys", "bob"}, {"dynamodb:Attributes", "UserId"}}));
  EXPECT_FALSE(may("dynamodb:BatchGetItem", {{"dynamodb:LeadingKeys", "ana"}, {"dynamodb:LeadingKeys", "bob"}}));
  EXPECT_FALSE(may("dynamodb:GetItem", {{"dynamodb:LeadingKeys", "ana"}, {"dynamodb:Attributes", "Secret"}}));
  EXPECT_FALSE(may("dynamodb:Query", {{"dynamodb:LeadingKeys", "ana"}, {"dynamodb:Select", "ALL_ATTRIBUTES"}}));
  EXPECT_TRUE(may("dynamodb:Query", {{"dynamodb:LeadingKeys", "ana"}, {"dynamodb:Select", "SPECIFIC_ATTRIBUTES"}}));
  EXPECT_FALSE(may("dynamodb:DeleteItem", {{"dynamodb:LeadingKeys", "ana"}}));
}

TEST(PolicyExamples, ForAWhileOnly) {
  const Identity user =
      ana("{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*', 'Condition': {'DateGreaterThan': "
          "{'aws:CurrentTime': '2024-04-01T00:00:00Z'}, 'DateLessThan': {'aws:CurrentTime': '2024-06-30T23:59:59Z'}}}");
  const auto at = [&](std::chrono::sys_days day) {
    Circumstances now;
    now.now = Timestamp(day);
    return decide({"s3:GetObject", "arn:aws:s3:::lake/a", now}, user, nullptr).allowed();
  };
  EXPECT_FALSE(at(std::chrono::year(2024) / 3 / 31));
  EXPECT_TRUE(at(std::chrono::year(2024) / 5 / 1));
  EXPECT_FALSE(at(std::chrono::year(2024) / 7 / 1));
}

TEST(PolicyExamples, EverythingButTheLedgerAndWhoMayTouchIt) {
  const Identity user = ana(
      "{'Effect': 'Allow', 'NotAction': ['iam:*', 's3:DeleteBucket'], 'Resource': '*'}, {'Effect': 'Deny', 'Action': "
      "['s3:Delete*', 's3:Put*'], 'Resource': 'arn:aws:s3:::ledger/*'}");
  EXPECT_TRUE(allows({"s3:PutObject", "arn:aws:s3:::lake/a"}, user));
  EXPECT_TRUE(allows({"athena:StartQueryExecution", "arn:aws:athena:us-east-1:000000000000:workgroup/primary"}, user));
  EXPECT_FALSE(allows({"iam:CreateUser", "arn:aws:iam::000000000000:user/bob"}, user));
  EXPECT_FALSE(allows({"s3:DeleteBucket", "arn:aws:s3:::lake"}, user));
  EXPECT_EQ(verdict({"s3:PutObject", "arn:aws:s3:::ledger/2024"}, user), Verdict::kExplicitDeny);
  EXPECT_TRUE(allows({"s3:GetObject", "arn:aws:s3:::ledger/2024"}, user));
}

TEST(PolicyExamples, OnlyTheTeamThatOwnsTheBucket) {
  const auto policy = bucket_policy(
      "{'Effect': 'Deny', 'NotPrincipal': {'AWS': ['arn:aws:iam::000000000000:user/ana', "
      "'arn:aws:iam::000000000000:root']}, 'Action': 's3:*', 'Resource': ['arn:aws:s3:::lake', "
      "'arn:aws:s3:::lake/*']}");
  Identity bob = Identity::make_user("bob", "AIDA3333333333333333");
  bob.policies.push_back(identity_policy(kFullAccess));
  EXPECT_TRUE(allows({"s3:GetObject", "arn:aws:s3:::lake/a"}, ana(kFullAccess), policy.get()));
  EXPECT_TRUE(allows({"s3:GetObject", "arn:aws:s3:::lake/a"}, Identity::make_root(), policy.get()));
  EXPECT_EQ(verdict({"s3:GetObject", "arn:aws:s3:::lake/a"}, bob, policy.get()), Verdict::kExplicitDeny);
  EXPECT_EQ(verdict({"s3:GetObject", "arn:aws:s3:::lake/a"}, Identity{}, policy.get()), Verdict::kExplicitDeny);
}

}  // namespace
}  // namespace caudal::access
