// SPDX-License-Identifier: Apache-2.0
#include "access/policy_ids.h"

#include <gtest/gtest.h>

#include "access/decide.h"
#include "access/errors.h"
#include "access/identity.h"
#include "access/policy.h"
#include "base/testing/result_matchers.h"

namespace caudal::access {
namespace {

constexpr const char* kAnaId = "AIDAAAAAAAAAAAAAANA1";

std::optional<std::string> id_of(std::string_view name) {
  if (name == "ana") return kAnaId;
  if (name == "bob") return "AIDABBBBBBBBBBBBBOB1";
  return std::nullopt;
}

std::optional<std::string> name_of(std::string_view id) {
  if (id == kAnaId) return "ana";
  return std::nullopt;
}

std::string policy_for(const std::string& principal) {
  return R"({"Version":"2012-10-17", "Statement":[{"Effect":"Allow","Principal":)" + principal +
         R"(,"Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})";
}

TEST(UserIds, TakeThePlaceOfNamesInPrincipals) {
  EXPECT_EQ(unwrap(with_user_ids(policy_for(R"({"AWS":"arn:aws:iam::000000000000:user/ana"})"), id_of)),
            policy_for(R"({"AWS":"AIDAAAAAAAAAAAAAANA1"})"));
  EXPECT_EQ(unwrap(with_user_ids(policy_for(R"({ "AWS" : [ "ana" , "arn:aws:iam::000000000000:user/bob" ] })"), id_of)),
            policy_for(R"({ "AWS" : [ "AIDAAAAAAAAAAAAAANA1" , "AIDABBBBBBBBBBBBBOB1" ] })"))
      << "blanks stay";
}

TEST(UserIds, EscapesInNamesAreUnderstood) {
  EXPECT_EQ(unwrap(with_user_ids(policy_for(R"({"AWS":"arn:aws:iam::000000000000:user\/\u0061na"})"), id_of)),
            policy_for(R"({"AWS":"AIDAAAAAAAAAAAAAANA1"})"));
}

TEST(UserIds, WhatIsNoUserStays) {
  for (const char* principal :
       {R"("*")", R"({"AWS":"*"})", R"({"AWS":"000000000000"})", R"({"AWS":"arn:aws:iam::000000000000:root"})",
        R"({"AWS":"arn:aws:iam::000000000000:user/nobody"})", R"({"Service":"ana"})",
        R"({"AWS":"AIDAAAAAAAAAAAAAANA1"})"}) {
    EXPECT_EQ(unwrap(with_user_ids(policy_for(principal), id_of)), policy_for(principal));
  }
}

TEST(UserIds, OnlyInPrincipals) {
  const std::string elsewhere = R"({"Id":"ana","Statement":{"Sid":"ana","Effect":"Deny","NotPrincipal":{"AWS":"ana"},)"
                                R"("Action":"s3:*","Resource":"arn:aws:s3:::lake/ana",)"
                                R"("Condition":{"StringEquals":{"aws:username":"ana","Principal":"ana"}}}})";
  std::string expected = elsewhere;
  const std::string principal = R"("NotPrincipal":{"AWS":")";
  expected.replace(expected.find(principal) + principal.size(), 3, kAnaId);
  EXPECT_EQ(unwrap(with_user_ids(elsewhere, id_of)), expected);
}

TEST(UserIds, AreShownAsTheUsersThatStillAre) {
  const std::string stored = policy_for(R"({"AWS":["AIDAAAAAAAAAAAAAANA1","AIDABBBBBBBBBBBBBOB1"]})");
  EXPECT_EQ(unwrap(with_user_arns(stored, name_of)),
            policy_for(R"({"AWS":["arn:aws:iam::000000000000:user/ana","AIDABBBBBBBBBBBBBOB1"]})"));
}

TEST(UserIds, OfNoJson) {
  EXPECT_EQ(with_user_ids("{", id_of).error().code, Errc::malformed_policy);
  EXPECT_EQ(unwrap(with_user_ids("[]", id_of)), "[]");
}

TEST(UserIds, WhoComesLaterUnderTheNameIsSomebodyElse) {
  const std::string stored =
      unwrap(with_user_ids(policy_for(R"({"AWS":"arn:aws:iam::000000000000:user/ana"})"), id_of));
  const auto policy = unwrap(Policy::parse_bucket(stored, {.bucket = "lake"}));
  const Circumstances none;
  const Request request{.action = "s3:GetObject", .resource = "arn:aws:s3:::lake/a", .circumstances = none};
  EXPECT_TRUE(decide(request, Identity::make_user("ana", kAnaId), policy.get()).allowed());
  EXPECT_FALSE(decide(request, Identity::make_user("ana", "AIDAAAAAAAAAAAAAANA2"), policy.get()).allowed());
  EXPECT_TRUE(decide(request, Identity::make_user("renamed", kAnaId), policy.get()).allowed());
}

}  // namespace
}  // namespace caudal::access
