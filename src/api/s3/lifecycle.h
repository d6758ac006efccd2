// SPDX-License-Identifier: Apache-2.0
// Lifecycle configurations of buckets, between S3's document and the rules that room objects keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3/errors.h"
#include "aws/generated/s3/settings.h"
#include "objects/lifecycle.h"

namespace caudal::api::s3 {

// Errors: MalformedXML, InvalidArgument, InvalidRequest, NotImplemented (transitions to other storage classes).
Outcome<std::vector<objects::LifecycleRule>> rules_of(const aws::s3::BucketLifecycleConfiguration& configuration);

// Of a document that was stored, for objects::LifecycleSweep. Errors: corrupt.
Result<std::vector<objects::LifecycleRule>> read_rules(const std::string& bucket, std::string_view document);

// "expiry-date=\"...\", rule-id=\"...\"", as x-amz-expiration has it; nothing for an object that stays.
std::optional<std::string> expiration_text(const std::vector<objects::LifecycleRule>& rules,
                                           const objects::ObjectInfo& info);

}  // namespace caudal::api::s3
