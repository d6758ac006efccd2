// SPDX-License-Identifier: Apache-2.0
// Policies of resources made ready once. What is stored is the text: a door hands it in with every request, so a policy
// that was replaced, or belongs to a bucket or table of the same name made anew, is never decided by.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/policy.h"
#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::access {

// Thread-safe.
class PolicyCache {
 public:
  explicit PolicyCache(size_t limit = 1024) : limit_(limit) {}
  // `text`: as it was accepted by Policy::parse_bucket. Errors: malformed_policy.
  Result<std::shared_ptr<const Policy>> bucket(std::string_view bucket, std::string_view text);
  // The same of a table or stream of DynamoDB, by its ARN.
  Result<std::shared_ptr<const Policy>> table(std::string_view arn, std::string_view text);

 private:
  std::shared_ptr<const Policy> find(const std::string& name, std::string_view text);
  std::shared_ptr<const Policy> keep(std::string name, std::string_view text, std::shared_ptr<const Policy> policy);

  struct Entry {
    std::string text;
    std::shared_ptr<const Policy> policy;  // shared with requests under way
  };
  const size_t limit_;
  Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::access
