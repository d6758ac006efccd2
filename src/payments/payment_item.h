// SPDX-License-Identifier: Apache-2.0
// Payments as items of the published tables, and back. What other clients keep in an item stays there through every
// change. Inside room payments only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "items/values/value.h"
#include "payments/payment.h"

namespace caudal::payments {

std::string partition_key(const AccountId& account);             // "<account>#PAYMENT"
std::string sort_key(Status status, std::string_view sequence);  // "<STATUS>#<sequence>"
items::Item key_of(const PaymentId& id, Status status);
// What the sequence of a payment of that date begins with: ten digits. Of dates before 1970 and after kLastDate those
// of the nearest one: the ends of what there can be.
std::string sequence_begin(Date scheduled);
// "SCHEDULED#3", or the status alone: only what is scheduled is in shards.
std::string status_key(Status status, const PaymentId& id, uint32_t shards);
// In shards whatever the status, for the long term.
std::string sharded_status_key(Status status, const PaymentId& id, uint32_t shards);

// A payment that was just asked for, SCHEDULED, at version 1.
Payment make_payment(const NewPayment& asked, std::string sequence);
// Of BankPayments.
items::Item to_item(const Payment& payment, uint32_t shards);
// Of BankPaymentsProcessed; the payment has its transaction.
items::Item to_long_term(const Payment& payment, uint32_t shards);

// Errors: unreadable_item, which says where it stands and what of it is wrong. What is read from the long term is
// ARCHIVED, whatever was put there.
Result<Payment> read_payment(items::Item item);
Result<Payment> read_long_term(items::Item item);

}  // namespace caudal::payments
