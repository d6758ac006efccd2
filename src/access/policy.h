// SPDX-License-Identifier: Apache-2.0
// A policy in AWS's language, read once and made ready for deciding. Deciding is decide.h's business.
//
//   auto policy = TRY(Policy::parse_bucket(text, {.bucket = "lake"}));
//   Decision decision = decide(request, identity, policy.get());
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caudal::access {

struct Statement;

// What a bucket's policy is held to when it is put.
struct BucketRules {
  std::string_view bucket;
  // Whether a user of that name, or of that id ("AIDA..."), exists. Empty: any will do, as for a policy that was
  // accepted earlier.
  std::function<bool(std::string_view)> knows_user = {};
};

// The same for the policy of a table of DynamoDB, which is also that of its indexes, or of a stream.
struct TableRules {
  std::string_view arn;
  std::function<bool(std::string_view)> knows_user = {};
};

// Immutable, so any number of threads decides by it.
class Policy {
 public:
  static constexpr size_t kMaxBytes = 20480;

  // Attached to a user. `name`: what decisions call it. Errors: malformed_policy.
  static Result<std::shared_ptr<const Policy>> parse_identity(std::string_view text, std::string name);
  // Attached to a bucket. Errors: malformed_policy, whose message is as S3 words it ("Policy has invalid resource") and
  // whose context says where, and what is there.
  static Result<std::shared_ptr<const Policy>> parse_bucket(std::string_view text, const BucketRules& rules);
  // Attached to a table or a stream. Errors: malformed_policy.
  static Result<std::shared_ptr<const Policy>> parse_table(std::string_view text, const TableRules& rules);

  ~Policy();
  const std::string& name() const { return name_; }
  const std::vector<Statement>& statements() const { return statements_; }

  // Whether a condition or variable names a key that begins with `prefix` (any case). A door that would have to fetch
  // something to know it, such as an object's tags for "s3:ExistingObjectTag/", asks first.
  bool mentions(std::string_view prefix) const;
  // Whether a statement allows something to everybody, without a condition on where from: what GetBucketPolicyStatus
  // calls public.
  bool is_public() const;

 private:
  Policy(std::string name, std::vector<Statement> statements);
  std::string name_;
  std::vector<Statement> statements_;
};

}  // namespace caudal::access
