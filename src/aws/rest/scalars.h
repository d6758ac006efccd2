// SPDX-License-Identifier: Apache-2.0
// Scalars of the generated structs as text, in headers, queries and elements.
#pragma once

#include <string>
#include <string_view>

#include "aws/shapes/shape.h"

namespace caudal::aws {

// Whether `text` could be put into `to`, a value of `shape`, a scalar. Times in any of the forms that AWS reads.
bool read_scalar(std::string_view text, const Shape& shape, void* to);

// `format`: kDefault is HTTP's in headers and ISO 8601 elsewhere, which the caller resolves.
std::string scalar_text(const Shape& shape, const void* value, TimeFormat format);

}  // namespace caudal::aws
