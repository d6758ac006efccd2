// SPDX-License-Identifier: Apache-2.0
// What the rooms refuse, in S3's own codes, statuses and words.
#pragma once

#include <string>
#include <string_view>

#include "aws/service_error.h"
#include "base/result.h"

namespace caudal::api::s3 {

using aws::Outcome;
using aws::ServiceError;

// What an error is about; S3 repeats it in elements of their own. Empty where it does not apply.
struct Subject {
  std::string_view bucket = {};
  std::string_view key = {};
  std::string_view version = {};
  std::string_view upload = {};
};

// An error of room objects, or of reading the request's body. What S3 has no word for becomes InternalError, which
// tells the client nothing: is_internal(), and the caller logs `error` itself.
ServiceError in_s3_words(const Error& error, const Subject& subject);
bool is_internal(const ServiceError& error);

// The refusals that doors find by themselves.
ServiceError access_denied();
ServiceError invalid_argument(std::string message, std::string_view name, std::string_view value);
ServiceError invalid_request(std::string message);
ServiceError malformed_xml();
ServiceError not_modified();
ServiceError precondition_failed(std::string_view condition);
// Something of S3 that is listed as not offered: "server-side encryption with customer keys".
ServiceError not_offered(std::string_view what);

}  // namespace caudal::api::s3
