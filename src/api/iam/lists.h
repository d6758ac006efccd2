// SPDX-License-Identifier: Apache-2.0
// Lists as IAM pages them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/iam/turn.h"

namespace caudal::api::iam {

// Elements of a list by what they are sorted by, which is also the Marker of the page that follows them.
using Elements = std::map<std::string, std::string>;

// "<Users><member>...</member></Users>", whether there are more, and where those begin: by MaxItems and Marker.
// Errors: ValidationError.
Outcome<std::string> page_of(const Turn& turn, std::string_view list, const Elements& elements);

}  // namespace caudal::api::iam
