// SPDX-License-Identifier: Apache-2.0
// The errors of room items as DynamoDB words them: the one place where one becomes the other.
#pragma once

#include "aws/service_error.h"
#include "base/result.h"

namespace caudal::api::dynamodb {

aws::ServiceError in_dynamodb_words(const Error& error);
bool is_internal(const aws::ServiceError& error);

aws::ServiceError validation(std::string message);

}  // namespace caudal::api::dynamodb
