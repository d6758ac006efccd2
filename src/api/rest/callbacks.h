// SPDX-License-Identifier: Apache-2.0
// What a transaction service reports by itself: who may, and what is done with it.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "api/gate/visit.h"
#include "api/rest/problem.h"
#include "payments/hand_over.h"
#include "payments/remote/webhook_signature.h"

namespace caudal::api::rest {

struct Callbacks {
  std::optional<payments::WebhookSecrets> secrets = {};  // nothing: none are taken
  // Thread-safe.
  std::function<Result<payments::Report>(const std::vector<payments::Answer>&)> settle = {};
};

// That the body is from who has a secret, and of just now. Errors: kNotFound where none are taken, kUnauthenticated.
Outcome<void> verify_callback(const Callbacks& callbacks, Visit& visit, std::string_view body, Timestamp now);

}  // namespace caudal::api::rest
