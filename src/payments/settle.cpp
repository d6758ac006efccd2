// SPDX-License-Identifier: Apache-2.0
// What the transaction service answers, put down: once, whenever and however often it comes.
#include <fmt/format.h>

#include <map>

#include "payments/hand_over.h"

namespace caudal::payments {
namespace {

constexpr int kMostRounds = 5;  // somebody renews the lease in just this moment, again and again

void count(const Move& move, Report& report) {
  switch (move.after.status) {
    case Status::kProcessed: ++report.processed; break;
    case Status::kFailed: ++report.failed; break;
    case Status::kScheduled: ++report.to_retry; break;
    default: break;
  }
}

bool is_final(const Answer& answer) { return answer.outcome == Outcome::kDone || answer.outcome == Outcome::kRefused; }

}  // namespace

// Nothing: the answer changes nothing.
std::optional<Move> HandOver::move_for(const Payment& payment, const Answer& answer) const {
  if (payment.attempt() != answer.attempt || !is_final(answer)) return std::nullopt;
  Move move{.before = payment, .after = payment, .because = {.who = options_.who}};
  Payment& after = move.after;
  ++after.version;
  after.lease_until.reset();
  if (answer.outcome == Outcome::kDone) {
    after.status = Status::kProcessed;
    after.transaction = answer.transaction;
    after.transaction_at = answer.at;
    move.because.why = "the transaction service moved the money";
    return move;
  }
  after.reason = answer.reason.empty() ? "refused without a reason" : answer.reason;
  Random unused(0);
  Backoff retries = options_.retries;
  retries.jitter = 0;
  const auto delay = answer.may_retry ? delay_after(retries, static_cast<int>(after.attempts), unused) : std::nullopt;
  if (delay) {
    after.status = Status::kScheduled;
    after.not_before = clock_.now() + *delay;
    move.because.why = fmt::format("attempt {} was refused, and may be tried again", after.attempts);
  } else {
    after.status = Status::kFailed;
    move.because.why = answer.may_retry ? fmt::format("attempt {} was refused, and was the last", after.attempts)
                                        : "the transaction service refused it";
  }
  return move;
}

// The group is as it was a moment ago; the first final answer for each counts, since all of them say the same.
Result<Report> HandOver::settle_known(const Group& group, const std::vector<Answer>& answers) {
  Report report;
  std::map<AttemptId, const Answer*> by_attempt;
  for (const Answer& answer : answers) {
    if (is_final(answer)) by_attempt.emplace(answer.attempt, &answer);
  }
  std::vector<Move> moves;
  std::vector<const Answer*> of_move;
  for (const Payment& payment : group) {
    const auto found = by_attempt.find(AttemptId{.payment = payment.id, .number = payment.attempts});
    auto move = found != by_attempt.end() ? move_for(payment, *found->second) : std::nullopt;
    if (!move) {
      ++report.unanswered;
      continue;
    }
    of_move.push_back(found->second);
    moves.push_back(*std::move(move));
  }
  const auto outcomes = TRY(payments_.move_all(moves));
  for (size_t n = 0; n < outcomes.size(); ++n) {
    if (outcomes[n] == Moved::kDone)
      count(moves[n], report);
    else
      TRY(settle_late(*of_move[n], report));
  }
  return report;
}

// Of a payment that must be looked at first.
Result<void> HandOver::settle_late(const Answer& answer, Report& report) {
  if (!is_final(answer)) return {};
  for (int round = 0; round < kMostRounds; ++round) {
    auto found = payments_.find(answer.attempt.payment);
    if (!found && found.error().code == Errc::no_such_payment) {
      report.add_problem(
          fmt::format("the transaction service answers for {}, which is no payment here", answer.attempt.text()));
      return {};
    }
    const Payment payment = TRY(std::move(found));
    if (auto move = move_for(payment, answer)) {
      std::vector<Move> moves;
      moves.push_back(*std::move(move));
      const Moved moved = TRY(payments_.move_all(moves)).front();
      if (moved == Moved::kOvertaken) continue;
      if (moved == Moved::kDone) {
        count(moves.front(), report);
        return {};
      }
      report.add_problem(fmt::format(
          "what the transaction service answers for attempt {} cannot be put down, since the payment's item would be "
          "too large: take out of it what is not the payment's",
          answer.attempt.text()));
      break;
    }
    return contradict(payment, answer, report);
  }
  ++report.unanswered;
  return {};
}

// A final answer that is not of an attempt under way: what is known already, or something that must not be.
Result<void> HandOver::contradict(const Payment& payment, const Answer& answer, Report& report) {
  const bool was_processed = payment.status == Status::kProcessed || payment.status == Status::kArchived;
  if (answer.outcome == Outcome::kRefused) {
    if (!was_processed || payment.attempts != answer.attempt.number) return {};
    report.add_problem(
        fmt::format("the transaction service says that attempt {} was refused, but it moved the money "
                    "before: look at `caudal payments show {}`, and ask the service",
                    answer.attempt.text(), payment.id.text()));
    return {};
  }
  if (payment.transaction == answer.transaction) return {};
  report.add_problem(
      fmt::format("the transaction service says that attempt {} moved the money by {}, but the payment is {}: look "
                  "at `caudal payments show {}`, and ask the service",
                  answer.attempt.text(), answer.transaction ? answer.transaction->text() : "?",
                  to_string(payment.status), payment.id.text()));
  if (payment.status != Status::kScheduled || answer.attempt.number > payment.attempts) return {};
  // It would be paid again. Whoever changes it in just this moment has taken it over, or cancelled it.
  Move move{.before = payment,
            .after = payment,
            .because = {.who = options_.who,
                        .why = fmt::format("attempt {} moved the money, though it was said to be refused",
                                           answer.attempt.number)}};
  move.after.status = Status::kProcessed;
  move.after.transaction = answer.transaction;
  move.after.transaction_at = answer.at;
  move.after.not_before.reset();
  ++move.after.version;
  std::vector<Move> moves;
  moves.push_back(std::move(move));
  if (TRY(payments_.move_all(moves)).front() == Moved::kDone) ++report.processed;
  return {};
}

Result<Report> HandOver::settle(const std::vector<Answer>& answers) {
  Report report;
  for (const Answer& answer : answers) TRY(settle_late(answer, report));
  return report;
}

}  // namespace caudal::payments
