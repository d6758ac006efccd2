// SPDX-License-Identifier: Apache-2.0
// Policies that are there to be attached by name, under AWS's names for the same.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace caudal::access {

// "AmazonS3ReadOnlyAccess" and its like, sorted.
std::vector<std::string_view> named_policies();
// Its document; nothing for another name.
std::optional<std::string_view> named_policy(std::string_view name);

}  // namespace caudal::access
