// SPDX-License-Identifier: Apache-2.0
// Handing due payments over to the transaction service, so that each moves money once whatever crashes, repeats or
// overlaps; and archiving what is done.
//
// A payment is claimed first: SCHEDULED becomes PENDING, with the number of the attempt and a lease, under the
// condition that nobody was quicker. Then the instruction goes out under the attempt's id. What is answered at once is
// settled at once. What is not answered stays PENDING until its lease ends; then resolve() asks the service what has
// become of the attempt, and sends the same attempt again when the service has never seen it. A new attempt begins only
// when the one before was refused for certain. The lease keeps two from asking at the same time; nothing depends on it,
// or on clocks.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "payments/payments.h"
#include "payments/transaction_service.h"

namespace caudal::payments {

struct HandOverOptions {
  std::string who = "caudal";  // as the journal knows it
  std::chrono::milliseconds lease = std::chrono::minutes(5);
  // Of refusals that may be retried; after the last attempt the payment has FAILED.
  Backoff retries = {
      .attempts = 4, .first_delay = std::chrono::minutes(15), .factor = 2, .max_delay = std::chrono::hours(4)};
  unsigned threads = 8;  // groups of payments under way
  uint64_t page = 1000;  // payments looked at together
};

struct Report {
  uint64_t handed_over = 0;
  uint64_t processed = 0;
  uint64_t failed = 0;
  uint64_t to_retry = 0;
  uint64_t unanswered = 0;  // PENDING still
  uint64_t overtaken = 0;   // somebody else was quicker
  uint64_t archived = 0;
  // What people have to look at. At most kMostProblems; the rest is counted.
  std::vector<std::string> problems = {};
  uint64_t more_problems = 0;
  Report& operator+=(const Report& other);
  void add_problem(std::string problem);
};
inline constexpr size_t kMostProblems = 100;

// Thread-safe; several may work on the same tables, in this process and others.
class HandOver {
 public:
  // How many payments have been looked at.
  using Progress = std::function<void(uint64_t done)>;
  // All must outlive it.
  HandOver(Payments& payments, TransactionService& service, Clock& clock, HandOverOptions options)
      : payments_(payments), service_(service), clock_(clock), options_(std::move(options)) {}

  // What is due up to `due`, included. An error: of the store; what was under way is resolved later.
  Result<Report> hand_over(Date due, const std::stop_token& stop = {}, const Progress& progress = {});
  // What is PENDING, and whose lease has ended. Each time in another order, so that those that the service has no
  // answer for do not come first again and keep the others from theirs.
  Result<Report> resolve(const std::stop_token& stop = {}, const Progress& progress = {});
  // What comes by itself, perhaps late, repeatedly, or out of order.
  Result<Report> settle(const std::vector<Answer>& answers);
  // All that is PROCESSED goes to the long-term table.
  Result<Report> archive(const std::stop_token& stop = {}, const Progress& progress = {});

 private:
  using Group = std::vector<Payment>;
  // Which payments, and what is done with each group of them.
  struct Walk {
    DateQuestion question;
    std::function<bool(const Payment&)> wanted;
    std::function<Result<Report>(Group)> work;
    bool is_shuffled = false;  // else they come in order of date
  };
  Result<Report> for_each_group(const Walk& walk, const std::stop_token& stop, const Progress& progress);
  Result<Report> hand_over_group(Group group);
  Result<Report> resolve_group(Group group);
  Result<Report> archive_group(Group group);
  // Those that were not overtaken, as they are now.
  Result<Group> moved(std::vector<Move> moves, Report& report);
  Result<Report> submit(const Group& group);
  Result<Report> settle_known(const Group& group, const std::vector<Answer>& answers);
  Result<void> settle_late(const Answer& answer, Report& report);
  Result<void> contradict(const Payment& payment, const Answer& answer, Report& report);
  std::optional<Move> move_for(const Payment& payment, const Answer& answer) const;

  Payments& payments_;
  TransactionService& service_;
  Clock& clock_;
  const HandOverOptions options_;
};

}  // namespace caudal::payments
