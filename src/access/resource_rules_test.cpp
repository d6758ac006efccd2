// SPDX-License-Identifier: Apache-2.0
// Policies of tables and streams: what they may say, and how they decide together with those of identities.
#include "access/resource_rules.h"

#include <gtest/gtest.h>

#include "access/decide.h"
#include "access/errors.h"
#include "access/policy_cache.h"
#include "access/testing/policies.h"
#include "base/testing/result_matchers.h"

namespace caudal::access {
namespace {

constexpr std::string_view kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";
constexpr std::string_view kStream = "arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/2026-01-31T09:30:00.123";

std::string document(const std::string& statements) {
  return json("{'Version': '2012-10-17', 'Statement': [" + statements + "]}");
}

std::string statement(const std::string& effect, const std::string& action, const std::string& below = "",
                      const std::string& condition = "") {
  return "{'Effect': '" + effect + "', 'Principal': '*', 'Action': '" + action + "', 'Resource': '" +
         std::string(kTable) + below + "'" + condition + "}";
}

std::shared_ptr<const Policy> table_policy(const std::string& statements) {
  return unwrap(Policy::parse_table(document(statements), {.arn = kTable}));
}

Verdict decided(std::string_view action, const std::string& resource, const Identity& who, const Policy* policy) {
  const Circumstances none;
  return decide({.action = action, .resource = resource, .circumstances = none}, who, policy).verdict;
}

std::string refusal(std::string_view text, std::string_view arn = kTable) {
  const auto policy =
      Policy::parse_table(text, {.arn = arn, .knows_user = [](std::string_view name) { return name == "ana"; }});
  if (policy) return "";
  EXPECT_EQ(policy.error().code, make_error_code(Errc::malformed_policy));
  return policy.error().message;
}

TEST(TablePolicy, AllowsWhomNoPolicyOfTheirOwnAllows) {
  const auto policy = table_policy(statement("Allow", "dynamodb:GetItem"));
  EXPECT_EQ(decided("dynamodb:GetItem", std::string(kTable), ana(), policy.get()), Verdict::kAllow);
  EXPECT_EQ(decided("dynamodb:PutItem", std::string(kTable), ana(), policy.get()), Verdict::kImplicitDeny);
  EXPECT_EQ(decided("dynamodb:GetItem", std::string(kTable), ana(), nullptr), Verdict::kImplicitDeny);
}

TEST(TablePolicy, DeniesRootTooButNeverThePolicyItself) {
  const auto policy = table_policy(statement("Deny", "dynamodb:*"));
  const Identity root = Identity::make_root();
  EXPECT_EQ(decided("dynamodb:GetItem", std::string(kTable), root, policy.get()), Verdict::kExplicitDeny);
  for (const char* action :
       {"dynamodb:GetResourcePolicy", "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"}) {
    EXPECT_EQ(decided(action, std::string(kTable), root, policy.get()), Verdict::kAllow) << action;
    EXPECT_EQ(decided(action, std::string(kTable), ana("{'Effect': 'Allow', 'Action': 'dynamodb:*', 'Resource': '*'}"),
                      policy.get()),
              Verdict::kExplicitDeny)
        << action;
  }
}

TEST(TablePolicy, SpeaksOfIndexesByTheirArns) {
  const auto policy = table_policy(statement("Allow", "dynamodb:Query", "/index/*"));
  EXPECT_EQ(decided("dynamodb:Query", std::string(kTable) + "/index/by-s", ana(), policy.get()), Verdict::kAllow);
  EXPECT_EQ(decided("dynamodb:Query", std::string(kTable), ana(), policy.get()), Verdict::kImplicitDeny);
}

TEST(TablePolicy, IsToldWhatIsWrongWithIt) {
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:GetItem"))), "");
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:*"))), "");
  EXPECT_EQ(refusal(document(statement("Allow", "DynamoDB:batch*Item"))), "");
  EXPECT_EQ(refusal("[]"), "The policy must be a JSON object, and its first byte '{'");
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:Fly"))), "The following action names are invalid");
  EXPECT_EQ(refusal(document(statement("Allow", "s3:GetObject"))), "The following action names are invalid");
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:ListTables"))), "The following action names are invalid");
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:GetItem", "2"))),
            "The policy names a resource that it is not attached to");
  EXPECT_EQ(refusal(document(
                statement("Allow", "dynamodb:GetItem", "", ", 'Condition': {'StringEquals': {'s3:prefix': 'a'}}"))),
            "Invalid condition key");
  EXPECT_EQ(refusal(document(statement("Allow", "dynamodb:GetItem", "",
                                       ", 'Condition': {'StringEquals': {'dynamodb:LeadingKeys': 'a'}}"))),
            "");
  EXPECT_EQ(refusal(json("{'Statement': {'Effect': 'Allow', 'Principal': {'AWS': 'bia'}, 'Action': 'dynamodb:GetItem', "
                         "'Resource': '*'}}")),
            "Invalid principal in policy");
  EXPECT_EQ(refusal("{" + std::string(Policy::kMaxBytes, ' ') + "}"),
            "The policy is larger than the 20480 bytes that it may have");
}

TEST(TablePolicy, OfAStreamSpeaksOfReadingIt) {
  const auto of_stream = [](const std::string& action) {
    return json("{'Statement': {'Effect': 'Allow', 'Principal': '*', 'Action': '" + action + "', 'Resource': '" +
                std::string(kStream) + "'}}");
  };
  EXPECT_EQ(refusal(of_stream("dynamodb:GetRecords"), kStream), "");
  EXPECT_EQ(refusal(of_stream("dynamodb:GetItem"), kStream), "The following action names are invalid");
  EXPECT_EQ(refusal(of_stream("dynamodb:ListStreams"), kStream), "The following action names are invalid");
}

TEST(PolicyCache, KeepsPoliciesOfTablesByTheirText) {
  PolicyCache cache;
  const std::string allow = document(statement("Allow", "dynamodb:GetItem"));
  const auto first = unwrap(cache.table(kTable, allow));
  EXPECT_EQ(unwrap(cache.table(kTable, allow)), first);
  const auto other = unwrap(cache.table(kTable, document(statement("Deny", "dynamodb:GetItem"))));
  EXPECT_NE(other, first);
  EXPECT_EQ(decided("dynamodb:GetItem", std::string(kTable), Identity::make_root(), other.get()),
            Verdict::kExplicitDeny);
}

}  // namespace
}  // namespace caudal::access
