// SPDX-License-Identifier: Apache-2.0
// A request as its head says it. Nothing is decoded: what was signed must be seen as it was sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/headers.h"

namespace caudal::http {

// The views look into the exchange that the request belongs to, and are valid as long as it lives.
struct Request {
  std::string_view method = {};  // a token, in the client's own case
  std::string_view target = {};  // exactly as sent
  std::string_view path = {};    // of the target, encoded as sent, from its '/' on; "*" for OPTIONS *
  std::string_view query = {};   // what follows the first '?', encoded as sent
  bool has_query = false;        // tells "/a?" from "/a"
  std::string_view host = {};    // from the target where that is absolute, else the Host header; with the port
  int minor_version = 1;         // HTTP/1.0 or HTTP/1.1
  HeaderViews headers = {};
  // The body: of this size, or chunked, or (neither) none. A body of 0 bytes has content_length 0.
  std::optional<uint64_t> content_length = std::nullopt;
  bool chunked = false;

  std::string id = {};            // 16 hexadecimal digits, unlike every other request's
  std::string peer_address = {};  // of the client, without the port
  uint16_t peer_port = 0;
  bool tls = false;
  Timestamp received_at = {};  // when its head was complete
};

}  // namespace caudal::http
