// SPDX-License-Identifier: Apache-2.0
// Policies in tests, written with ' in place of ".
#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "access/identity.h"
#include "access/policy.h"
#include "base/testing/result_matchers.h"

namespace caudal::access {

inline std::string json(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

// Of bucket "lake"; `statements` with commas between.
inline std::shared_ptr<const Policy> bucket_policy(const std::string& statements) {
  return unwrap(
      Policy::parse_bucket(json("{'Version': '2012-10-17', 'Statement': [" + statements + "]}"), {.bucket = "lake"}));
}

inline std::shared_ptr<const Policy> identity_policy(const std::string& statements) {
  return unwrap(Policy::parse_identity(json("{'Version': '2012-10-17', 'Statement': [" + statements + "]}"), "own"));
}

// User ana, with a policy of these statements.
inline Identity ana(const std::string& statements = "") {
  Identity user = Identity::make_user("ana", "AIDA2222222222222222");
  if (!statements.empty()) user.policies.push_back(identity_policy(statements));
  return user;
}

}  // namespace caudal::access
