// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `access`. A refused request is no error: it is a Decision.
#pragma once

#include "base/result.h"

namespace caudal::access {

enum class Errc {
  no_such_key = 1,
  no_such_user,
  no_such_policy,
  user_exists,
  user_has_keys,
  invalid_name,      // of a user, a policy, or an access key that is preset
  invalid_argument,  // an expiry that is past, too long a description
  malformed_policy,  // the message is in AWS's words; the context tells the place
  too_many,          // keys of a user, policies of a user
  too_open,          // a file with a secret that others than its owner may read
  wrong_master_key,  // missing, or not the one under which the secrets were sealed
  corrupt,
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::access

template <>
struct std::is_error_code_enum<caudal::access::Errc> : std::true_type {};
