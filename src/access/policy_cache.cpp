// SPDX-License-Identifier: Apache-2.0
// By name of the bucket, held to the text.
#include "access/policy_cache.h"

namespace caudal::access {

Result<std::shared_ptr<const Policy>> PolicyCache::bucket(std::string_view bucket, std::string_view text) {
  std::string name(bucket);
  {
    MutexLock lock(mutex_);
    const auto found = entries_.find(name);
    if (found != entries_.end() && found->second.text == text) return found->second.policy;
  }
  auto policy = TRY(Policy::parse_bucket(text, {.bucket = bucket}));
  MutexLock lock(mutex_);
  if (entries_.size() >= limit_) entries_.clear();
  entries_.insert_or_assign(std::move(name), Entry{std::string(text), policy});
  return policy;
}

}  // namespace caudal::access
