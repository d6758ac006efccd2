// SPDX-License-Identifier: Apache-2.0
// What a request says, read and held against its route: parameters and body. Inside room api/rest only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/gate/visit.h"
#include "api/rest/route.h"

namespace caudal::api::rest {

// Of the body of a request. A payment needs less than one.
inline constexpr size_t kLargestBodyBytes = size_t{64} << 10;
// Of one of lines, and how many lines it may have.
inline constexpr size_t kLargestBatchBytes = size_t{1} << 20;
inline constexpr size_t kMostLines = 1000;

// Errors: kTooLarge, kMalformed.
Outcome<std::string> read_body(Visit& visit, const Route& route);

// By name. Those of a signature in the query (X-Amz-...) are not looked at. Errors: kInvalidParameters; kNotFound,
// where a part of the path can be no such thing.
Outcome<std::map<std::string_view, std::string>> read_parameters(const http::Request& request, const Matched& matched);

// The value of a body for this route; of one of lines only its type is looked at. Errors: kUnsupportedMediaType,
// kMalformed, kInvalidBody.
Outcome<JsonValue> read_json(const http::Request& request, const Route& route, std::string_view body);

struct Line {
  uint64_t number = 0;  // from 1; those without anything count as well, and are left out
  // Held against the route's schema. Errors: kMalformed, kInvalidBody.
  Outcome<JsonValue> value;
};
// The lines of a body. Errors: kMalformed, kTooLarge.
Outcome<std::vector<Line>> read_lines(const Route& route, std::string_view body);

}  // namespace caudal::api::rest
