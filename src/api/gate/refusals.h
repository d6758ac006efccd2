// SPDX-License-Identifier: Apache-2.0
// How requests are refused that reach no door, in the words that their client's service has for it.
#pragma once

#include "http/server_options.h"

namespace caudal::api {

// For http::ServerOptions::refusal.
http::Response refusal(const http::Refusal& what);

}  // namespace caudal::api
