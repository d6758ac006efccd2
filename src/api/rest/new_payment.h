// SPDX-License-Identifier: Apache-2.0
// What is asked for when a payment is scheduled, alone or as a line of many: from what a client says to what room
// payments takes, and what it refuses. Inside room api/rest only.
#pragma once

#include <optional>

#include "api/rest/call.h"
#include "payments/request_keys.h"

namespace caudal::api::rest {

// The caller's Idempotency-Key; nothing: there came none.
std::optional<payments::RequestKey> key_of(const Call& call);

// `body`: held against kNewPaymentSchema. `otherwise`: the reference of a payment that has none of its own. Errors:
// kInvalidBody; kInvalidParameters, where it has neither.
Outcome<payments::NewPayment> new_payment_of(const JsonValue& body,
                                             const std::optional<payments::ClientReference>& otherwise);

// Why it was not scheduled.
Problem refused(const Error& error, const payments::Payments& payments, const payments::NewPayment& asked);

}  // namespace caudal::api::rest
