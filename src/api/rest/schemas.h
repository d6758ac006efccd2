// SPDX-License-Identifier: Apache-2.0
// What payments and backups look like to clients of this API, and how a payment is written so. Amounts are strings: a
// JSON number is read as floating point by most clients.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/rest/json_text.h"
#include "api/rest/schema.h"
#include "payments/journal.h"
#include "payments/payment.h"

namespace caudal::api::rest {

// Those that have a name, in the order of the document.
std::span<const Schema* const> named_schemas();

extern const Schema kPaymentSchema;
extern const Schema kNewPaymentSchema;
extern const Schema kBatchSchema;
extern const Schema kCancellationSchema;
extern const Schema kPaymentPageSchema;
extern const Schema kHistorySchema;
extern const Schema kOutcomeSchema;
extern const Schema kBackupSchema;
extern const Schema kNewBackupSchema;
extern const Schema kProblemSchema;

// An id as it may stand in an address: also with '~' for its ':', which some clients sign otherwise than they send it.
Result<payments::PaymentId> parse_address(std::string_view text);

// Of parameters.
extern const Schema kBackupNameSchema;
extern const Schema kPaymentIdSchema;
extern const Schema kPaymentAddressSchema;
extern const Schema kAccountSchema;
extern const Schema kReferenceSchema;
extern const Schema kTransactionSchema;
extern const Schema kStatusSchema;
extern const Schema kDateSchema;
extern const Schema kHorizonSchema;
extern const Schema kLimitSchema;
extern const Schema kCursorSchema;
extern const Schema kIdempotencyKeySchema;
extern const Schema kETagsSchema;
extern const Schema kAttemptSchema;
extern const Schema kWebhookSchema;

void append(JsonText& json, const payments::Payment& payment);
void append(JsonText& json, const payments::JournalEntry& entry);

}  // namespace caudal::api::rest
