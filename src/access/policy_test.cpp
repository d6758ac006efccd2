// SPDX-License-Identifier: Apache-2.0
// Reading policies: what is taken, what is refused in whose words and where, and what a policy says about itself.
#include "access/policy.h"

#include <gtest/gtest.h>

#include "access/decide.h"
#include "access/errors.h"
#include "access/named_policies.h"
#include "access/policy_cache.h"
#include "access/s3_actions.h"
#include "access/statement.h"
#include "access/testing/policies.h"
#include "base/testing/result_matchers.h"

namespace caudal::access {
namespace {

Error bucket_error(const std::string& text) {
  auto policy = Policy::parse_bucket(json(text), {.bucket = "lake", .knows_user = [](std::string_view name) {
                                                    return name == "ana" || name == "AIDA2222222222222222";
                                                  }});
  if (policy) return {Errc::no_such_policy, "it was taken"};
  EXPECT_EQ(policy.error().code, make_error_code(Errc::malformed_policy));
  return std::move(policy).error();
}

Error identity_error(const std::string& text) {
  auto policy = Policy::parse_identity(json(text), "p");
  if (policy) return {Errc::no_such_policy, "it was taken"};
  return std::move(policy).error();
}

// A bucket's policy of one statement, whose fields are given.
std::string statement(const std::string& fields) {
  return "{'Version': '2012-10-17', 'Statement': [{" + fields + "}]}";
}

struct Wrong {
  std::string text;
  std::string message;
  std::string context;  // part of it
};

void expect_refused(const Wrong& wrong, const Error& error) {
  EXPECT_EQ(error.message, wrong.message) << wrong.text;
  EXPECT_NE(error.to_string().find(wrong.context), std::string::npos) << error.to_string();
}

constexpr const char* kRest = "'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/*'";

TEST(BucketPolicy, RefusesInS3sWordsAndSaysWhere) {
  const std::string rest = kRest;
  const std::string who = "'Effect': 'Allow', 'Principal': '*', ";
  for (const Wrong& wrong : {
           Wrong{"", "Policies must be valid JSON and the first byte must be '{'", ""},
           Wrong{" {}", "Policies must be valid JSON and the first byte must be '{'", ""},
           Wrong{"{'Version': ", "This policy contains invalid Json", "line 1, column 13"},
           Wrong{"{}", "Missing required field Statement", "line 1, column 1"},
           Wrong{"{'Statement': []}", "Could not parse the policy: Statement is empty!", "line 1, column 15"},
           Wrong{"{'Statement': 'x'}", "Invalid policy syntax.", "line 1, column 15"},
           Wrong{"{'Statement': ['x']}", "Invalid policy syntax.", "line 1, column 16"},
           Wrong{"{'Version': '2020-01-01', 'Statement': []}", "The policy must contain a valid version string",
                 "line 1, column 13"},
           Wrong{"{'Statements': []}", "Unknown field Statements", "'Statements'"},
           Wrong{"{'Id': 'a', 'Id': 'b', 'Statement': []}", "This policy contains invalid Json", "repeated Id"},
           Wrong{statement("'Principal': '*', " + rest), "Missing required field Effect", ""},
           Wrong{statement("'Effect': 'hello', 'Principal': '*', " + rest), "Invalid effect: hello", ""},
           Wrong{statement("'Effect': 'Allow', " + rest), "Missing required field Principal", ""},
           Wrong{statement("'Effect': 'Allow', 'Principal': 'ana', " + rest), "Invalid principal in policy", "'ana'"},
           Wrong{statement("'Effect': 'Allow', 'Principal': {}, " + rest), "Invalid principal in policy", ""},
           Wrong{statement("'Effect': 'Allow', 'Principal': {'AWS': []}, " + rest), "Invalid principal in policy", ""},
           Wrong{statement("'Effect': 'Allow', 'Principal': {'AWS': 'bob'}, " + rest), "Invalid principal in policy",
                 "'bob'"},
           Wrong{statement("'Effect': 'Allow', 'Principal': {'AWS': 'an*'}, " + rest), "Invalid principal in policy",
                 "'an*'"},
           Wrong{statement("'Effect': 'Allow', 'Principal': {'AWS': 'arn:aws:iam::999999999999:user/ana'}, " + rest),
                 "Invalid principal in policy", "999999999999"},
           Wrong{statement("'Effect': 'Allow', 'Principal': {'Users': 'ana'}, " + rest), "Invalid principal in policy",
                 ""},
           Wrong{statement("'Effect': 'Allow', 'NotPrincipal': {'AWS': 'ana'}, " + rest),
                 "Allow with NotPrincipal is not allowed.", ""},
       }) {
    expect_refused(wrong, bucket_error(wrong.text));
  }
}

TEST(BucketPolicy, RefusesActionsResourcesAndConditionsInS3sWords) {
  const std::string rest = kRest;
  const std::string who = "'Effect': 'Allow', 'Principal': '*', ";
  for (const Wrong& wrong : {
           Wrong{statement(who + "'Resource': 'arn:aws:s3:::lake/*'"), "Missing required field Action", ""},
           Wrong{statement(who + "'Action': [], 'Resource': 'arn:aws:s3:::lake/*'"), "Missing required field Action",
                 ""},
           Wrong{statement(who + "'Action': 'dynamodb:GetItem', 'Resource': 'arn:aws:s3:::lake/*'"),
                 "Policy has invalid action", "'dynamodb:GetItem'"},
           Wrong{statement(who + "'Action': ['s3:GetObject', 's3:GetObjekt'], 'Resource': 'arn:aws:s3:::lake/*'"),
                 "Policy has invalid action", "'s3:GetObjekt'"},
           Wrong{statement(who + "'Action': 's3:GetObject', 'NotAction': 's3:PutObject', 'Resource': "
                                 "'arn:aws:s3:::lake/*'"),
                 "Invalid policy syntax.", "NotAction"},
           Wrong{statement(who + "'Action': 's3:GetObject'"), "Missing required field Resource", ""},
           Wrong{statement(who + "'Action': 's3:GetObject', 'Resource': '*'"), "Policy has invalid resource", "'*'"},
           Wrong{statement(who + "'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::other/*'"),
                 "Policy has invalid resource", "other"},
           Wrong{statement(who + "'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lakes/*'"),
                 "Policy has invalid resource", "lakes"},
           Wrong{statement(who + "'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/${aws:username'"),
                 "Policy has invalid resource", ""},
           Wrong{statement(who + "'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake'"),
                 "Action does not apply to any resource(s) in statement", "'s3:GetObject'"},
           Wrong{statement(who + "'Action': ['s3:GetObject', 's3:ListBucket'], 'Resource': 'arn:aws:s3:::lake/*'"),
                 "Action does not apply to any resource(s) in statement", "'s3:ListBucket'"},
           Wrong{statement(who + rest + ", 'Condition': {'StringIs': {'aws:x': 'y'}}"),
                 "Invalid Condition type : StringIs", ""},
           Wrong{statement(who + rest + ", 'Condition': {'NullIfExists': {'aws:x': 'true'}}"),
                 "Invalid Condition type : NullIfExists", ""},
           Wrong{statement(who + rest + ", 'Condition': {'StringEquals': {'ec2:x': 'y'}}"),
                 "Policy has an invalid condition key", "'ec2:x'"},
           Wrong{statement(who + rest + ", 'Condition': {'IpAddress': {'aws:SourceIp': '1.2.3'}}"),
                 "Invalid IP address in Conditions", "'1.2.3'"},
           Wrong{statement(who + rest + ", 'Condition': {'NumericEquals': {'s3:max-keys': 'ten'}}"),
                 "Invalid policy syntax.", "'ten'"},
           Wrong{statement(who + rest + ", 'Condition': {'Bool': {'aws:SecureTransport': {}}}"),
                 "Invalid policy syntax.", ""},
           Wrong{statement(who + rest + ", 'Condition': []"), "Invalid policy syntax.", ""},
           Wrong{statement(who + rest + ", 'Sid': 7"), "Invalid policy syntax.", ""},
           Wrong{"{'Statement': [{'Sid': 'a', " + who + rest + "}, {'Sid': 'a', " + who + rest + "}]}",
                 "Statement IDs (SID) in a single policy must be unique.", "'a'"},
       }) {
    expect_refused(wrong, bucket_error(wrong.text));
  }
}

TEST(BucketPolicy, RefusesOneThatIsTooLarge) {
  EXPECT_EQ(bucket_error("{" + std::string(Policy::kMaxBytes, ' ') + "}").message,
            "Policy exceeds the maximum allowed document size.");
}

TEST(BucketPolicy, TakesPrincipalsByEveryName) {
  for (const char* who : {"'*'", "{'AWS': '*'}", "{'AWS': 'ana'}", "{'AWS': ['AIDA2222222222222222', '000000000000']}",
                          "{'AWS': 'arn:aws:iam::000000000000:root'}", "{'AWS': 'arn:aws:iam::000000000000:user/ana'}",
                          "{'Service': 'logging.s3.amazonaws.com'}", "{'AWS': 'ana', 'CanonicalUser': 'abc'}"}) {
    const std::string text = statement(std::string("'Effect': 'Allow', 'Principal': ") + who + ", " + kRest);
    EXPECT_EQ(bucket_error(text).message, "it was taken") << who;
  }
}

TEST(BucketPolicy, TakesResourcesOfTheBucketAlone) {
  for (const char* resource : {"'arn:aws:s3:::lake/*'", "'arn:aws:s3:::lake/raw/${aws:username}/*'",
                               "['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*']", "'arn:aws:s3:::lake*'"}) {
    const std::string text =
        statement(std::string("'Effect': 'Allow', 'Principal': '*', 'Action': 's3:*', 'Resource': ") + resource);
    EXPECT_EQ(bucket_error(text).message, "it was taken") << resource;
  }
}

TEST(IdentityPolicy, RefusesInIamsWords) {
  const std::string rest = "'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'";
  for (const Wrong& wrong : {
           Wrong{"[]", "Syntax errors in policy.", ""},
           Wrong{"{'Statement': [{" + rest + "}]}", "Policy document must be version 2012-10-17 or greater.", ""},
           Wrong{statement(rest + ", 'Principal': '*'"), "Policy document should not specify a principal.", ""},
           Wrong{statement(rest + ", 'NotPrincipal': '*'"), "Policy document should not specify a principal.", ""},
           Wrong{statement("'Effect': 'Allow', 'Resource': '*'"), "Policy statement must contain actions.", ""},
           Wrong{statement("'Effect': 'Allow', 'Action': 's3:*'"), "Policy statement must contain resources.", ""},
           Wrong{statement("'Effect': 'Allow', 'Action': 'GetObject', 'Resource': '*'"),
                 "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", "'GetObject'"},
           Wrong{statement("'Effect': 'Allow', 'Action': 's3:*', 'Resource': 'lake/*'"),
                 "The policy failed legacy parsing", "'lake/*'"},
           Wrong{statement(rest + ", 'Condition': {'StringEquals': {'prefix': 'y'}}"),
                 "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", "'prefix'"},
           Wrong{statement(rest + ", 'Extra': 1"), "Syntax errors in policy.", "'Extra'"},
           Wrong{statement("'Effect': 'allow', 'Action': 's3:*', 'Resource': '*'"), "Syntax errors in policy.", ""},
       }) {
    expect_refused(wrong, identity_error(wrong.text));
  }
}

TEST(IdentityPolicy, TakesAStatementThatIsNoListAndAnyService) {
  EXPECT_EQ(identity_error("{'Version': '2012-10-17', 'Statement': {'Effect': 'Allow', 'Action': ['dynamodb:PutItem', "
                           "'s3:*', '*'], 'Resource': 'arn:aws:dynamodb:*:*:table/*'}}")
                .message,
            "it was taken");
  EXPECT_EQ(
      identity_error(statement("'Effect': 'Deny', 'NotAction': 'iam:*', 'NotResource': 'arn:aws:s3:::lake/*'")).message,
      "it was taken");
}

TEST(Policy, MentionsTheKeysOfConditionsAndVariables) {
  const auto policy = bucket_policy(
      "{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/${s3:prefix}', "
      "'Condition': {'StringEquals': {'s3:ExistingObjectTag/Team': '${aws:username}'}}}");
  EXPECT_TRUE(policy->mentions("s3:existingobjecttag/"));
  EXPECT_TRUE(policy->mentions("s3:ExistingObjectTag/"));
  EXPECT_TRUE(policy->mentions("s3:prefix"));
  EXPECT_TRUE(policy->mentions("aws:username"));
  EXPECT_FALSE(policy->mentions("s3:RequestObjectTag/"));
}

TEST(Policy, IsPublicWhenEverybodyIsLetInFromEverywhere) {
  const auto is_public = [](const std::string& effect, const std::string& principal, const std::string& condition) {
    return bucket_policy("{'Effect': '" + effect + "', 'Principal': " + principal + ", " + kRest +
                         (condition.empty() ? "" : ", 'Condition': {" + condition + "}") + "}")
        ->is_public();
  };
  EXPECT_TRUE(is_public("Allow", "'*'", ""));
  EXPECT_TRUE(is_public("Allow", "{'AWS': '*'}", ""));
  EXPECT_FALSE(is_public("Deny", "'*'", ""));
  EXPECT_FALSE(is_public("Allow", "{'AWS': '000000000000'}", ""));
  EXPECT_FALSE(is_public("Allow", "'*'", "'IpAddress': {'aws:SourceIp': '10.0.0.0/8'}"));
  EXPECT_TRUE(is_public("Allow", "'*'", "'IpAddress': {'aws:SourceIp': '0.0.0.0/0'}"));
  EXPECT_TRUE(is_public("Allow", "'*'", "'NotIpAddress': {'aws:SourceIp': '10.0.0.0/8'}"));
  EXPECT_TRUE(is_public("Allow", "'*'", "'StringEquals': {'s3:prefix': 'a'}"));
  EXPECT_FALSE(is_public("Allow", "'*'", "'StringEquals': {'aws:userid': 'AIDA2222222222222222'}"));
  EXPECT_TRUE(is_public("Allow", "'*'", "'StringLike': {'aws:userid': '*'}"));
  EXPECT_TRUE(is_public("Allow", "'*'", "'StringEqualsIfExists': {'aws:userid': 'AIDA2222222222222222'}"));
}

TEST(S3Actions, AreToldByWhatTheyApplyTo) {
  EXPECT_TRUE(s3_action_scope("s3:GetObject").objects);
  EXPECT_FALSE(s3_action_scope("s3:GetObject").buckets);
  EXPECT_TRUE(s3_action_scope("S3:LISTBUCKET").buckets);
  EXPECT_FALSE(s3_action_scope("s3:ListBucket").objects);
  const ActionScope both = s3_action_scope("s3:Get*");
  EXPECT_TRUE(both.buckets && both.objects);
  EXPECT_TRUE(s3_action_scope("*").known);
  for (const char* unknown : {"s3:", "s3:Fly", "s3:Fly*", "GetObject", "sqs:*", ""}) {
    EXPECT_FALSE(s3_action_scope(unknown).known) << unknown;
  }
}

TEST(NamedPolicies, AreAllPolicies) {
  EXPECT_GE(named_policies().size(), 5U);
  for (const std::string_view name : named_policies()) {
    EXPECT_OK(Policy::parse_identity(named_policy(name).value(), std::string(name))) << name;
  }
  EXPECT_FALSE(named_policy("Nothing"));
}

TEST(PolicyCache, GoesByTheTextNotByTheNameAlone) {
  PolicyCache cache(2);
  const auto text = [](const char* effect) {
    return json(statement(std::string("'Effect': '") + effect + "', 'Principal': '*', " + kRest));
  };
  const auto first = unwrap(cache.bucket("lake", text("Allow")));
  EXPECT_EQ(unwrap(cache.bucket("lake", text("Allow"))), first) << "compiled once";
  const auto second = unwrap(cache.bucket("lake", text("Deny")));
  EXPECT_NE(second, first);
  EXPECT_EQ(second->statements().at(0).effect, Effect::kDeny);
  EXPECT_FALSE(cache.bucket("other", text("Allow"))) << "of another bucket";
  EXPECT_FALSE(cache.bucket("lake", "{"));
}

TEST(BucketPolicy, PointsAtTheValueThatIsWrong) {
  const std::string text = R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["s3:GetObject",
                 "s3:Fly"],
      "Resource": "arn:aws:s3:::lake/*"
    }
  ]
})";
  EXPECT_NE(bucket_error(text).to_string().find("line 8, column 18: 's3:Fly'"), std::string::npos);
  std::string missing = text;
  missing.replace(missing.find("      \"Effect\": \"Allow\",\n"), 25, "");
  EXPECT_NE(bucket_error(missing).to_string().find("line 4, column 5"), std::string::npos) << "the statement itself";
}

TEST(NamedPolicies, AllowWhatTheirNamesSay) {
  const auto allows = [](const char* name, const char* action) {
    Identity user = Identity::make_user("ana", "AIDA2222222222222222");
    user.policies.push_back(unwrap(Policy::parse_identity(named_policy(name).value(), name)));
    const Circumstances now;
    return decide({action, "arn:aws:s3:::lake/a", now}, user, nullptr).allowed();
  };
  EXPECT_TRUE(allows("AdministratorAccess", "athena:StartQueryExecution"));
  EXPECT_TRUE(allows("AmazonS3FullAccess", "s3:DeleteObject"));
  EXPECT_FALSE(allows("AmazonS3FullAccess", "dynamodb:GetItem"));
  EXPECT_TRUE(allows("AmazonS3ReadOnlyAccess", "s3:GetObject"));
  EXPECT_TRUE(allows("AmazonS3ReadOnlyAccess", "s3:ListBucket"));
  EXPECT_FALSE(allows("AmazonS3ReadOnlyAccess", "s3:PutObject"));
  EXPECT_FALSE(allows("AmazonS3ReadOnlyAccess", "s3:DeleteObject"));
  EXPECT_TRUE(allows("AmazonDynamoDBReadOnlyAccess", "dynamodb:Query"));
  EXPECT_FALSE(allows("AmazonDynamoDBReadOnlyAccess", "dynamodb:PutItem"));
  EXPECT_TRUE(allows("AmazonDynamoDBFullAccess", "dynamodb:PutItem"));
  EXPECT_TRUE(allows("AmazonAthenaFullAccess", "glue:GetTable"));
  EXPECT_FALSE(allows("AmazonAthenaFullAccess", "s3:GetObject"));
  for (const char* reading : {"caudal:GetPayment", "caudal:GetPaymentHistory", "caudal:GetTransaction",
                              "caudal:ListAccountPayments", "caudal:ListPayments"}) {
    EXPECT_TRUE(allows("CaudalPaymentsReadOnlyAccess", reading)) << reading;
    EXPECT_TRUE(allows("CaudalPaymentsOperatorAccess", reading)) << reading;
  }
  for (const char* changing : {"caudal:CreatePayment", "caudal:CancelPayment"}) {
    EXPECT_FALSE(allows("CaudalPaymentsReadOnlyAccess", changing)) << changing;
    EXPECT_TRUE(allows("CaudalPaymentsOperatorAccess", changing)) << changing;
  }
  EXPECT_FALSE(allows("CaudalPaymentsOperatorAccess", "caudal:SomethingLater"));
  EXPECT_TRUE(allows("CaudalPaymentsFullAccess", "caudal:SomethingLater"));
  EXPECT_FALSE(allows("CaudalPaymentsFullAccess", "dynamodb:PutItem")) << "nor what the tables of payments hold";
}

}  // namespace
}  // namespace caudal::access
