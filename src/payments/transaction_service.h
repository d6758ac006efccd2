// SPDX-License-Identifier: Apache-2.0
// Who moves the money: what payments need of such a service, whichever it is. Nothing here moves any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "payments/payment.h"

namespace caudal::payments {

struct Instruction {
  AttemptId attempt;  // the idempotency key
  Money money;
  BeneficiaryId beneficiary;
  Date scheduled;
  std::optional<Purpose> purpose = {};  // for the beneficiary to read; tells no two instructions apart
};

enum class Outcome : uint8_t {
  kDone,       // the money moved, once, by `transaction`
  kRefused,    // no money moved, and none ever will by this attempt
  kUnderWay,   // the service has it, and will know
  kNeverSeen,  // when asked: the service does not know the attempt (yet: the instruction may be on its way)
};

struct Answer {
  AttemptId attempt;
  Outcome outcome = Outcome::kUnderWay;
  std::optional<TransactionId> transaction = {};  // of kDone
  Timestamp at = {};                              // of kDone: when the money moved
  std::string reason = {};                        // of kRefused
  bool may_retry = false;                         // of kRefused: another attempt may succeed
};

// What is asked of a service, and what all of this room's certainty stands on:
// - An attempt that comes again, however late, moves nothing and is answered like the first time. That holds for
//   refusals as well, and survives whatever happens to the service.
// - What it does not answer at all is unknown, and is asked for; it is never taken as a refusal.
//
// Thread-safe. Calls can block; they end after some time.
class TransactionService {
 public:
  virtual ~TransactionService() = default;
  // Answers what it knows at once, in any order, perhaps some of it twice. Attempts without an answer, or all when it
  // is an error, have perhaps been received.
  virtual Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) = 0;
  // What has become of these.
  virtual Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) = 0;
};

}  // namespace caudal::payments
