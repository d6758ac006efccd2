// SPDX-License-Identifier: Apache-2.0
// Laws that hold for every policy and request, whatever the statements say: tried on drawn ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "access/decide.h"
#include "access/policy_cache.h"
#include "access/statement.h"
#include "access/testing/policies.h"
#include "base/random.h"

namespace caudal::access {
namespace {

constexpr const char* kDenyAll = "{'Effect': 'Deny', 'Action': '*', 'Resource': '*'}";
constexpr const char* kAllowAll = "{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}";
constexpr const char* kLake = "'Resource': ['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*']}";

class DecideLaws : public testing::Test {
 protected:
  DecideLaws() : seed_(secure_random_u64()), random_(seed_), trace_(__FILE__, __LINE__, seed_) {}

  std::string one(std::vector<std::string> of) { return of[random_.below(of.size())]; }

  // A statement; with a principal for a bucket's policy.
  std::string statement(bool of_bucket) {
    std::string text = "{'Effect': '" + one({"Allow", "Deny"}) + "'";
    if (of_bucket)
      text += ", 'Principal': " + one({"'*'", "{'AWS': 'ana'}", "{'AWS': '000000000000'}", "{'AWS': 'bob'}"});
    text += ", '" + one({"Action", "Action", "NotAction"}) + "': '" + one({"s3:*", "s3:Get*", "s3:PutObject"}) + "'";
    if (random_.chance(0.4)) {
      text += ", 'Condition': {'" +
              one({"StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringLike"}) + "': {'" +
              one({"s3:prefix", "aws:username"}) + "': '" + one({"ana", "raw/", "*"}) + "'}}";
    }
    return text + ", 'Resource': " +
           one({"'arn:aws:s3:::lake/*'", "['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*']",
                "['arn:aws:s3:::lake', 'arn:aws:s3:::lake/raw/*']"}) +
           "}";
  }
  std::vector<std::string> statements(bool of_bucket) {
    std::vector<std::string> all;
    for (size_t left = 1 + random_.below(4); left > 0; --left) {
      // Each action needs a resource of its kind, or the bucket's policy is none.
      std::string drawn = statement(of_bucket);
      if (!of_bucket || Policy::parse_bucket(wrapped({drawn}), {.bucket = "lake"})) all.push_back(std::move(drawn));
    }
    if (all.empty()) all.push_back(std::string("{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:*', ") + kLake);
    return all;
  }

  static std::string joined(const std::vector<std::string>& statements) {
    std::string text;
    for (const std::string& each : statements) text += (text.empty() ? "" : ", ") + each;
    return text;
  }
  static std::string wrapped(const std::vector<std::string>& statements) {
    return json("{'Version': '2012-10-17', 'Statement': [" + joined(statements) + "]}");
  }

  // What ana, or another, gets.
  Verdict verdict(const Identity& identity, const std::vector<std::string>& bucket) {
    return decide({action_, resource_, circumstances_}, identity, bucket_policy(joined(bucket)).get()).verdict;
  }
  void draw_request() {
    action_ = one({"s3:GetObject", "s3:PutObject", "s3:ListBucket"});
    resource_ = one({"arn:aws:s3:::lake", "arn:aws:s3:::lake/raw/a", "arn:aws:s3:::lake/b"});
    circumstances_ = {};
    if (random_.chance(0.5)) circumstances_.add("s3:prefix", one({"raw/", "other"}));
  }

  const uint64_t seed_;
  Random random_;
  testing::ScopedTrace trace_;
  std::string action_;
  std::string resource_;
  Circumstances circumstances_;
};

TEST_F(DecideLaws, TheOrderOfStatementsAndPoliciesDoesNotMatter) {
  for (int round = 0; round < 500; ++round) {
    draw_request();
    auto own = statements(false);
    auto bucket = statements(true);
    const Verdict before = verdict(ana(joined(own)), bucket);
    std::ranges::reverse(own);
    std::ranges::reverse(bucket);
    EXPECT_EQ(verdict(ana(joined(own)), bucket), before);
    Identity split = ana();
    for (const std::string& each : own) split.policies.push_back(identity_policy(each));
    EXPECT_EQ(verdict(split, bucket), before) << "one policy or several";
  }
}

TEST_F(DecideLaws, ADenyMoreNeverAllowsMoreAndAnAllowMoreNeverDeniesMore) {
  for (int round = 0; round < 500; ++round) {
    draw_request();
    const auto own = statements(false);
    const auto bucket = statements(true);
    const Verdict before = verdict(ana(joined(own)), bucket);
    auto denied = own;
    denied.push_back(kDenyAll);
    EXPECT_EQ(verdict(ana(joined(denied)), bucket), Verdict::kExplicitDeny);
    auto allowed = own;
    allowed.push_back(kAllowAll);
    const Verdict after = verdict(ana(joined(allowed)), bucket);
    EXPECT_EQ(after, before == Verdict::kExplicitDeny ? Verdict::kExplicitDeny : Verdict::kAllow);
  }
}

TEST_F(DecideLaws, PoliciesOfOthersDoNotMatter) {
  for (int round = 0; round < 500; ++round) {
    draw_request();
    const auto bucket = statements(true);
    Identity anonymous;
    const Verdict before = verdict(anonymous, bucket);
    anonymous.policies.push_back(identity_policy(kAllowAll));
    EXPECT_EQ(verdict(anonymous, bucket), before) << "the anonymous have no policies of their own";
    Identity root = Identity::make_root();
    const Verdict of_root = verdict(root, bucket);
    root.policies.push_back(identity_policy(kDenyAll));
    EXPECT_EQ(verdict(root, bucket), of_root) << "nor does root";
    EXPECT_NE(of_root, Verdict::kImplicitDeny);
  }
}

TEST_F(DecideLaws, TheStatementNamedIsOneOfTheRightEffect) {
  for (int round = 0; round < 500; ++round) {
    draw_request();
    const Identity user = ana(joined(statements(false)));
    const auto bucket = bucket_policy(joined(statements(true)));
    const Decision decision = decide({action_, resource_, circumstances_}, user, bucket.get());
    if (decision.by == Decision::By::kNothing) {
      EXPECT_EQ(decision.verdict, Verdict::kImplicitDeny);
      EXPECT_EQ(decision.statement, nullptr);
      continue;
    }
    ASSERT_NE(decision.statement, nullptr);
    EXPECT_EQ(decision.statement->effect, decision.allowed() ? Effect::kAllow : Effect::kDeny);
    const Policy* holder = decision.by == Decision::By::kResourcePolicy ? bucket.get() : user.policies[0].get();
    EXPECT_EQ(decision.policy, holder);
    EXPECT_EQ(&holder->statements().at(decision.statement->number - 1), decision.statement);
  }
}

TEST_F(DecideLaws, WhatIsDeniedIsDeniedForEveryKeyAlike) {
  // Whoever may not read a key gets the same decision whatever the key is called: nothing of it can be learnt.
  const Identity user = ana("{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::lake/mine/*'}");
  for (int round = 0; round < 200; ++round) {
    std::string key = "other/";
    for (size_t left = random_.below(40); left > 0; --left) key += static_cast<char>(random_.between(1, 255));
    const std::string arn = object_arn("lake", key);
    const Decision decision = decide({"s3:GetObject", arn, circumstances_}, user, nullptr);
    EXPECT_EQ(decision.verdict, Verdict::kImplicitDeny);
    EXPECT_EQ(decision.describe(), "no statement");
  }
  EXPECT_FALSE(may_learn_absence("lake", circumstances_, user, nullptr));
}

TEST_F(DecideLaws, ThreadsThatShareACacheDecideAlike) {
  const std::vector<std::string> texts = {
      wrapped({std::string("{'Effect': 'Allow', 'Principal': '*', 'Action': 's3:*', ") + kLake}),
      wrapped({std::string("{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', ") + kLake})};
  PolicyCache cache(1);
  std::atomic<size_t> wrong = 0;
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const Circumstances now;
      for (size_t round = 0; round < 500; ++round) {
        const size_t which = (thread + round) % 2;
        const auto policy = cache.bucket("lake", texts[which]);
        const auto decision = decide({"s3:GetObject", "arn:aws:s3:::lake/a", now}, Identity{}, policy->get());
        if (decision.allowed() != (which == 0)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace caudal::access
