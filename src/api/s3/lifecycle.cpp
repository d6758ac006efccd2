// SPDX-License-Identifier: Apache-2.0
#include "api/s3/lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/s3/bucket_settings.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "aws/times.h"
#include "aws/uri.h"

namespace caudal::api::s3 {
namespace {

constexpr size_t kMostRules = 1000;
constexpr size_t kLongestIdBytes = 255;

Outcome<uint32_t> positive(int32_t days, std::string_view what) {
  if (days > 0) return static_cast<uint32_t>(days);
  return ServiceError{.code = "InvalidArgument",
                      .status = 400,
                      .message = fmt::format("'{}' for Expiration action must be a positive integer", what)};
}

Outcome<uint64_t> size(int64_t bytes) {
  if (bytes >= 0) return static_cast<uint64_t>(bytes);
  return malformed_xml();
}

Outcome<objects::LifecycleFilter> filter_of(const wire::LifecycleRule& rule) {
  if (rule.filter && rule.prefix) return malformed_xml();
  objects::LifecycleFilter filter{.prefix = rule.prefix.value_or("")};
  if (!rule.filter) return filter;
  const wire::LifecycleRuleFilter& from = *rule.filter;
  const int given = (from.prefix ? 1 : 0) + (from.tag ? 1 : 0) + (from.object_size_greater_than ? 1 : 0) +
                    (from.object_size_less_than ? 1 : 0) + (from.and_ ? 1 : 0);
  if (given > 1) return malformed_xml();
  wire::LifecycleRuleAndOperator all = from.and_.value_or(wire::LifecycleRuleAndOperator());
  if (from.prefix) all.prefix = from.prefix;
  if (from.tag) all.tags = std::vector{*from.tag};
  if (from.object_size_greater_than) all.object_size_greater_than = from.object_size_greater_than;
  if (from.object_size_less_than) all.object_size_less_than = from.object_size_less_than;
  filter.prefix = all.prefix.value_or("");
  if (all.tags) filter.tags = TRY(tags_of(*all.tags));
  if (all.object_size_greater_than) filter.larger_than_bytes = TRY(size(*all.object_size_greater_than));
  if (all.object_size_less_than) filter.smaller_than_bytes = TRY(size(*all.object_size_less_than));
  return filter;
}

Outcome<void> take_expiration(const wire::LifecycleExpiration& from, objects::LifecycleRule& rule) {
  const int given = (from.date ? 1 : 0) + (from.days ? 1 : 0) + (from.expired_object_delete_marker ? 1 : 0);
  if (given != 1) return malformed_xml();
  if (from.days) rule.expire_days = TRY(positive(*from.days, "Days"));
  if (from.date) {
    if (std::chrono::floor<std::chrono::days>(*from.date) != *from.date) {
      return ServiceError{.code = "InvalidArgument", .status = 400, .message = "'Date' must be at midnight GMT"};
    }
    rule.expire_at = from.date;
  }
  rule.remove_expired_markers = from.expired_object_delete_marker.value_or(false);
  return {};
}

bool asks_for_other_classes(const wire::LifecycleRule& rule) {
  return (rule.transitions && !rule.transitions->empty()) ||
         (rule.noncurrent_version_transitions && !rule.noncurrent_version_transitions->empty());
}

Outcome<objects::LifecycleRule> rule_of(const wire::LifecycleRule& from) {
  if (from.status != "Enabled" && from.status != "Disabled") return malformed_xml();
  if (asks_for_other_classes(from)) return not_offered("lifecycle transitions to other storage classes");
  objects::LifecycleRule rule{
      .id = from.id.value_or(""), .is_enabled = from.status == "Enabled", .filter = TRY(filter_of(from))};
  if (from.expiration) TRY(take_expiration(*from.expiration, rule));
  if (from.noncurrent_version_expiration) {
    const auto& noncurrent = *from.noncurrent_version_expiration;
    if (!noncurrent.noncurrent_days) return malformed_xml();
    rule.noncurrent_days = TRY(positive(*noncurrent.noncurrent_days, "NoncurrentDays"));
    if (noncurrent.newer_noncurrent_versions) {
      rule.noncurrent_kept = TRY(positive(*noncurrent.newer_noncurrent_versions, "NewerNoncurrentVersions"));
    }
  }
  if (from.abort_incomplete_multipart_upload) {
    if (!rule.filter.tags.empty()) {
      return invalid_request("AbortIncompleteMultipartUpload cannot be specified with Tags.");
    }
    rule.abort_upload_days =
        TRY(positive(from.abort_incomplete_multipart_upload->days_after_initiation.value_or(0), "DaysAfterInitiation"));
  }
  const bool acts = from.expiration || rule.noncurrent_days || rule.abort_upload_days;
  if (!acts) {
    return invalid_request("At least one action needs to be specified in a rule");
  }
  return rule;
}

Outcome<wire::PutBucketLifecycleConfigurationOutput> put(Call& call,
                                                         const wire::PutBucketLifecycleConfigurationRequest& in) {
  if (!in.lifecycle_configuration) return malformed_xml();
  wire::BucketLifecycleConfiguration configuration = *in.lifecycle_configuration;
  // A rule that does not say what it is about is not about everything.
  const auto says_of_what = [](const wire::LifecycleRule& rule) { return rule.filter || rule.prefix; };
  if (!std::ranges::all_of(configuration.rules, says_of_what)) return malformed_xml();
  // Rules without a name get one, since answers and listings name them.
  for (size_t n = 0; n < configuration.rules.size(); ++n) {
    auto& id = configuration.rules[n].id;
    if (!id || id->empty()) id = fmt::format("rule-{}", n + 1);
  }
  TRY(rules_of(configuration));
  TRY(call.said(call.settings.put(in.bucket, objects::settings::kLifecycle, to_document(configuration))));
  return wire::PutBucketLifecycleConfigurationOutput{};
}

Outcome<wire::GetBucketLifecycleConfigurationOutput> get(Call& call,
                                                         const wire::GetBucketLifecycleConfigurationRequest& in) {
  const auto document = TRY(call.said(call.store.get_setting(in.bucket, objects::settings::kLifecycle)));
  if (!document) {
    return ServiceError{.code = "NoSuchLifecycleConfiguration",
                        .status = 404,
                        .message = "The lifecycle configuration does not exist",
                        .members = {{"BucketName", in.bucket}}};
  }
  auto configuration = TRY(call.said(from_document<wire::BucketLifecycleConfiguration>(*document)));
  return wire::GetBucketLifecycleConfigurationOutput{.rules = std::move(configuration.rules)};
}

Outcome<aws::NoOutput> remove(Call& call, const wire::DeleteBucketLifecycleRequest& in) {
  TRY(call.said(call.settings.remove(in.bucket, objects::settings::kLifecycle)));
  return aws::NoOutput{};
}

}  // namespace

Outcome<std::vector<objects::LifecycleRule>> rules_of(const wire::BucketLifecycleConfiguration& configuration) {
  if (configuration.rules.empty() || configuration.rules.size() > kMostRules) return malformed_xml();
  std::vector<objects::LifecycleRule> rules;
  std::set<std::string> ids;
  for (const wire::LifecycleRule& from : configuration.rules) {
    rules.push_back(TRY(rule_of(from)));
    const std::string& id = rules.back().id;
    if (id.size() > kLongestIdBytes) {
      return invalid_argument("ID length should not exceed allowed limit of 255", "ID", id);
    }
    if (!ids.insert(id).second) {
      return invalid_argument("Rule ID must be unique. Found same ID for more than one rule", "ID", id);
    }
  }
  return rules;
}

Result<std::vector<objects::LifecycleRule>> read_rules(const std::string& bucket, std::string_view document) {
  auto rules = rules_of(TRY(from_document<wire::BucketLifecycleConfiguration>(document)));
  if (rules) return *std::move(rules);
  return Error{Errc::corrupt, fmt::format("the lifecycle rules of bucket {} cannot be kept any more: {}", bucket,
                                          rules.error().message)};
}

std::optional<std::string> expiration_text(const std::vector<objects::LifecycleRule>& rules,
                                           const objects::ObjectInfo& info) {
  const auto expiration = objects::expiration_of(rules, info);
  if (!expiration) return std::nullopt;
  return fmt::format("expiry-date=\"{}\", rule-id=\"{}\"", aws::to_http_date(expiration->at),
                     aws::uri_encoded(expiration->rule));
}

void offer_lifecycle(Dispatcher& dispatcher) {
  dispatcher.on(operations::kPutBucketLifecycleConfiguration, put);
  dispatcher.on(operations::kGetBucketLifecycleConfiguration, get);
  dispatcher.on(operations::kDeleteBucketLifecycle, remove);
}

}  // namespace caudal::api::s3
