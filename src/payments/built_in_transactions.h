// SPDX-License-Identifier: Apache-2.0
// The transaction service that comes along: it moves no money, but keeps a ledger of what it was told to move, durable
// and once for each attempt. For trying things out, for demos and for tests; what it refuses, loses and delays is
// settled by a seed.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "items/store.h"
#include "payments/transaction_service.h"

namespace caudal::payments {

struct BuiltInOptions {
  std::string table = "BankTransactions";
  uint64_t seed = 1;
  // Shares of a thousand, each drawn by the attempt and the seed.
  uint32_t refused = 0;                                            // for good
  uint32_t refused_first = 0;                                      // may be retried
  uint32_t unanswered = 0;                                         // done, but the answer is lost
  uint32_t repeated = 0;                                           // answered twice
  std::chrono::milliseconds delay = std::chrono::milliseconds(0);  // until it knows; before, it is under way
};

// Its ledger is a table of the same store, with the attempt as `id`: not of payments, which read it through the
// interface alone.
class BuiltInTransactions final : public TransactionService {
 public:
  // Makes the table. Both must outlive it.
  static Result<std::unique_ptr<BuiltInTransactions>> open(items::Store& store, Clock& clock, BuiltInOptions options);

  Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) override;
  Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) override;

 private:
  BuiltInTransactions(items::Store& store, Clock& clock, BuiltInOptions options)
      : store_(store), clock_(clock), options_(std::move(options)) {}
  bool draws(std::string_view what, const AttemptId& attempt, uint32_t of_thousand) const;
  items::Item entry_of(const Instruction& instruction) const;
  Result<Answer> answer_of(const AttemptId& attempt, const items::Item& entry) const;

  items::Store& store_;
  Clock& clock_;
  const BuiltInOptions options_;
};

}  // namespace caudal::payments
