// SPDX-License-Identifier: Apache-2.0
// Buckets themselves: made, found, listed, removed; where they are, whether they keep versions, whose they are.
#include <algorithm>

#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

constexpr int32_t kMostBuckets = 10'000;

// Buckets made by the command line have no region of their own.
std::string region_of(const Call& call, const objects::BucketInfo& bucket) {
  return bucket.region.empty() ? std::string(call.region) : bucket.region;
}

std::vector<wire::Grant> owners_grant() {
  const wire::Owner who = owner();
  return {{.grantee = wire::Grantee{.display_name = who.display_name, .id = who.id, .type = "CanonicalUser"},
           .permission = "FULL_CONTROL"}};
}

Outcome<wire::ListBucketsOutput> list_buckets(Call& call, const wire::ListBucketsRequest& in) {
  const int32_t most = in.max_buckets.value_or(kMostBuckets);
  if (most < 1 || most > kMostBuckets) {
    return invalid_argument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets",
                            std::to_string(most));
  }
  objects::ListBucketsRequest request{.prefix = in.prefix.value_or(""),
                                      .region = in.bucket_region.value_or(""),
                                      .max_buckets = static_cast<uint32_t>(most)};
  if (in.continuation_token) request.continuation = in.continuation_token;
  objects::ListBucketsPage page = TRY(call.said(call.store.list_buckets(request)));
  wire::ListBucketsOutput out{.buckets = std::vector<wire::Bucket>(),
                              .owner = owner(),
                              .continuation_token = std::move(page.next),
                              .prefix = in.prefix};
  for (const objects::BucketInfo& bucket : page.buckets) {
    out.buckets->push_back(
        {.name = bucket.name, .creation_date = bucket.created, .bucket_region = region_of(call, bucket)});
  }
  return out;
}

Outcome<wire::CreateBucketOutput> create_bucket(Call& call, const wire::CreateBucketRequest& in) {
  if (in.object_lock_enabled_for_bucket.value_or(false)) return not_offered("object lock");
  if (in.object_ownership && *in.object_ownership != "BucketOwnerEnforced") {
    return not_offered("object ownership other than BucketOwnerEnforced");
  }
  if (in.acl && *in.acl != "private") {
    return ServiceError{.code = "InvalidBucketAclWithObjectOwnership",
                        .status = 400,
                        .message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"};
  }
  TRY(check_canned_acl(
      in.acl, in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write || in.grant_write_acp));
  objects::BucketOptions options{.owner = *owner().id, .region = std::string(call.region)};
  if (in.create_bucket_configuration) {
    const wire::CreateBucketConfiguration& wanted = *in.create_bucket_configuration;
    if (wanted.location_constraint && !wanted.location_constraint->empty())
      options.region = *wanted.location_constraint;
    if (wanted.tags && !wanted.tags->empty()) {
      TRY(tags_of(*wanted.tags));
      options.settings[std::string(objects::settings::kTagging)] = to_document(wire::Tagging{.tag_set = *wanted.tags});
    }
  }
  TRY(call.said(call.store.create_bucket(in.bucket, options)));
  return wire::CreateBucketOutput{.location = "/" + in.bucket};
}

Outcome<wire::HeadBucketOutput> head_bucket(Call& call, const wire::HeadBucketRequest& in) {
  return wire::HeadBucketOutput{.bucket_region = region_of(call, TRY(call.said(call.store.bucket(in.bucket))))};
}

Outcome<aws::NoOutput> delete_bucket(Call& call, const wire::DeleteBucketRequest& in) {
  TRY(call.said(call.store.delete_bucket(in.bucket)));
  call.settings.forget(in.bucket);
  return aws::NoOutput{};
}

Outcome<wire::GetBucketLocationOutput> location(Call& call, const wire::GetBucketLocationRequest& in) {
  const std::string region = region_of(call, TRY(call.said(call.store.bucket(in.bucket))));
  wire::GetBucketLocationOutput out;
  if (region != "us-east-1") out.location_constraint = region;
  return out;
}

Outcome<wire::GetBucketVersioningOutput> versioning(Call& call, const wire::GetBucketVersioningRequest& in) {
  wire::GetBucketVersioningOutput out;
  switch (TRY(call.said(call.store.bucket(in.bucket))).versioning) {
    case objects::Versioning::kOff: break;
    case objects::Versioning::kEnabled: out.status = "Enabled"; break;
    case objects::Versioning::kSuspended: out.status = "Suspended"; break;
  }
  return out;
}

Outcome<aws::NoOutput> set_versioning(Call& call, const wire::PutBucketVersioningRequest& in) {
  const wire::VersioningConfiguration& wanted = in.versioning_configuration;
  if (wanted.mfa_delete && *wanted.mfa_delete != "Disabled") return not_offered("MFA delete");
  if (wanted.status != "Enabled" && wanted.status != "Suspended") {
    return ServiceError{.code = "IllegalVersioningConfigurationException",
                        .status = 400,
                        .message = "The Versioning element must be specified"};
  }
  const auto versioning = *wanted.status == "Enabled" ? objects::Versioning::kEnabled : objects::Versioning::kSuspended;
  TRY(call.said(call.store.set_versioning(in.bucket, versioning)));
  return aws::NoOutput{};
}

Outcome<wire::GetBucketAclOutput> bucket_acl(Call& call, const wire::GetBucketAclRequest& in) {
  TRY(call.said(call.store.bucket(in.bucket)));
  return wire::GetBucketAclOutput{.owner = owner(), .grants = owners_grant()};
}

Outcome<void> find_object(Call& call, const std::optional<std::string>& version) {
  const auto info = call.store.head(call.ref(), version);
  if (info) return {};
  if (info.error().code == objects::Errc::no_such_key) return call.absent();
  return call.refused(info.error(), version.value_or(""));
}

Outcome<wire::GetObjectAclOutput> object_acl(Call& call, const wire::GetObjectAclRequest& in) {
  TRY(find_object(call, in.version_id));
  return wire::GetObjectAclOutput{.owner = owner(), .grants = owners_grant()};
}

// Nothing but what is there anyway can be set.
template <class In>
Outcome<void> check_acl(const In& in) {
  if (!in.acl && in.access_control_policy) {
    const auto& grants = in.access_control_policy->grants;
    const bool owners = !grants || (grants->size() == 1 && grants->front().permission == "FULL_CONTROL" &&
                                    grants->front().grantee && grants->front().grantee->id == owner().id);
    return check_canned_acl(std::nullopt, !owners);
  }
  return check_canned_acl(
      in.acl, in.grant_full_control || in.grant_read || in.grant_read_acp || in.grant_write || in.grant_write_acp);
}

Outcome<aws::NoOutput> put_bucket_acl(Call& call, const wire::PutBucketAclRequest& in) {
  TRY(call.said(call.store.bucket(in.bucket)));
  TRY(check_acl(in));
  return aws::NoOutput{};
}

Outcome<wire::PutObjectAclOutput> put_object_acl(Call& call, const wire::PutObjectAclRequest& in) {
  TRY(find_object(call, in.version_id));
  TRY(check_acl(in));
  return wire::PutObjectAclOutput{};
}

}  // namespace

void offer_buckets(Dispatcher& dispatcher) {
  dispatcher.on(operations::kListBuckets, list_buckets);
  dispatcher.on(operations::kCreateBucket, create_bucket);
  dispatcher.on(operations::kHeadBucket, head_bucket);
  dispatcher.on(operations::kDeleteBucket, delete_bucket);
  dispatcher.on(operations::kGetBucketLocation, location);
  dispatcher.on(operations::kGetBucketVersioning, versioning);
  dispatcher.on(operations::kPutBucketVersioning, set_versioning);
  dispatcher.on(operations::kGetBucketAcl, bucket_acl);
  dispatcher.on(operations::kPutBucketAcl, put_bucket_acl);
  dispatcher.on(operations::kGetObjectAcl, object_acl);
  dispatcher.on(operations::kPutObjectAcl, put_object_acl);
}

}  // namespace caudal::api::s3
