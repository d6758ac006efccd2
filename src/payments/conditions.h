// SPDX-License-Identifier: Apache-2.0
// The few conditions under which payments write. Inside room payments only.
#pragma once

#include <cstdint>
#include <string>

#include "items/requests.h"

namespace caudal::payments {

// There is no item of this key; `attribute` is one of its key's.
items::ExpressionsPtr is_absent(const std::string& attribute);
// The item is of that version; 0: it is there, and nobody has changed it here.
items::ExpressionsPtr is_version(uint64_t version);

}  // namespace caudal::payments
