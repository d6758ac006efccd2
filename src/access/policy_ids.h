// SPDX-License-Identifier: Apache-2.0
// Bucket policies speak of users by name; what is kept must mean the user that there was, and not whoever is created
// later under that name. So a policy is stored with the users' unique ids in its principals, and shown with ARNs where
// the users still are, as AWS does it. Names in conditions (aws:username) stay names, as on AWS.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::access {

using UserLookup = std::function<std::optional<std::string>(std::string_view)>;

// `document`: of a policy that was accepted. Everything but the users' names is left as it is, byte for byte; whoever
// `id_of` (a name's id) does not know stays. Errors: malformed_policy.
Result<std::string> with_user_ids(std::string_view document, const UserLookup& id_of);
// Back, for showing. `name_of`: an id's name. Ids of users who are gone stay.
Result<std::string> with_user_arns(std::string_view document, const UserLookup& name_of);

}  // namespace caudal::access
