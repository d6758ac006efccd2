// SPDX-License-Identifier: Apache-2.0
// The body of a request: read whole, unpacked where it came gzipped.
#pragma once

#include <string>

#include "api/gate/visit.h"
#include "aws/service_error.h"

namespace caudal::api::dynamodb {

struct RequestText {
  std::string as_sent;   // what the signature is about
  std::string unpacked;  // empty when it was not packed
  const std::string& text() const { return is_packed ? unpacked : as_sent; }
  bool is_packed = false;
};

// Errors: RequestEntityTooLarge, SerializationException.
aws::Outcome<RequestText> read_body(Visit& visit);

// Whether the client takes gzip, and the text so packed.
bool takes_gzip(const Visit& visit);
std::string packed(std::string_view text);

}  // namespace caudal::api::dynamodb
