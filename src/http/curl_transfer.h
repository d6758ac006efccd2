// SPDX-License-Identifier: Apache-2.0
// One attempt at one request, on a handle of libcurl. The only place of this room that sees curl, with its source; what
// is tried again, and when, is client.cpp's.
#pragma once

#include <memory>

#include "http/client.h"

namespace caudal::http {

struct FreeCurl {
  void operator()(void* handle) const;
};
using CurlHandle = std::unique_ptr<void, FreeCurl>;

CurlHandle new_curl_handle();

struct Attempt {
  Result<ClientResponse> answer;
  bool sink_was_called = false;
};

// Leaves the handle's connections open for the next one.
Attempt attempt(void* handle, const ClientOptions& options, const ClientRequest& request);

}  // namespace caudal::http
