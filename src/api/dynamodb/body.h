// SPDX-License-Identifier: Apache-2.0
// The body of a request: read whole, unpacked where it came gzipped.
#pragma once

#include <string>

#include "api/gate/visit.h"
#include "aws/service_error.h"

namespace caudal::api::dynamodb {

// As it was sent, which is what the signature is about. Errors: RequestEntityTooLarge, SerializationException.
aws::Outcome<std::string> read_body(Visit& visit);
// Unpacked, where it came packed; for whoever may ask. Errors: the same.
aws::Outcome<std::string> unpacked(const Visit& visit, std::string body);

// Whether the client takes gzip, and the text so packed.
bool takes_gzip(const http::Request& request);
// What an Accept-Encoding says of gzip.
bool accepts_gzip(std::string_view accepted);
std::string packed(std::string_view text);

}  // namespace caudal::api::dynamodb
