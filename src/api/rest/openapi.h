// SPDX-License-Identifier: Apache-2.0
// The OpenAPI 3.1 document of this API, made of the tables that it answers by.
#pragma once

#include <string>

namespace caudal::api::rest {

inline constexpr const char* kApiVersion = "1.0.0";

std::string openapi_document();

}  // namespace caudal::api::rest
