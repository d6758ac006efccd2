// SPDX-License-Identifier: Apache-2.0
// The decision, in one place for all doors. By AWS's rules within one account: an explicit Deny wins; else one Allow,
// of the identity's policies or of the resource's, is enough; else no.
//
// A door decides before it looks whether anything exists, so that a key without permission learns nothing: the answer
// to a denied request is the same AccessDenied whether the thing is there or not. Where a read was allowed and the
// thing is absent, may_learn_absence() says whether to answer 404 or 403.
#pragma once

#include <cstdint>
#include <string_view>

#include "access/identity.h"
#include "access/policy.h"
#include "access/request.h"

namespace caudal::access {

enum class Verdict : uint8_t { kAllow, kExplicitDeny, kImplicitDeny };
std::string_view to_string(Verdict verdict);  // "allow", "explicit_deny", "implicit_deny"

struct Decision {
  enum class By : uint8_t { kNothing, kRoot, kIdentityPolicy, kResourcePolicy };

  Verdict verdict = Verdict::kImplicitDeny;
  By by = By::kNothing;
  // The statement that decided; null unless `by` is a policy. These live as long as the policies.
  const Policy* policy = nullptr;
  const Statement* statement = nullptr;

  bool allowed() const { return verdict == Verdict::kAllow; }
  // "user policy readers, statement AllowRead", "resource policy, statement 2", "root", "no statement": for the audit
  // log, never for who was denied.
  std::string describe() const;
};

// `resource_policy`: the bucket's or table's, or null. Root needs no policy; an explicit Deny of a resource's policy
// holds for it too, except for reading, replacing and removing such policies, so that nobody is locked out for good.
// The anonymous are allowed by resource policies alone. Thread-safe; about a microsecond.
Decision decide(const Request& request, const Identity& identity, const Policy* resource_policy);

// S3's rule: whoever may list the bucket may know that a key is not there (404); to others it is as if it were
// forbidden (403). To be asked only after decide() allowed the read itself.
bool may_learn_absence(std::string_view bucket, const Circumstances& circumstances, const Identity& identity,
                       const Policy* resource_policy);

// "arn:aws:s3:::bucket" and "arn:aws:s3:::bucket/key".
std::string bucket_arn(std::string_view bucket);
std::string object_arn(std::string_view bucket, std::string_view key);

}  // namespace caudal::access
