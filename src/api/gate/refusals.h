// SPDX-License-Identifier: Apache-2.0
// How requests are refused that reach no door, in the words that their client's service has for it.
#pragma once

#include "http/server_options.h"

namespace caudal::api {

// For http::ServerOptions::refusal.
http::Response refusal(const http::Refusal& what);
// Of one that audit could not record: 503, to be sent again.
http::Response refusal_of_unrecorded(const http::Request& request, std::string_view request_id);

}  // namespace caudal::api
