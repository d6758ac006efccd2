// SPDX-License-Identifier: Apache-2.0
// Payments that are asked for under a key of the client's own, as an API's Idempotency-Key is: the same request under
// the same key is the same payment for ever, and another request under it is refused. What a key stands for is put down
// before the payment is made, and the payment is made under a reference that follows from what was put down; so whoever
// comes again, after a crash or at the same moment, makes or finds the same one.
#pragma once

#include <string>

#include "payments/payments.h"

namespace caudal::payments {

struct RequestKey {
  std::string caller;  // whose key it is: others may use the same text
  std::string key;
};

// Of a payment that has no reference but its key.
ClientReference reference_of(const RequestKey& key);

// Errors: key_taken (the key stands for another request), and those of Payments::insert.
Result<InsertedId> insert_under_key(Payments& payments, const RequestKey& key, const NewPayment& asked,
                                    const Because& because);

}  // namespace caudal::payments
