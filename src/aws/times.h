// SPDX-License-Identifier: Apache-2.0
// Instants as AWS writes them: signatures' basic ISO 8601, headers' RFC 7231 dates, and documents' ISO 8601. All UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace caudal::aws {

// "20130524T000000Z", the form of X-Amz-Date.
std::string to_basic_time(Timestamp instant);
std::optional<Timestamp> parse_basic_time(std::string_view text);

// "Fri, 24 May 2013 00:00:00 GMT". Reading, the day of the week is not checked.
std::string to_http_date(Timestamp instant);
std::optional<Timestamp> parse_http_date(std::string_view text);

// "2013-05-24T00:00:00.000Z". Reading: also without a fraction, with up to nine digits of it, with "+01:00" for "Z".
std::string to_iso_time(Timestamp instant);
std::optional<Timestamp> parse_iso_time(std::string_view text);

}  // namespace caudal::aws
