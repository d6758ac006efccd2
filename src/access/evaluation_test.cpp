// SPDX-License-Identifier: Apache-2.0
// Conditions, principals and variables in decisions: AWS's rules, one by one.
#include <gtest/gtest.h>

#include "access/decide.h"
#include "access/testing/policies.h"

namespace caudal::access {
namespace {

using namespace std::chrono_literals;

Circumstances circumstances() {
  Circumstances now;
  now.now = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)) + 12h;
  now.source_ip = "203.0.113.9";
  now.add("s3:prefix", "raw/2024");
  now.add("s3:max-keys", "100");
  now.add("aws:TagKeys", "team");
  now.add("aws:TagKeys", "cost");
  now.add("s3:ExistingObjectTag/Team", "credit");
  now.add("s3:md5", "aGVsbG8=");
  now.add("aws:SourceArn", "arn:aws:sns:us-east-1:000000000000:topic");
  now.add("s3:broken-number", "many");
  return now;
}

// Whether an Allow with this condition applies to user ana.
bool allows(const std::string& condition, const Circumstances& now = circumstances()) {
  const Identity user = ana("{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*', 'Condition': {" + condition + "}}");
  return decide({"s3:ListBucket", "arn:aws:s3:::lake", now}, user, nullptr).allowed();
}

// Whether a Deny with this condition applies to her, who may do everything else.
bool denies(const std::string& condition) {
  const Circumstances now = circumstances();
  const Identity user =
      ana("{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}, {'Effect': 'Deny', 'Action': 's3:*', "
          "'Resource': '*', 'Condition': {" +
          condition + "}}");
  return decide({"s3:ListBucket", "arn:aws:s3:::lake", now}, user, nullptr).verdict == Verdict::kExplicitDeny;
}

TEST(Condition, TextIsComparedExactly) {
  EXPECT_TRUE(allows("'StringEquals': {'s3:prefix': 'raw/2024'}"));
  EXPECT_TRUE(allows("'StringEquals': {'S3:Prefix': ['x', 'raw/2024']}"))
      << "keys in any case, values are alternatives";
  EXPECT_FALSE(allows("'StringEquals': {'s3:prefix': 'RAW/2024'}"));
  EXPECT_FALSE(allows("'StringEquals': {'s3:prefix': 'raw/*'}")) << "no wildcards";
  EXPECT_TRUE(allows("'StringNotEquals': {'s3:prefix': ['x', 'y']}"));
  EXPECT_FALSE(allows("'StringNotEquals': {'s3:prefix': ['x', 'raw/2024']}")) << "none may be equal";
  EXPECT_TRUE(allows("'StringEqualsIgnoreCase': {'s3:prefix': 'RAW/2024'}"));
  EXPECT_FALSE(allows("'StringNotEqualsIgnoreCase': {'s3:prefix': 'RAW/2024'}"));
  EXPECT_TRUE(allows("'StringLike': {'s3:prefix': 'raw/2?2?'}"));
  EXPECT_FALSE(allows("'StringNotLike': {'s3:prefix': 'raw/*'}"));
  EXPECT_TRUE(allows("'stringlike': {'s3:prefix': 'raw/*'}")) << "operators in any case";
}

TEST(Condition, AllOfAConditionMustHold) {
  EXPECT_TRUE(allows("'StringLike': {'s3:prefix': 'raw/*', 's3:max-keys': '1*'}"));
  EXPECT_FALSE(allows("'StringLike': {'s3:prefix': 'raw/*', 's3:max-keys': '2*'}"));
  EXPECT_FALSE(allows("'StringLike': {'s3:prefix': 'raw/*'}, 'StringEquals': {'s3:max-keys': '2'}"));
}

TEST(Condition, NumbersAreComparedByValue) {
  EXPECT_TRUE(allows("'NumericEquals': {'s3:max-keys': '100.0'}"));
  EXPECT_TRUE(allows("'NumericEquals': {'s3:max-keys': 100}")) << "also without quotes";
  EXPECT_FALSE(allows("'NumericNotEquals': {'s3:max-keys': '100'}"));
  EXPECT_TRUE(allows("'NumericLessThanEquals': {'s3:max-keys': '100'}"));
  EXPECT_FALSE(allows("'NumericLessThan': {'s3:max-keys': '100'}"));
  EXPECT_TRUE(allows("'NumericLessThan': {'s3:max-keys': '100.5'}"));
  EXPECT_TRUE(allows("'NumericGreaterThan': {'s3:max-keys': '99'}"));
  EXPECT_FALSE(allows("'NumericGreaterThanEquals': {'s3:max-keys': '101'}"));
}

TEST(Condition, WhatIsNoNumberGrantsNothingAndDoesNotEscapeADeny) {
  EXPECT_FALSE(allows("'NumericLessThan': {'s3:broken-number': '5'}"));
  EXPECT_FALSE(allows("'NumericNotEquals': {'s3:broken-number': '5'}"));
  EXPECT_TRUE(denies("'NumericNotEquals': {'s3:broken-number': '5'}"));
}

TEST(Condition, DatesAreComparedWithTheTimeOfTheRequest) {
  EXPECT_TRUE(allows("'DateLessThan': {'aws:CurrentTime': '2024-05-02'}"));
  EXPECT_FALSE(allows("'DateLessThan': {'aws:CurrentTime': '2024-05-01T12:00:00Z'}"));
  EXPECT_TRUE(allows("'DateLessThanEquals': {'aws:CurrentTime': '2024-05-01T09:00:00-03:00'}"));
  EXPECT_TRUE(allows("'DateGreaterThan': {'aws:CurrentTime': '2024-05-01T11:59:59.999Z'}"));
  EXPECT_TRUE(allows("'DateEquals': {'aws:CurrentTime': '2024-05-01T12:00:00Z'}"));
  EXPECT_TRUE(allows("'NumericGreaterThan': {'aws:EpochTime': '1714564799'}"));
  EXPECT_TRUE(allows("'DateGreaterThanEquals': {'aws:EpochTime': '1714564800'}"));
}

TEST(Condition, AddressesAreHeldAgainstNetworks) {
  EXPECT_TRUE(allows("'IpAddress': {'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24']}"));
  EXPECT_FALSE(allows("'IpAddress': {'aws:SourceIp': '10.0.0.0/8'}"));
  EXPECT_TRUE(allows("'NotIpAddress': {'aws:SourceIp': '10.0.0.0/8'}"));
  EXPECT_FALSE(allows("'NotIpAddress': {'aws:SourceIp': ['10.0.0.0/8', '203.0.113.9']}"));
  Circumstances unknown = circumstances();
  unknown.source_ip.clear();
  EXPECT_FALSE(allows("'IpAddress': {'aws:SourceIp': '0.0.0.0/0'}", unknown));
  unknown.source_ip = "somewhere";
  EXPECT_FALSE(allows("'NotIpAddress': {'aws:SourceIp': '10.0.0.0/8'}", unknown))
      << "what is no address grants nothing";
}

TEST(Condition, BooleansBytesAndArns) {
  EXPECT_TRUE(allows("'Bool': {'aws:SecureTransport': 'false'}"));
  EXPECT_TRUE(allows("'Bool': {'aws:SecureTransport': false}"));
  EXPECT_FALSE(allows("'Bool': {'aws:SecureTransport': 'true'}"));
  EXPECT_TRUE(allows("'BinaryEquals': {'s3:md5': 'aGVsbG8='}"));
  EXPECT_FALSE(allows("'BinaryEquals': {'s3:md5': 'aGVsbG9v'}"));
  EXPECT_TRUE(allows("'ArnLike': {'aws:SourceArn': 'arn:aws:sns:*:000000000000:*'}"));
  EXPECT_TRUE(allows("'ArnEquals': {'aws:SourceArn': 'arn:aws:sns:*:*:topic'}"));
  EXPECT_FALSE(allows("'ArnLike': {'aws:SourceArn': 'arn:aws:sns:*:topic'}"));
  EXPECT_TRUE(allows("'ArnNotLike': {'aws:SourceArn': 'arn:aws:sqs:*:*:*'}"));
  EXPECT_FALSE(allows("'ArnNotEquals': {'aws:SourceArn': 'arn:aws:sns:*:*:*'}"));
}

TEST(Condition, AMissingKeyFailsWhatAsksForEqualAndHoldsWhatAsksForUnequal) {
  EXPECT_FALSE(allows("'StringEquals': {'s3:none': 'a'}"));
  EXPECT_FALSE(allows("'StringLike': {'s3:none': '*'}"));
  EXPECT_TRUE(allows("'StringNotEquals': {'s3:none': 'a'}"));
  EXPECT_TRUE(allows("'StringNotLike': {'s3:none': '*'}"));
  EXPECT_FALSE(allows("'NumericLessThan': {'s3:none': '5'}"));
  EXPECT_TRUE(allows("'StringEqualsIfExists': {'s3:none': 'a'}"));
  EXPECT_FALSE(allows("'StringEqualsIfExists': {'s3:prefix': 'a'}"));
}

TEST(Condition, NullAsksWhetherTheKeyIsThere) {
  EXPECT_TRUE(allows("'Null': {'s3:none': 'true'}"));
  EXPECT_FALSE(allows("'Null': {'s3:none': 'false'}"));
  EXPECT_TRUE(allows("'Null': {'s3:prefix': 'false'}"));
  EXPECT_FALSE(allows("'Null': {'s3:prefix': true}"));
}

TEST(Condition, QuantifiersSayHowSeveralValuesCount) {
  EXPECT_TRUE(allows("'ForAnyValue:StringEquals': {'aws:TagKeys': ['team', 'x']}"));
  EXPECT_FALSE(allows("'ForAnyValue:StringEquals': {'aws:TagKeys': ['x', 'y']}"));
  EXPECT_FALSE(allows("'ForAllValues:StringEquals': {'aws:TagKeys': ['team', 'x']}"));
  EXPECT_TRUE(allows("'ForAllValues:StringEquals': {'aws:TagKeys': ['team', 'x', 'cost']}"));
  EXPECT_TRUE(allows("'ForAllValues:StringEquals': {'s3:none': 'x'}")) << "of none, all";
  EXPECT_FALSE(allows("'ForAnyValue:StringEquals': {'s3:none': 'x'}")) << "of none, not any";
  EXPECT_FALSE(allows("'ForAnyValue:StringNotEquals': {'s3:none': 'x'}"));
  EXPECT_TRUE(allows("'ForAnyValue:StringNotEquals': {'aws:TagKeys': 'team'}")) << "cost is another";
  EXPECT_FALSE(allows("'ForAllValues:StringNotEquals': {'aws:TagKeys': 'team'}"));
  EXPECT_TRUE(allows("'ForAllValues:StringNotEquals': {'aws:TagKeys': 'x'}"));
  EXPECT_TRUE(allows("'ForAllValues:StringLikeIfExists': {'aws:TagKeys': ['t*', 'c*']}"));
}

TEST(Condition, KeysOfTheIdentityAreKnown) {
  EXPECT_TRUE(allows("'StringEquals': {'aws:username': 'ana'}"));
  EXPECT_TRUE(allows("'StringEquals': {'aws:userid': 'AIDA2222222222222222'}"));
  EXPECT_TRUE(allows("'ArnLike': {'aws:PrincipalArn': 'arn:aws:iam::*:user/an?'}"));
  EXPECT_TRUE(allows("'StringEquals': {'aws:PrincipalAccount': '000000000000', 'aws:PrincipalType': 'User'}"));
  Circumstances claimed = circumstances();
  claimed.add("aws:username", "bob");
  EXPECT_FALSE(allows("'StringEquals': {'aws:username': 'bob'}", claimed)) << "no door can say otherwise";
}

TEST(Variables, InResourcesAndConditionsAreThoseOfTheRequest) {
  const Circumstances now = circumstances();
  const Identity user =
      ana("{'Effect': 'Allow', 'Action': 's3:*', 'Resource': 'arn:aws:s3:::lake/home/${aws:username}/*'}");
  const auto may = [&](const char* resource, const Identity& who) {
    return decide({"s3:GetObject", resource, now}, who, nullptr).allowed();
  };
  EXPECT_TRUE(may("arn:aws:s3:::lake/home/ana/a", user));
  EXPECT_FALSE(may("arn:aws:s3:::lake/home/bob/a", user));
  EXPECT_TRUE(allows("'StringEquals': {'s3:ExistingObjectTag/team': '${s3:ExistingObjectTag/Team}'}"));
  EXPECT_FALSE(allows("'StringEquals': {'s3:prefix': '${aws:TagKeys}'}")) << "several values are none";
}

TEST(Variables, WithoutValueGrantNothingAndDenyWhatTheyShould) {
  const Circumstances now = circumstances();
  const auto open = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'NotResource': "
      "'arn:aws:s3:::lake/home/${aws:username}/*'}");
  const auto closed = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/*'}, {'Effect': "
      "'Deny', 'Principal': '*', 'Action': 's3:GetObject', 'NotResource': 'arn:aws:s3:::lake/home/${aws:username}/*'}");
  const Request request{"s3:GetObject", "arn:aws:s3:::lake/home/x/a", now};
  EXPECT_EQ(decide(request, Identity{}, open.get()).verdict, Verdict::kImplicitDeny);
  EXPECT_EQ(decide(request, ana(), open.get()).verdict, Verdict::kAllow);
  EXPECT_EQ(decide(request, Identity{}, closed.get()).verdict, Verdict::kExplicitDeny);
  EXPECT_FALSE(allows("'StringNotEquals': {'s3:prefix': '${s3:none}'}"));
  EXPECT_TRUE(denies("'StringNotEquals': {'s3:prefix': '${s3:none}'}"));
  EXPECT_FALSE(denies("'StringEquals': {'s3:prefix': '${s3:none}'}"));
}

TEST(Principals, CoverWhomTheyName) {
  const Circumstances now;
  const auto verdict = [&](const std::string& effect, const std::string& principal, const Identity& who) {
    const auto policy = bucket_policy("{'Effect': '" + effect + "', " + principal +
                                      ", 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/*'}");
    return decide({"s3:GetObject", "arn:aws:s3:::lake/a", now}, who, policy.get()).verdict;
  };
  const Identity bob = Identity::make_user("bob", "AIDA3333333333333333");
  for (const char* name : {"ana", "AIDA2222222222222222", "arn:aws:iam::000000000000:user/ana"}) {
    const std::string only = std::string("'Principal': {'AWS': '") + name + "'}";
    EXPECT_EQ(verdict("Allow", only, ana()), Verdict::kAllow) << name;
    EXPECT_EQ(verdict("Allow", only, bob), Verdict::kImplicitDeny) << name;
    EXPECT_EQ(verdict("Allow", only, Identity{}), Verdict::kImplicitDeny) << name;
    EXPECT_EQ(verdict("Deny", only, Identity::make_root()), Verdict::kAllow) << name;
  }
  const std::string account = "'Principal': {'AWS': 'arn:aws:iam::000000000000:root'}";
  EXPECT_EQ(verdict("Allow", account, ana()), Verdict::kImplicitDeny) << "left to the user's own policies";
  EXPECT_EQ(verdict("Deny", account, ana("{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}")),
            Verdict::kExplicitDeny);
  EXPECT_EQ(verdict("Deny", account, Identity::make_root()), Verdict::kExplicitDeny);
  EXPECT_EQ(verdict("Deny", account, Identity{}), Verdict::kImplicitDeny);
  const std::string others = "'NotPrincipal': {'AWS': 'ana'}";
  EXPECT_EQ(verdict("Deny", others, ana("{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}")), Verdict::kAllow);
  EXPECT_EQ(verdict("Deny", others, bob), Verdict::kExplicitDeny);
  EXPECT_EQ(verdict("Deny", others, Identity{}), Verdict::kExplicitDeny);
  EXPECT_EQ(verdict("Allow", "'Principal': {'Service': 'x.amazonaws.com'}", ana()), Verdict::kImplicitDeny);
}

TEST(Statements, NotActionAndNotResourceTakeTheRest) {
  const Circumstances now;
  const Identity user =
      ana("{'Effect': 'Allow', 'NotAction': ['s3:Delete*', 's3:Put*'], 'NotResource': "
          "['arn:aws:s3:::lake/secret/*']}");
  const auto may = [&](const char* action, const char* resource) {
    return decide({action, resource, now}, user, nullptr).allowed();
  };
  EXPECT_TRUE(may("s3:GetObject", "arn:aws:s3:::lake/a"));
  EXPECT_TRUE(may("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/t"));
  EXPECT_FALSE(may("s3:DeleteObject", "arn:aws:s3:::lake/a"));
  EXPECT_FALSE(may("s3:GetObject", "arn:aws:s3:::lake/secret/a"));
}

TEST(Statements, OfBefore2012KnowNoVariables) {
  const Circumstances now;
  const auto policy = unwrap(Policy::parse_bucket(
      json("{'Version': '2008-10-17', 'Statement': {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', "
           "'Resource': 'arn:aws:s3:::lake/${aws:username}'}}"),
      {.bucket = "lake"}));
  EXPECT_FALSE(decide({"s3:GetObject", "arn:aws:s3:::lake/ana", now}, ana(), policy.get()).allowed());
  EXPECT_TRUE(decide({"s3:GetObject", "arn:aws:s3:::lake/${aws:username}", now}, ana(), policy.get()).allowed());
}

}  // namespace
}  // namespace caudal::access
