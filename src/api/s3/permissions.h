// SPDX-License-Identifier: Apache-2.0
// Which permission each operation of S3 needs, and what policies may ask about a request.
// Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
#pragma once

#include <string>
#include <string_view>

#include "access/policy.h"
#include "access/request.h"
#include "aws/rest/rest_service.h"

namespace caudal::api::s3 {

// "s3:GetObjectVersion" for GetObject with a version. Empty: decided object by object (DeleteObjects).
std::string action_of(std::string_view operation, bool of_version);
// What the action is on: an object, a bucket, or all buckets.
std::string resource_of(const aws::RestRequest& request);

// The condition keys that stand in the request itself: s3:prefix, s3:VersionId, s3:x-amz-acl, s3:RequestObjectTag/...
void add_circumstances(const aws::RestRequest& request, access::Circumstances& circumstances);

}  // namespace caudal::api::s3
