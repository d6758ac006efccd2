// SPDX-License-Identifier: Apache-2.0
// The words that DynamoDB does not take as names of attributes in expressions, but through "#name".
#pragma once

#include <string_view>

namespace caudal::items {

// In any case.
bool is_reserved_word(std::string_view word);

}  // namespace caudal::items
