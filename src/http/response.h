// SPDX-License-Identifier: Apache-2.0
// An answer as a handler words it, and how its head goes over the wire. BodyFraming and connection headers are the
// server's business, never the handler's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/headers.h"

namespace caudal::http {

struct ResponseHead {
  int status = 200;  // 200 to 599
  Headers headers = {};
};

struct Response {
  ResponseHead head;
  std::string body = {};
};

// "Not Found"; the class's own phrase ("Client Error") for codes of the hour.
std::string_view reason_phrase(int status);
// Whether an answer with this status has a body at all (204 and 304 have none).
bool status_has_body(int status);

// How the body will be framed.
struct BodyFraming {
  enum class Kind { kNone, kLength, kChunked, kUntilClose };
  Kind kind = Kind::kNone;
  uint64_t length_bytes = 0;
  bool keep_alive = true;
  int minor_version = 1;  // of the request: HTTP/1.0 must be told that its connection stays open
};

// Status line, Date, the handler's headers, the framing's headers and the empty line, at the end of `out`.
// Errc::invalid_message for a status outside 200 to 599, for headers that HTTP cannot carry (a line break in a value
// would let a client write our answers) and for those that are the server's: Connection, Content-Length, Date,
// Transfer-Encoding.
Result<void> append_head(std::string& out, const ResponseHead& head, const BodyFraming& framing, Timestamp now);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp time);

}  // namespace caudal::http
