// SPDX-License-Identifier: Apache-2.0
// AWS's Query protocol: parameters in a form or a query, one of which names the operation, and answers in XML. Only as
// much of it as operations without structures need.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/service_error.h"

namespace caudal::api::sts {

using Members = std::vector<std::pair<std::string, std::string>>;

// The parameters of a request, those of its query first.
class QueryParameters {
 public:
  QueryParameters(std::string_view query, std::string_view form);
  // The first of that name; empty where there is none.
  std::string_view operator[](std::string_view name) const;

 private:
  Members all_;
};

// <GetCallerIdentityResponse> with <GetCallerIdentityResult> of these members.
std::string result_document(std::string_view operation, const Members& members, std::string_view request_id);
// <ErrorResponse>.
std::string error_document(const aws::ServiceError& error, std::string_view request_id);

// A refusal of a signature as the services of this protocol name it: those that speak JSON have other names for the
// same.
aws::ServiceError in_query_words(aws::ServiceError error);

}  // namespace caudal::api::sts
