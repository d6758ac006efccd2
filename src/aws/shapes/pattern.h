// SPDX-License-Identifier: Apache-2.0
// Matches the regular expressions of the service models, which are Java's and simple: classes, groups, alternatives
// and counts. By backtracking with a bound on the work, since <regex> is slow and can exhaust the stack.
#pragma once

#include <string_view>

namespace caudal::aws {

// Whether all of `text`, well-formed UTF-8, matches. A text that would take more than a million steps does not.
bool matches_pattern(std::string_view pattern, std::string_view text);

// Whether the pattern is one that matches_pattern knows how to read. For the test of the generated ones.
bool is_known_pattern(std::string_view pattern);

}  // namespace caudal::aws
