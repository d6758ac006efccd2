// SPDX-License-Identifier: Apache-2.0
// Circumstances: keys kept in lower case, so that deciding compares bytes.
#include "access/request.h"

#include "access/ascii.h"

namespace caudal::access {

void Circumstances::add(std::string_view key, std::string value) { entries_.push_back({lower(key), std::move(value)}); }

}  // namespace caudal::access
