// SPDX-License-Identifier: Apache-2.0
// The settings of buckets that are documents: CORS, website, tags, ownership, public access block.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/settings.h"

namespace caudal::api::s3 {
namespace {

namespace kinds = objects::settings;

constexpr size_t kMostCorsRules = 100;
constexpr size_t kMostTags = 50;
constexpr size_t kMostRoutingRules = 50;

// What a bucket answers that has no such setting.
struct Absent {
  const char* code;
  const char* message;
};
constexpr Absent kNoCors{"NoSuchCORSConfiguration", "The CORS configuration does not exist"};
constexpr Absent kNoWebsite{"NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"};
constexpr Absent kNoTags{"NoSuchTagSet", "The TagSet does not exist"};
constexpr Absent kNoBlock{"NoSuchPublicAccessBlockConfiguration",
                          "The public access block configuration was not found"};
constexpr Absent kNoEncryption{"ServerSideEncryptionConfigurationNotFoundError",
                               "The server side encryption configuration was not found"};
constexpr Absent kNoOwnership{"OwnershipControlsNotFoundError", "The bucket ownership controls were not found"};

template <class T>
Outcome<T> find(Call& call, std::string_view kind, const Absent& absent) {
  const auto document = TRY(call.said(call.store.get_setting(call.request.bucket, kind)));
  if (!document) {
    return ServiceError{.code = absent.code,
                        .status = 404,
                        .message = absent.message,
                        .members = {{"BucketName", call.request.bucket}}};
  }
  return call.said(from_document<T>(*document));
}

template <class T>
Outcome<aws::NoOutput> keep(Call& call, std::string_view kind, const T& value) {
  TRY(call.said(call.settings.put(call.request.bucket, kind, to_document(value))));
  return aws::NoOutput{};
}

// To be handed to a dispatcher as the handler of a DELETE.
template <class In>
auto removing(std::string_view kind) {
  return [kind](Call& call, const In&) -> Outcome<aws::NoOutput> {
    TRY(call.said(call.settings.remove(call.request.bucket, kind)));
    return aws::NoOutput{};
  };
}

// --- CORS -----------------------------------------------------------------------------------------------------------

Outcome<void> check(const wire::CORSRule& rule) {
  static constexpr std::array<std::string_view, 5> kMethods = {"GET", "PUT", "POST", "DELETE", "HEAD"};
  if (rule.allowed_methods.empty() || rule.allowed_origins.empty()) return malformed_xml();
  for (const std::string& method : rule.allowed_methods) {
    if (std::ranges::find(kMethods, method) == kMethods.end()) {
      return invalid_request(
          fmt::format("Found unsupported HTTP method in CORS config. Unsupported method is {}", method));
    }
  }
  for (const std::string& origin : rule.allowed_origins) {
    if (std::ranges::count(origin, '*') > 1) {
      return invalid_request(fmt::format("AllowedOrigin \"{}\" can not have more than one wildcard.", origin));
    }
  }
  for (const std::string& header : rule.allowed_headers.value_or(std::vector<std::string>())) {
    if (std::ranges::count(header, '*') > 1) {
      return invalid_request(fmt::format("AllowedHeader \"{}\" can not have more than one wildcard.", header));
    }
  }
  for (const std::string& header : rule.expose_headers.value_or(std::vector<std::string>())) {
    if (header.contains('*')) {
      return invalid_request(fmt::format(
          "ExposeHeader \"{}\" contains wildcard. We currently do not support wildcard for ExposeHeader.", header));
    }
  }
  return {};
}

Outcome<aws::NoOutput> put_cors(Call& call, const wire::PutBucketCorsRequest& in) {
  const auto& rules = in.cors_configuration.cors_rules;
  if (rules.empty() || rules.size() > kMostCorsRules) return malformed_xml();
  for (const wire::CORSRule& rule : rules) TRY(check(rule));
  return keep(call, kinds::kCors, in.cors_configuration);
}

Outcome<wire::GetBucketCorsOutput> get_cors(Call& call, const wire::GetBucketCorsRequest&) {
  return wire::GetBucketCorsOutput{.cors_rules =
                                       TRY(find<wire::CORSConfiguration>(call, kinds::kCors, kNoCors)).cors_rules};
}

// --- website --------------------------------------------------------------------------------------------------------

Outcome<void> check(const wire::WebsiteConfiguration& website) {
  if (website.redirect_all_requests_to) {
    if (website.index_document || website.error_document || website.routing_rules) {
      return invalid_argument("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                              "RedirectAllRequestsTo", website.redirect_all_requests_to->host_name);
    }
    return {};
  }
  if (!website.index_document) {
    return invalid_argument("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                            "IndexDocument", "null");
  }
  const std::string& suffix = website.index_document->suffix;
  if (suffix.empty() || suffix.contains('/')) {
    return invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  }
  if (website.routing_rules && website.routing_rules->size() > kMostRoutingRules) {
    return invalid_request(
        fmt::format("{} routing rules provided, the number of routing rules in a website "
                    "configuration is limited to {}.",
                    website.routing_rules->size(), kMostRoutingRules));
  }
  return {};
}

Outcome<aws::NoOutput> put_website(Call& call, const wire::PutBucketWebsiteRequest& in) {
  TRY(check(in.website_configuration));
  return keep(call, kinds::kWebsite, in.website_configuration);
}

Outcome<wire::GetBucketWebsiteOutput> get_website(Call& call, const wire::GetBucketWebsiteRequest&) {
  auto website = TRY(find<wire::WebsiteConfiguration>(call, kinds::kWebsite, kNoWebsite));
  return wire::GetBucketWebsiteOutput{.redirect_all_requests_to = std::move(website.redirect_all_requests_to),
                                      .index_document = std::move(website.index_document),
                                      .error_document = std::move(website.error_document),
                                      .routing_rules = std::move(website.routing_rules)};
}

// --- tags -----------------------------------------------------------------------------------------------------------

Outcome<aws::NoOutput> put_tagging(Call& call, const wire::PutBucketTaggingRequest& in) {
  const objects::Texts tags = TRY(tags_of(in.tagging.tag_set));
  if (tags.size() > kMostTags) {
    return ServiceError{.code = "BadRequest", .status = 400, .message = "Bucket tag count cannot be greater than 50"};
  }
  return keep(call, kinds::kTagging, in.tagging);
}

Outcome<wire::GetBucketTaggingOutput> get_tagging(Call& call, const wire::GetBucketTaggingRequest&) {
  return wire::GetBucketTaggingOutput{.tag_set = TRY(find<wire::Tagging>(call, kinds::kTagging, kNoTags)).tag_set};
}

// --- public access and ownership
// --------------------------------------------------------------------------------------

Outcome<aws::NoOutput> put_block(Call& call, const wire::PutPublicAccessBlockRequest& in) {
  return keep(call, kinds::kPublicAccess, in.public_access_block_configuration);
}

Outcome<wire::GetPublicAccessBlockOutput> get_block(Call& call, const wire::GetPublicAccessBlockRequest&) {
  auto block = TRY(find<wire::PublicAccessBlockConfiguration>(call, kinds::kPublicAccess, kNoBlock));
  // All four are told, also those that were left out when it was put.
  for (auto* one : {&block.block_public_acls, &block.ignore_public_acls, &block.block_public_policy,
                    &block.restrict_public_buckets}) {
    *one = one->value_or(false);
  }
  return wire::GetPublicAccessBlockOutput{.public_access_block_configuration = block};
}

Outcome<aws::NoOutput> put_ownership(Call& call, const wire::PutBucketOwnershipControlsRequest& in) {
  if (in.ownership_controls.rules.size() != 1) return malformed_xml();
  if (in.ownership_controls.rules.front().object_ownership != "BucketOwnerEnforced") {
    return not_offered("object ownership other than BucketOwnerEnforced");
  }
  return keep(call, kinds::kOwnership, in.ownership_controls);
}

// Ownership is enforced also where nothing was put, as for every bucket that S3 makes today; a client that takes the
// controls away is told that they are gone, though there are no ACLs that could come back.
Outcome<wire::GetBucketOwnershipControlsOutput> get_ownership(Call& call,
                                                              const wire::GetBucketOwnershipControlsRequest&) {
  const auto document = TRY(call.said(call.store.get_setting(call.request.bucket, kinds::kOwnership)));
  const wire::OwnershipControls enforced{.rules = {{.object_ownership = "BucketOwnerEnforced"}}};
  if (!document) return wire::GetBucketOwnershipControlsOutput{.ownership_controls = enforced};
  // Of no rules, which cannot be read as controls: those must have one.
  if (*document == to_document(wire::OwnershipControls{})) {
    return ServiceError{.code = kNoOwnership.code,
                        .status = 404,
                        .message = kNoOwnership.message,
                        .members = {{"BucketName", call.request.bucket}}};
  }
  return wire::GetBucketOwnershipControlsOutput{.ownership_controls =
                                                    TRY(call.said(from_document<wire::OwnershipControls>(*document)))};
}

Outcome<aws::NoOutput> delete_ownership(Call& call, const wire::DeleteBucketOwnershipControlsRequest&) {
  return keep(call, kinds::kOwnership, wire::OwnershipControls{});
}

// --- encryption -----------------------------------------------------------------------------------------------------

Outcome<aws::NoOutput> put_encryption(Call& call, const wire::PutBucketEncryptionRequest& in) {
  const auto& rules = in.server_side_encryption_configuration.rules;
  if (rules.size() != 1 || !rules.front().apply_server_side_encryption_by_default) return malformed_xml();
  TRY(check_encryption(rules.front().apply_server_side_encryption_by_default->sse_algorithm, false));
  return keep(call, kinds::kEncryption, in.server_side_encryption_configuration);
}

Outcome<wire::GetBucketEncryptionOutput> get_encryption(Call& call, const wire::GetBucketEncryptionRequest&) {
  return wire::GetBucketEncryptionOutput{
      .server_side_encryption_configuration =
          TRY(find<wire::ServerSideEncryptionConfiguration>(call, kinds::kEncryption, kNoEncryption))};
}

}  // namespace

void offer_settings(Dispatcher& dispatcher) {
  dispatcher.on(operations::kPutBucketCors, put_cors);
  dispatcher.on(operations::kGetBucketCors, get_cors);
  dispatcher.on(operations::kDeleteBucketCors, removing<wire::DeleteBucketCorsRequest>(kinds::kCors));
  dispatcher.on(operations::kPutBucketWebsite, put_website);
  dispatcher.on(operations::kGetBucketWebsite, get_website);
  dispatcher.on(operations::kDeleteBucketWebsite, removing<wire::DeleteBucketWebsiteRequest>(kinds::kWebsite));
  dispatcher.on(operations::kPutBucketTagging, put_tagging);
  dispatcher.on(operations::kGetBucketTagging, get_tagging);
  dispatcher.on(operations::kDeleteBucketTagging, removing<wire::DeleteBucketTaggingRequest>(kinds::kTagging));
  dispatcher.on(operations::kPutPublicAccessBlock, put_block);
  dispatcher.on(operations::kGetPublicAccessBlock, get_block);
  dispatcher.on(operations::kDeletePublicAccessBlock,
                removing<wire::DeletePublicAccessBlockRequest>(kinds::kPublicAccess));
  dispatcher.on(operations::kPutBucketEncryption, put_encryption);
  dispatcher.on(operations::kGetBucketEncryption, get_encryption);
  dispatcher.on(operations::kDeleteBucketEncryption, removing<wire::DeleteBucketEncryptionRequest>(kinds::kEncryption));
  dispatcher.on(operations::kPutBucketOwnershipControls, put_ownership);
  dispatcher.on(operations::kGetBucketOwnershipControls, get_ownership);
  dispatcher.on(operations::kDeleteBucketOwnershipControls, delete_ownership);
}

}  // namespace caudal::api::s3
