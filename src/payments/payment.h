// SPDX-License-Identifier: Apache-2.0
// A payment as it is asked for, and as it is.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "items/values/value.h"
#include "payments/ids.h"
#include "payments/money.h"

namespace caudal::payments {

//   SCHEDULED → PENDING → PROCESSED → ARCHIVED
//   SCHEDULED → CANCELLED      before it is handed over
//   PENDING   → FAILED         refused for good: no money moved
//   PENDING   → SCHEDULED      refused for now: no money moved, and it is to be tried again
//   SCHEDULED → PROCESSED      an attempt that was said to be refused moved the money all the same
enum class Status : uint8_t { kScheduled, kPending, kProcessed, kArchived, kCancelled, kFailed };
inline constexpr int kStatuses = 6;

// "SCHEDULED", as tables and people write it.
std::string_view to_string(Status status);
using caudal::to_string;  // of dates and instants
std::optional<Status> parse_status(std::string_view text);

// The last date that a payment can have: keys have ten digits for the seconds until it begins, and until it ends.
inline constexpr Date kLastDate = std::chrono::year(2286) / std::chrono::November / std::chrono::day(19);

struct NewPayment {
  AccountId account;
  ClientReference reference;
  Date scheduled;
  Money money;
  BeneficiaryId beneficiary;
  // Tells no two payments apart: of a reference that comes again with another, the first stays.
  std::optional<Purpose> purpose = {};
};

// Who changes something, and why: it is in the journal for ever.
struct Because {
  std::string who = {};
  std::string why = {};
};

struct Payment {
  PaymentId id;
  Status status = Status::kScheduled;
  Date scheduled;
  Money money;
  BeneficiaryId beneficiary;
  std::optional<Purpose> purpose = {};
  std::optional<ClientReference> reference = {};  // none: another client of the tables put it there
  // Counts its changes from 1: the ETag of a door. 0: never changed here.
  uint64_t version = 0;
  uint32_t attempts = 0;  // begun so far; the last is under way while it is PENDING
  // When PENDING: until then it is asked for by who handed it over, and by nobody else.
  std::optional<Timestamp> lease_until = {};
  // When SCHEDULED: not to be tried again before.
  std::optional<Timestamp> not_before = {};
  std::optional<TransactionId> transaction = {};
  std::optional<Timestamp> transaction_at = {};
  std::string reason = {};  // why it was refused, for now or for good
  // As it is stored, also with what others keep in it; never nullptr once it was read or made.
  std::shared_ptr<const items::Item> stored = {};

  // The attempt under way. Nothing when there is none, or it was not begun here: what was begun here has a lease, which
  // goes with the attempt, also when an earlier one of ours was refused and another client took the payment over.
  std::optional<AttemptId> attempt() const {
    if (status != Status::kPending || attempts == 0 || !lease_until) return std::nullopt;
    return AttemptId{.payment = id, .number = attempts};
  }
};

}  // namespace caudal::payments
