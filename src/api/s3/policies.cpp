// SPDX-License-Identifier: Apache-2.0
// The policies of buckets.
#include "access/errors.h"
#include "access/policy_ids.h"
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

ServiceError malformed_policy(const Error& error) {
  ServiceError malformed{.code = "MalformedPolicy", .status = 400, .message = error.message};
  if (!error.context.empty()) malformed.members = {{"Detail", error.context.front()}};
  return malformed;
}

// What is kept: with the ids of users, so that whoever is created later under one of their names inherits nothing.
Result<std::string> as_kept(Call& call, const wire::PutBucketPolicyRequest& in) {
  const auto id_of = [&call](std::string_view name) { return call.identities.user_id(name); };
  std::string kept = TRY(access::with_user_ids(in.policy, id_of));
  TRY(access::Policy::parse_bucket(kept, {.bucket = in.bucket}));  // ids are longer than short names
  return kept;
}

Outcome<aws::NoOutput> put_policy(Call& call, const wire::PutBucketPolicyRequest& in) {
  TRY(call.said(call.store.bucket(in.bucket)));
  const auto knows = [&call](std::string_view user) { return call.identities.knows_user(user); };
  const auto policy = access::Policy::parse_bucket(in.policy, {.bucket = in.bucket, .knows_user = knows});
  if (!policy) {
    if (policy.error().code != access::Errc::malformed_policy) return call.refused(policy.error());
    return malformed_policy(policy.error());
  }
  const auto held_to = TRY(call.said(call.settings.of(in.bucket)));
  if (held_to->public_access.block_public_policy.value_or(false) && (*policy)->is_public()) return access_denied();
  const auto kept = as_kept(call, in);
  if (!kept) return malformed_policy(kept.error());
  TRY(call.said(call.settings.put(in.bucket, kinds::kPolicy, *kept)));
  call.status = 204;  // unlike other settings, and unlike what the model says
  return aws::NoOutput{};
}

Outcome<wire::GetBucketPolicyOutput> get_policy(Call& call, const wire::GetBucketPolicyRequest&) {
  const auto name_of = [&call](std::string_view id) { return call.identities.user_name(id); };
  return wire::GetBucketPolicyOutput{.policy = TRY(call.said(access::with_user_arns(TRY(find(call)), name_of)))};
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
