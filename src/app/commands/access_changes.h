// SPDX-License-Identifier: Apache-2.0
// Changes of users and keys by command stand in the audit log, as requests do.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/context.h"

namespace caudal::app {

// Does `change` and records it, whatever came of it: who (the user of the machine), what ("CreateKey"), on what. What
// cannot be recorded is not done.
Result<void> change_access(Context& context, std::string_view operation, std::string_view resource,
                           const std::function<Result<void>(access::Identities&)>& change);

}  // namespace caudal::app
