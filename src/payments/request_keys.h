// SPDX-License-Identifier: Apache-2.0
// Payments that are asked for under a key of the client's own, as an API's Idempotency-Key is: the same request under
// the same key is the same payment for ever, and another request under it is refused. What a key stands for is put down
// before the payment is made, and the payment is made under a reference that follows from what was put down; so whoever
// comes again, after a crash or at the same moment, makes or finds the same one.
#pragma once

#include <cstdint>
#include <string>

#include "payments/payments.h"

namespace caudal::payments {

struct RequestKey {
  std::string caller;  // whose key it is: others may use the same text
  std::string key;
};

// Of a payment that has no reference but its key.
ClientReference reference_of(const RequestKey& key);
// The same of one of several that are asked for under one key: the one of this line.
ClientReference reference_of(const RequestKey& key, uint64_t line);

// From now on the key stands for this request alone: `request` is a text that others do not have. Errors: key_taken,
// and those of the store.
Result<void> claim_key(Payments& payments, const RequestKey& key, const std::string& request, const Because& because);

// Errors: key_taken (the key stands for another request), and those of Payments::insert.
Result<InsertedId> insert_under_key(Payments& payments, const RequestKey& key, const NewPayment& asked,
                                    const Because& because);

}  // namespace caudal::payments
