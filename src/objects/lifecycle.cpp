// SPDX-License-Identifier: Apache-2.0
// The arithmetic of lifecycle rules.
#include "objects/lifecycle.h"

#include <algorithm>

namespace caudal::objects {
namespace {

// Whoever writes 999999999 days means never; added up, they would pass the end of what a timestamp can hold.
constexpr uint32_t kMostDays = 1'000'000;
constexpr Timestamp kNever = Timestamp::max();

bool needs_an_object(const LifecycleFilter& filter) {
  return !filter.tags.empty() || filter.larger_than_bytes || filter.smaller_than_bytes;
}

bool has_tags(const ObjectInfo& info, const Texts& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& tag) {
    const auto found = info.tags.find(tag.first);
    return found != info.tags.end() && found->second == tag.second;
  });
}

bool is_about(const LifecycleRule& rule, const ObjectInfo& info) {
  const LifecycleFilter& filter = rule.filter;
  if (!rule.is_enabled || !info.key.starts_with(filter.prefix)) return false;
  if (info.is_delete_marker) return !needs_an_object(filter);
  if (filter.larger_than_bytes && info.size_bytes <= *filter.larger_than_bytes) return false;
  if (filter.smaller_than_bytes && info.size_bytes >= *filter.smaller_than_bytes) return false;
  return has_tags(info, filter.tags);
}

std::optional<Timestamp> expires_at(const LifecycleRule& rule, const ObjectInfo& info) {
  if (rule.expire_at) return rule.expire_at;
  if (rule.expire_days) return midnight_after(info.modified, *rule.expire_days);
  return std::nullopt;
}

bool is_due(const LifecycleRule& rule, const VersionFacts& version, Timestamp now) {
  const ObjectInfo& info = version.info;
  if (!is_about(rule, info)) return false;
  if (info.is_latest) {
    if (info.is_delete_marker && rule.remove_expired_markers) return true;
    const auto at = expires_at(rule, info);
    return at && *at <= now;
  }
  return rule.noncurrent_days && version.newer_noncurrent >= rule.noncurrent_kept &&
         midnight_after(version.noncurrent_since, *rule.noncurrent_days) <= now;
}

}  // namespace

Timestamp midnight_after(Timestamp since, uint32_t days) {
  if (days > kMostDays) return kNever;
  return std::chrono::ceil<std::chrono::days>(since + std::chrono::days(days));
}

bool is_due(const std::vector<LifecycleRule>& rules, const VersionFacts& version, Timestamp now) {
  return std::any_of(rules.begin(), rules.end(), [&](const LifecycleRule& rule) { return is_due(rule, version, now); });
}

bool is_due(const std::vector<LifecycleRule>& rules, const UploadInfo& upload, Timestamp now) {
  return std::any_of(rules.begin(), rules.end(), [&](const LifecycleRule& rule) {
    return rule.is_enabled && rule.abort_upload_days && !needs_an_object(rule.filter) &&
           upload.key.starts_with(rule.filter.prefix) &&
           midnight_after(upload.initiated, *rule.abort_upload_days) <= now;
  });
}

std::optional<Expiration> expiration_of(const std::vector<LifecycleRule>& rules, const ObjectInfo& info) {
  std::optional<Expiration> earliest;
  for (const LifecycleRule& rule : rules) {
    if (info.is_delete_marker || !is_about(rule, info)) continue;
    const auto at = expires_at(rule, info);
    if (at && *at != kNever && (!earliest || *at < earliest->at)) earliest = Expiration{*at, rule.id};
  }
  return earliest;
}

std::string common_prefix(const std::vector<LifecycleRule>& rules) {
  std::optional<std::string> common;
  for (const LifecycleRule& rule : rules) {
    if (!rule.is_enabled) continue;
    const std::string& prefix = rule.filter.prefix;
    if (!common) common = prefix;
    const auto differ = std::mismatch(common->begin(), common->end(), prefix.begin(), prefix.end());
    common->erase(differ.first, common->end());
  }
  return common.value_or("");
}

}  // namespace caudal::objects
