// SPDX-License-Identifier: Apache-2.0
// Requests for tests: a head that owns its headers, and the credentials of AWS's published examples.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "aws/request.h"
#include "aws/sigv4.h"

namespace caudal::aws::testing {

struct OwnedRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};

  std::vector<Header> views = {};  // of the last head()

  // Views into this object, good until it changes.
  RequestHead head() {
    views.clear();
    for (const auto& [name, value] : headers) views.push_back({name, value});
    return {.method = method, .target = target, .headers = views};
  }
  std::string& header(std::string_view name) {
    return std::ranges::find_if(headers, [&](const auto& h) { return same_name(h.first, name); })->second;
  }
};

// Of the examples in the S3 API reference ("Authenticating Requests: AWS Signature Version 4").
inline constexpr std::string_view kS3ExampleKey = "AKIAIOSFODNN7EXAMPLE";
inline constexpr std::string_view kS3ExampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
// Of the SigV4 test suite.
inline constexpr std::string_view kSuiteKey = "AKIDEXAMPLE";
inline constexpr std::string_view kSuiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

inline std::string authorization(std::string_view key, std::string_view scope, std::string_view signed_headers,
                                 std::string_view signature) {
  return std::string("AWS4-HMAC-SHA256 Credential=")
      .append(key)
      .append("/")
      .append(scope)
      .append(", SignedHeaders=")
      .append(signed_headers)
      .append(", Signature=")
      .append(signature);
}

}  // namespace caudal::aws::testing
