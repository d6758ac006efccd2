// SPDX-License-Identifier: Apache-2.0
// Reads the head of a request (RFC 9112) strictly: whatever two implementations could understand differently, and so
// be used to smuggle a request past one of them, is refused. Never reads a body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "http/request.h"

namespace caudal::http {

// Why a head is refused: the status to answer with (400, 414, 417, 431, 501, 505), and a sentence for the client.
struct BadRequest {
  int status = 400;
  const char* why = "";
};

struct HeadLimits {
  size_t target_bytes = 16 * 1024;
  size_t head_bytes = 32 * 1024;  // the request line and all headers
  size_t headers = 128;
};

// Looks for the end of a head in bytes that arrive bit by bit, without looking at any of them twice.
class HeadScanner {
 public:
  // `received`: everything since the end of the request before; it must begin with what was handed in the last time.
  // The size of the head with the empty line that ends it, or 0 when that has not arrived.
  std::expected<size_t, BadRequest> scan(std::string_view received, const HeadLimits& limits);

 private:
  size_t line_start_ = 0;
  size_t seen_ = 0;
  bool in_first_line_ = true;
};

struct Head {
  Request request;
  bool keep_alive = true;         // what the client wants
  bool expects_continue = false;  // Expect: 100-continue
};

// `head`: as long as HeadScanner said. The views of the result look into it.
std::expected<Head, BadRequest> parse_head(std::string_view head, const HeadLimits& limits);

// One "name: value" without its CRLF, as it stands in a head or a trailer.
std::expected<Header, BadRequest> parse_field(std::string_view line);

}  // namespace caudal::http
