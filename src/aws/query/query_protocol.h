// SPDX-License-Identifier: Apache-2.0
// AWS's Query protocol: parameters in a form or a query, one of which names the operation, and answers in XML, the
// elements of which the operations write themselves.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/service_error.h"

namespace caudal::aws {

// The parameters of a request, those of its query first.
class QueryParameters {
 public:
  QueryParameters(std::string_view query, std::string_view form);
  // The first of that name; empty where there is none.
  std::string_view operator[](std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

// "<GetCallerIdentityResponse>" with `result`, which is XML, in its "<GetCallerIdentityResult>"; an empty one has none.
// `xml_namespace`: the service's and its version's, "https://sts.amazonaws.com/doc/2011-06-15/".
std::string result_document(std::string_view operation, std::string_view result, std::string_view xml_namespace,
                            std::string_view request_id);
// "<ErrorResponse>".
std::string error_document(const ServiceError& error, std::string_view xml_namespace, std::string_view request_id);

// A refusal of a signature as the services of this protocol name it: those that speak JSON have other names for the
// same.
ServiceError in_query_words(ServiceError error);

}  // namespace caudal::aws
