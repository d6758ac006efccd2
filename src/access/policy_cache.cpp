// SPDX-License-Identifier: Apache-2.0
// By name of the bucket, held to the text.
#include "access/policy_cache.h"

namespace caudal::access {

std::shared_ptr<const Policy> PolicyCache::find(const std::string& name, std::string_view text) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(name);
  return found != entries_.end() && found->second.text == text ? found->second.policy : nullptr;
}

std::shared_ptr<const Policy> PolicyCache::keep(std::string name, std::string_view text,
                                                std::shared_ptr<const Policy> policy) {
  MutexLock lock(mutex_);
  if (entries_.size() >= limit_) entries_.clear();
  entries_.insert_or_assign(std::move(name), Entry{std::string(text), policy});
  return policy;
}

Result<std::shared_ptr<const Policy>> PolicyCache::bucket(std::string_view bucket, std::string_view text) {
  std::string name(bucket);
  if (auto found = find(name, text)) return found;
  auto policy = TRY(Policy::parse_bucket(text, {.bucket = bucket}));
  return keep(std::move(name), text, std::move(policy));
}

Result<std::shared_ptr<const Policy>> PolicyCache::table(std::string_view arn, std::string_view text) {
  std::string name(arn);
  if (auto found = find(name, text)) return found;
  auto policy = TRY(Policy::parse_table(text, {.arn = arn}));
  return keep(std::move(name), text, std::move(policy));
}

}  // namespace caudal::access
