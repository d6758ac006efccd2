// SPDX-License-Identifier: Apache-2.0
// Cross-origin requests of browsers: what a bucket's rules allow, and the headers that say so.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/s3/errors.h"
#include "aws/generated/s3/settings.h"
#include "aws/request.h"

namespace caudal::api::s3 {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The first rule that allows this; null when none does. `headers`: names as Access-Control-Request-Headers has them.
const aws::s3::CORSRule* find_rule(const aws::s3::CORSConfiguration& cors, std::string_view origin,
                                   std::string_view method, std::string_view headers);

// Of the answer to a request with an Origin; empty when no rule allows it, which is the browser's business to refuse.
HeaderList cors_headers(const aws::s3::CORSConfiguration& cors, const aws::RequestHead& head);

// The answer to OPTIONS. `cors`: null where the bucket has no rules. Errors: BadRequest, AccessForbidden.
Outcome<HeaderList> preflight(const aws::s3::CORSConfiguration* cors, const aws::RequestHead& head);

}  // namespace caudal::api::s3
