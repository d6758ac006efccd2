// SPDX-License-Identifier: Apache-2.0
// Whether who asks for an export or an import may write or read the objects: decided as S3's door would, by the
// caller's policies and the bucket's. Inside room api/dynamodb only.
#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/call.h"

namespace caudal::api::dynamodb {

// `action`: "PutObject". `key` may be a beginning of keys. Errors: AccessDeniedException.
Outcome<void> require_of_object(Call& call, std::string_view action, const std::string& bucket, std::string_view key);
// That all objects below a prefix may be listed, and those that hold items be read.
Outcome<void> require_reading(Call& call, const std::string& bucket, const std::string& prefix);

}  // namespace caudal::api::dynamodb
