// SPDX-License-Identifier: Apache-2.0
// Whether a document holds what its reader would leave out; for documents where that would change what is meant.
#pragma once

#include <string_view>

#include "aws/service_error.h"
#include "aws/shapes/shape.h"

namespace caudal::aws {

// That every element has a place in `shape`; decode_xml leaves out those that have none. Errors: MalformedXML.
Outcome<void> check_elements(std::string_view body, const Shape& shape);

}  // namespace caudal::aws
