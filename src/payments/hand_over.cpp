// SPDX-License-Identifier: Apache-2.0
// Claiming, sending and asking.
#include "payments/hand_over.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/random.h"
#include "base/thread_annotations.h"
#include "payments/parallel.h"

namespace caudal::payments {
namespace {

constexpr size_t kGroup = 33;         // three writes each, and a transaction has at most 100
constexpr size_t kArchiveGroup = 25;  // four

Instruction instruction_of(const Payment& payment) {
  return {.attempt = {.payment = payment.id, .number = payment.attempts},
          .money = payment.money,
          .beneficiary = payment.beneficiary,
          .scheduled = payment.scheduled,
          .purpose = payment.purpose};
}

void shuffle(std::vector<Payment>& payments, Random& random) {
  for (size_t n = payments.size(); n > 1; --n) std::swap(payments[n - 1], payments[random.below(n)]);
}

// What groups side by side report.
class SharedReport {
 public:
  void add(const Report& report) CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    all_ += report;
  }
  void add_problems(std::vector<std::string> problems) CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    for (std::string& problem : problems) all_.add_problem(std::move(problem));
  }
  Report take() CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return std::move(all_);
  }

 private:
  Mutex mutex_;
  Report all_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace

void Report::add_problem(std::string problem) {
  if (problems.size() < kMostProblems)
    problems.push_back(std::move(problem));
  else
    ++more_problems;
}

Report& Report::operator+=(const Report& other) {
  handed_over += other.handed_over;
  processed += other.processed;
  failed += other.failed;
  to_retry += other.to_retry;
  unanswered += other.unanswered;
  overtaken += other.overtaken;
  archived += other.archived;
  for (const std::string& problem : other.problems) add_problem(problem);
  more_problems += other.more_problems;
  return *this;
}

Result<Report> HandOver::for_each_group(const Walk& walk, const std::stop_token& stop, const Progress& progress) {
  const size_t group_size = walk.question.status == Status::kProcessed ? kArchiveGroup : kGroup;
  Random order(static_cast<uint64_t>(clock_.now().time_since_epoch().count()));
  SharedReport report;
  uint64_t done = 0;
  PageRequest request{.limit = options_.page};
  // The next page is read while the groups of this one are at work.
  Tasks tasks(options_.threads);
  Group group;
  const auto begin = [&]() -> Result<void> {
    if (group.empty()) return {};
    return tasks.add([&, taken = std::exchange(group, {})]() mutable -> Result<void> {
      if (!stop.stop_requested()) report.add(TRY(walk.work(std::move(taken))));
      return {};
    });
  };
  while (!stop.stop_requested()) {
    Page page = TRY(payments_.of_dates(walk.question, request));
    report.add_problems(std::move(page.problems));
    if (walk.is_shuffled) shuffle(page.payments, order);
    for (Payment& payment : page.payments) {
      if (!walk.wanted(payment)) continue;
      group.push_back(std::move(payment));
      if (group.size() == group_size) TRY(begin());
    }
    // With one thread what follows is read after this has been done.
    if (options_.threads <= 1) TRY(begin());
    done += page.payments.size();
    if (progress) progress(done);
    if (!page.next) break;
    request.cursor = *page.next;
  }
  TRY(begin());
  TRY(tasks.finish());
  return report.take();
}

Result<Report> HandOver::hand_over(Date due, const std::stop_token& stop, const Progress& progress) {
  const Timestamp now = clock_.now();
  return for_each_group(
      {.question = {.status = Status::kScheduled, .to = due},
       .wanted = [&](const Payment& payment) { return !payment.not_before || *payment.not_before <= now; },
       .work = [this](Group group) { return hand_over_group(std::move(group)); }},
      stop, progress);
}

Result<Report> HandOver::resolve(const std::stop_token& stop, const Progress& progress) {
  const Timestamp now = clock_.now();
  Report waiting;
  // Those that were not begun here belong to whoever began them.
  const auto is_open = [&](const Payment& payment) {
    if (!payment.attempt()) return false;
    const bool is_leased = payment.lease_until && *payment.lease_until > now;
    if (is_leased) ++waiting.unanswered;
    return !is_leased;
  };
  Report report = TRY(for_each_group({.question = {.status = Status::kPending},
                                      .wanted = is_open,
                                      .work = [this](Group group) { return resolve_group(std::move(group)); },
                                      .is_shuffled = true},
                                     stop, progress));
  return report += waiting;
}

Result<Report> HandOver::archive(const std::stop_token& stop, const Progress& progress) {
  return for_each_group({.question = {.status = Status::kProcessed},
                         .wanted = [](const Payment& payment) { return payment.transaction.has_value(); },
                         .work = [this](Group group) { return archive_group(std::move(group)); }},
                        stop, progress);
}

Result<HandOver::Group> HandOver::moved(std::vector<Move> moves, Report& report) {
  const auto outcomes = TRY(payments_.move_all(moves));
  Group done;
  done.reserve(moves.size());
  for (size_t n = 0; n < moves.size(); ++n) {
    Payment& after = moves[n].after;
    if (outcomes[n] == Moved::kDone) {
      done.push_back(std::move(after));
    } else if (outcomes[n] == Moved::kOvertaken) {
      ++report.overtaken;
    } else {
      report.add_problem(fmt::format("payment {} cannot become {}: the table does not take the item", after.id.text(),
                                     to_string(after.status)));
    }
  }
  return done;
}

Result<Report> HandOver::hand_over_group(Group group) {
  Report report;
  const Timestamp lease_until = clock_.now() + options_.lease;
  std::vector<Move> claims;
  claims.reserve(group.size());
  for (Payment& payment : group) {
    Move& claim = claims.emplace_back(
        Move{.before = payment, .after = std::move(payment), .because = {.who = options_.who, .why = "it is due"}});
    claim.after.status = Status::kPending;
    claim.after.lease_until = lease_until;
    claim.after.not_before.reset();
    claim.after.reason.clear();
    ++claim.after.attempts;
    ++claim.after.version;
  }
  const Group claimed = TRY(moved(std::move(claims), report));
  report.handed_over += claimed.size();
  report += TRY(submit(claimed));
  return report;
}

Result<Report> HandOver::submit(const Group& group) {
  if (group.empty()) return Report();
  std::vector<Instruction> instructions;
  instructions.reserve(group.size());
  for (const Payment& payment : group) instructions.push_back(instruction_of(payment));
  const auto answers = service_.submit(instructions);
  if (answers) return settle_known(group, *answers);
  // Perhaps it has them, perhaps it has not: resolve() asks when the lease has ended.
  Report report;
  report.unanswered = group.size();
  report.add_problem(fmt::format("the transaction service did not answer: {}", answers.error().message));
  return report;
}

Result<Report> HandOver::resolve_group(Group group) {
  Report report;
  const Timestamp lease_until = clock_.now() + options_.lease;
  std::vector<Move> renewals;
  for (Payment& payment : group) {
    Move& renewal = renewals.emplace_back(Move{.before = payment,
                                               .after = std::move(payment),
                                               .because = {.who = options_.who, .why = "it was not answered in time"}});
    renewal.after.lease_until = lease_until;
    ++renewal.after.version;
  }
  const Group mine = TRY(moved(std::move(renewals), report));
  if (mine.empty()) return report;
  std::vector<AttemptId> attempts;
  for (const Payment& payment : mine) attempts.push_back({.payment = payment.id, .number = payment.attempts});
  const auto answers = service_.ask(attempts);
  if (!answers) {
    report.unanswered += mine.size();
    report.add_problem(fmt::format("the transaction service did not answer: {}", answers.error().message));
    return report;
  }
  std::vector<AttemptId> unseen;
  for (const Answer& answer : *answers) {
    if (answer.outcome == Outcome::kNeverSeen) unseen.push_back(answer.attempt);
  }
  std::ranges::sort(unseen);
  Group lost;
  Group answered;
  for (size_t n = 0; n < mine.size(); ++n) {
    (std::ranges::binary_search(unseen, attempts[n]) ? lost : answered).push_back(mine[n]);
  }
  report += TRY(settle_known(answered, *answers));
  report += TRY(submit(lost));
  return report;
}

Result<Report> HandOver::archive_group(Group group) {
  Report report;
  const auto same_transaction = [&](const Payment& one, const Payment& other) {
    report.add_problem(fmt::format("payments {} and {} have the same transaction {}: one of them cannot be archived",
                                   one.id.text(), other.id.text(), one.transaction->text()));
  };
  std::map<TransactionId, const Payment*> transactions;
  std::vector<Move> moves;
  std::vector<const Payment*> before;
  for (const Payment& payment : group) {
    const auto [of_first, is_first] = transactions.emplace(*payment.transaction, &payment);
    if (!is_first) {
      same_transaction(payment, *of_first->second);
      continue;
    }
    Move& move = moves.emplace_back(Move{.before = payment,
                                         .after = payment,
                                         .because = {.who = options_.who, .why = "it is done"},
                                         .to_long_term = true});
    move.after.status = Status::kArchived;
    ++move.after.version;
    before.push_back(&payment);
  }
  const auto outcomes = TRY(payments_.move_all(moves));
  for (size_t n = 0; n < outcomes.size(); ++n) {
    if (outcomes[n] == Moved::kDone) {
      ++report.archived;
      continue;
    }
    ++report.overtaken;
    // Either somebody else has just archived it, or its transaction belongs to another payment.
    const auto there = payments_.find_by_transaction(*before[n]->transaction);
    if (there && there->id != before[n]->id) same_transaction(*before[n], *there);
  }
  return report;
}

}  // namespace caudal::payments
