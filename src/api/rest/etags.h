// SPDX-License-Identifier: Apache-2.0
// ETags of single resources, and the conditions that clients set on them (RFC 9110, 13.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caudal::api::rest {

// Of what is answered: also what another client of the tables changed makes another ETag.
std::string etag_of(uint64_t version, std::string_view body);

// Whether one of the ETags in `header` ("\"a\", W/\"b\"", or "*") is `etag`. Weak ones count only where `is_weak`, as
// for If-None-Match.
bool matches_any(std::string_view header, std::string_view etag, bool is_weak);

}  // namespace caudal::api::rest
