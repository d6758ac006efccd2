// SPDX-License-Identifier: Apache-2.0
// The journal: what happened to each payment, when, by whom and why. Rows are added under the condition that their
// version is not there yet, and never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "items/requests.h"
#include "payments/payment.h"

namespace caudal::payments {

struct JournalEntry {
  uint64_t version = 0;  // that the payment had afterwards
  Timestamp at = {};
  std::optional<Status> from = {};  // nothing: it was made
  Status to = Status::kScheduled;
  Because because;
  std::string attempt = {};      // under way
  std::string transaction = {};  // that moved the money
  std::string detail = {};       // the reason of a refusal
};

// Where the journal of a payment is.
std::string journal_key(const Payment& payment);
// Of one whose nine digits come from a client's reference.
std::string journal_key(const AccountId& account, std::string_view nine_digits);

// Of what has just changed `before` (nothing: it is new) into `after`.
items::Item journal_row(const Payment* before, const Payment& after, const Because& because, Timestamp at);
// Errors: unreadable_item.
Result<JournalEntry> read_journal_row(const items::Item& row);

// The first row of a payment also says what was asked for, so that a reference that comes again can be compared. A row
// without it only keeps nine digits from being used: somebody else's payment stands there.
struct FirstRow {
  std::string reference;
  std::string sequence;
  std::string asked;  // date, amount and beneficiary
};
std::optional<FirstRow> read_first_row(const items::Item& row);
std::string asked_of(const NewPayment& payment);
items::Item taken_row(const AccountId& account, std::string_view nine_digits, Timestamp at);

}  // namespace caudal::payments
