// SPDX-License-Identifier: Apache-2.0
// The actions of S3 that a policy may name, and what they apply to: the service authorization reference of AWS.
#pragma once

#include <string_view>

namespace caudal::access {

struct ActionScope {
  bool known = false;  // some action has this name, or fits the pattern
  bool buckets = false;
  bool objects = false;
};

// Of "s3:GetObject", "s3:Put*", "s3:*", in any case.
ActionScope s3_action_scope(std::string_view action);

}  // namespace caudal::access
