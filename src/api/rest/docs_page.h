// SPDX-License-Identifier: Apache-2.0
// The API as a page for people: HTML alone, without scripts and without anything from elsewhere, made of the same
// tables as the OpenAPI document.
#pragma once

#include <string>

namespace caudal::api::rest {

// Lets the page's own style in and nothing else.
inline constexpr const char* kDocsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'";

std::string docs_page();

}  // namespace caudal::api::rest
