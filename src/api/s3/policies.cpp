// SPDX-License-Identifier: Apache-2.0
// The policies of buckets.
#include "access/errors.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/buckets.h"

namespace caudal::api::s3 {
namespace {

namespace kinds = objects::settings;

Outcome<std::string> find(Call& call) {
  const auto document = TRY(call.said(call.store.get_setting(call.request.bucket, kinds::kPolicy)));
  if (document) return *document;
  return ServiceError{.code = "NoSuchBucketPolicy",
                      .status = 404,
                      .message = "The bucket policy does not exist",
                      .members = {{"BucketName", call.request.bucket}}};
}

Outcome<aws::NoOutput> put_policy(Call& call, const wire::PutBucketPolicyRequest& in) {
  TRY(call.said(call.store.bucket(in.bucket)));
  const auto knows = [&call](std::string_view user) { return call.identities.knows_user(user); };
  const auto policy = access::Policy::parse_bucket(in.policy, {.bucket = in.bucket, .knows_user = knows});
  if (!policy) {
    if (policy.error().code != access::Errc::malformed_policy) return call.refused(policy.error());
    ServiceError malformed{.code = "MalformedPolicy", .status = 400, .message = policy.error().message};
    if (!policy.error().context.empty()) malformed.members = {{"Detail", policy.error().context.front()}};
    return malformed;
  }
  const auto held_to = TRY(call.said(call.settings.of(in.bucket)));
  if (held_to->public_access.block_public_policy.value_or(false) && (*policy)->is_public()) return access_denied();
  TRY(call.said(call.settings.put(in.bucket, kinds::kPolicy, in.policy)));
  call.status = 204;  // unlike other settings, and unlike what the model says
  return aws::NoOutput{};
}

Outcome<wire::GetBucketPolicyOutput> get_policy(Call& call, const wire::GetBucketPolicyRequest&) {
  return wire::GetBucketPolicyOutput{.policy = TRY(find(call))};
}

Outcome<aws::NoOutput> delete_policy(Call& call, const wire::DeleteBucketPolicyRequest& in) {
  TRY(call.said(call.settings.remove(in.bucket, kinds::kPolicy)));
  return aws::NoOutput{};
}

Outcome<wire::GetBucketPolicyStatusOutput> status(Call& call, const wire::GetBucketPolicyStatusRequest& in) {
  TRY(find(call));
  const auto held_to = TRY(call.said(call.settings.of(in.bucket)));
  const bool is_public = held_to->policy && held_to->policy->is_public();
  return wire::GetBucketPolicyStatusOutput{.policy_status = wire::PolicyStatus{.is_public = is_public}};
}

}  // namespace

void offer_policies(Dispatcher& dispatcher) {
  dispatcher.on(operations::kPutBucketPolicy, put_policy);
  dispatcher.on(operations::kGetBucketPolicy, get_policy);
  dispatcher.on(operations::kDeleteBucketPolicy, delete_policy);
  dispatcher.on(operations::kGetBucketPolicyStatus, status);
}

}  // namespace caudal::api::s3
