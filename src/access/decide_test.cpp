// SPDX-License-Identifier: Apache-2.0
// Decisions: who wins, and for whom a statement speaks.
#include "access/decide.h"

#include <gtest/gtest.h>

#include "access/testing/policies.h"

namespace caudal::access {
namespace {

constexpr const char* kAllowAll = "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}";

Verdict verdict(const std::string& action, const std::string& resource, const Identity& identity,
                const Policy* policy = nullptr) {
  const Circumstances circumstances;
  return decide({action, resource, circumstances}, identity, policy).verdict;
}

TEST(Decide, AllowsNobodyWithoutAStatement) {
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", ana()), Verdict::kImplicitDeny);
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", Identity{}), Verdict::kImplicitDeny);
}

TEST(Decide, AnIdentityPolicyIsEnough) {
  const Identity user = ana("{'Effect': 'Allow', 'Action': 's3:Get*', 'Resource': 'arn:aws:s3:::lake/raw/*'}");
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/raw/a", user), Verdict::kAllow);
  EXPECT_EQ(verdict("s3:GETOBJECT", "arn:aws:s3:::lake/raw/a", user), Verdict::kAllow);
  EXPECT_EQ(verdict("s3:PutObject", "arn:aws:s3:::lake/raw/a", user), Verdict::kImplicitDeny);
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/curated/a", user), Verdict::kImplicitDeny);
}

TEST(Decide, AnExplicitDenyWinsWhereverItStands) {
  const auto deny = bucket_policy(
      "{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:DeleteObject', 'Resource': 'arn:aws:s3:::lake/*'}");
  EXPECT_EQ(verdict("s3:DeleteObject", "arn:aws:s3:::lake/a", ana(kAllowAll), deny.get()), Verdict::kExplicitDeny);
  const Identity denied =
      ana(std::string(kAllowAll) + ", {'Effect': 'Deny', 'Action': 's3:DeleteObject', 'Resource': '*'}");
  const auto allow = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:DeleteObject', 'Resource': 'arn:aws:s3:::lake/*'}");
  EXPECT_EQ(verdict("s3:DeleteObject", "arn:aws:s3:::lake/a", denied, allow.get()), Verdict::kExplicitDeny);
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", denied, allow.get()), Verdict::kAllow);
}

TEST(Decide, RootIsHeldByDeniesOfBucketsButNotLockedOut) {
  const auto deny = bucket_policy(
      "{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': ['arn:aws:s3:::lake', "
      "'arn:aws:s3:::lake/*']}");
  const Identity root = Identity::make_root();
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", root), Verdict::kAllow);
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", root, deny.get()), Verdict::kExplicitDeny);
  for (const char* action : {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}) {
    EXPECT_EQ(verdict(action, "arn:aws:s3:::lake", root, deny.get()), Verdict::kAllow) << action;
  }
}

TEST(Decide, TheAnonymousNeedABucketPolicyForEverybody) {
  const auto open = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/public/*'}");
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/public/a", Identity{}, open.get()), Verdict::kAllow);
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", Identity{}, open.get()), Verdict::kImplicitDeny);
  const auto users = bucket_policy(
      "{'Effect': 'Allow', 'Principal': {'AWS': '000000000000'}, 'Action': 's3:GetObject', 'Resource': "
      "'arn:aws:s3:::lake/*'}");
  EXPECT_EQ(verdict("s3:GetObject", "arn:aws:s3:::lake/a", Identity{}, users.get()), Verdict::kImplicitDeny);
}

TEST(Decide, SaysWhichStatementDecided) {
  const Circumstances circumstances;
  const auto policy = bucket_policy(
      "{'Sid': 'Readers', 'Effect': 'Allow', 'Principal': {'AWS': 'ana'}, 'Action': 's3:GetObject', 'Resource': "
      "'arn:aws:s3:::lake/*'}");
  const Identity user = ana(kAllowAll);
  const auto describe = [&](const char* action, const Identity& who) {
    return decide({action, "arn:aws:s3:::lake/a", circumstances}, who, policy.get()).describe();
  };
  EXPECT_EQ(describe("s3:GetObject", user), "resource policy, statement Readers");
  EXPECT_EQ(describe("s3:PutObject", user), "user policy own, statement 1");
  EXPECT_EQ(describe("s3:PutObject", Identity::make_root()), "root");
  EXPECT_EQ(describe("s3:PutObject", Identity{}), "no statement");
}

TEST(MayLearnAbsence, IsForThoseWhoMayList) {
  const Circumstances circumstances;
  const Identity reader = ana("{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}");
  const Identity lister = ana("{'Effect': 'Allow', 'Action': 's3:ListBucket', 'Resource': 'arn:aws:s3:::lake'}");
  EXPECT_FALSE(may_learn_absence("lake", circumstances, reader, nullptr));
  EXPECT_TRUE(may_learn_absence("lake", circumstances, lister, nullptr));
  EXPECT_FALSE(may_learn_absence("other", circumstances, lister, nullptr));
}

}  // namespace
}  // namespace caudal::access
