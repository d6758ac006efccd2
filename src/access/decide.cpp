// SPDX-License-Identifier: Apache-2.0
// Weighing statements against a request.
#include "access/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/ascii.h"
#include "access/evaluation.h"
#include "access/statement.h"

namespace caudal::access {
namespace {

constexpr std::string_view kArnOfS3 = "arn:aws:s3:::";

// Deny of `policy` if there is one, else its first Allow, else nothing. Allows are not looked for when one was found.
struct Weighed {
  const Statement* deny = nullptr;
  const Statement* allow = nullptr;
};

Weighed weigh(const Policy& policy, Evaluation& evaluation, bool want_allow, bool of_resource) {
  Weighed weighed;
  for (const Statement& statement : policy.statements()) {
    const bool allows = statement.effect == Effect::kAllow;
    if (allows && (!want_allow || weighed.allow != nullptr)) continue;
    if (!evaluation.applies(statement, of_resource)) continue;
    if (!allows) {
      weighed.deny = &statement;
      return weighed;
    }
    weighed.allow = &statement;
  }
  return weighed;
}

// What root can do whatever a resource's policy says.
bool keeps_root_in(std::string_view action) {
  constexpr auto kActions = std::to_array<std::string_view>(
      {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "dynamodb:GetResourcePolicy",
       "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"});
  return std::ranges::any_of(kActions, [&](std::string_view one) { return equal_ignoring_case(action, one); });
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllow: return "allow";
    case Verdict::kExplicitDeny: return "explicit_deny";
    case Verdict::kImplicitDeny: return "implicit_deny";
  }
  return "unknown";
}

std::string Decision::describe() const {
  if (by == By::kNothing) return "no statement";
  if (by == By::kRoot) return "root";
  const std::string place =
      by == By::kResourcePolicy ? "resource policy" : fmt::format("user policy {}", policy->name());
  if (!statement->sid.empty()) return fmt::format("{}, statement {}", place, statement->sid);
  return fmt::format("{}, statement {}", place, statement->number);
}

Decision decide(const Request& request, const Identity& identity, const Policy* resource_policy) {
  using By = Decision::By;
  Evaluation evaluation(request, identity);
  Decision decision;
  if (identity.root()) {
    decision = {Verdict::kAllow, By::kRoot};
    if (keeps_root_in(request.action)) return decision;
  }
  if (resource_policy != nullptr) {
    const Weighed weighed = weigh(*resource_policy, evaluation, !decision.allowed(), true);
    if (weighed.deny != nullptr) {
      return {Verdict::kExplicitDeny, By::kResourcePolicy, resource_policy, weighed.deny};
    }
    if (weighed.allow != nullptr) decision = {Verdict::kAllow, By::kResourcePolicy, resource_policy, weighed.allow};
  }
  if (identity.kind != Identity::Kind::kUser) return decision;
  for (const auto& policy : identity.policies) {
    const Weighed weighed = weigh(*policy, evaluation, !decision.allowed(), false);
    if (weighed.deny != nullptr) return {Verdict::kExplicitDeny, By::kIdentityPolicy, policy.get(), weighed.deny};
    if (weighed.allow != nullptr) decision = {Verdict::kAllow, By::kIdentityPolicy, policy.get(), weighed.allow};
  }
  return decision;
}

bool may_learn_absence(std::string_view bucket, const Circumstances& circumstances, const Identity& identity,
                       const Policy* resource_policy) {
  const std::string arn = bucket_arn(bucket);
  return decide({"s3:ListBucket", arn, circumstances}, identity, resource_policy).allowed();
}

std::string bucket_arn(std::string_view bucket) { return std::string(kArnOfS3).append(bucket); }
std::string object_arn(std::string_view bucket, std::string_view key) {
  std::string arn;
  arn.reserve(kArnOfS3.size() + bucket.size() + 1 + key.size());
  return arn.append(kArnOfS3).append(bucket).append(1, '/').append(key);
}

}  // namespace caudal::access
