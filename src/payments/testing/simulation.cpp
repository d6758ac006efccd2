// SPDX-License-Identifier: Apache-2.0
#include "payments/testing/simulation.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/testing/result_matchers.h"

namespace caudal::payments {
namespace {

constexpr auto kBegin = Timestamp(std::chrono::seconds(1'800'007'200));
constexpr int kDays = 3;  // that payments are scheduled for

// Late enough that no clock comes to it while there is something to insert: what is past is refused.
Date first_day(size_t payments) {
  return std::chrono::floor<std::chrono::days>(kBegin) + std::chrono::days(30 + payments / 100);
}

}  // namespace

// A process, and what it is started with again.
struct Simulation::Worker {
  std::string name;
  ManualClock clock{kBegin};
  std::unique_ptr<UnreliableStore> store;
  std::unique_ptr<Payments> payments;
  std::unique_ptr<HandOver> hand_over;
};

Simulation::Simulation(SimulationParts parts, const SimulationOptions& options)
    : parts_(std::move(parts)),
      options_(options),
      random_(options.seed),
      bank_random_(options.seed + 1),
      store_troubles_{.fails_before = 0.01, .fails_after = 0.02, .is_interrupted = 0.05},
      message_troubles_{.is_lost = 0.03, .is_late = 0.05, .is_repeated = 0.05},
      service_(bank_random_, message_troubles_),
      to_bank_(parts_.to_bank ? parts_.to_bank(service_) : nullptr) {
  for (int n = 0; n < options.workers; ++n) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    worker.name = fmt::format("worker {}", n);
    worker.clock.advance(std::chrono::minutes(random_.between(-30, 30)));
  }
  if (options.service_forgets) service_.forget_attempts();
  truth_ = unwrap(Payments::open(parts_.real, workers_.front()->clock, {}));
}

Simulation::~Simulation() = default;

NewPayment Simulation::asked_for(size_t number) const {
  // By its number and the seed alone, so that it can be asked for again.
  Random random(options_.seed * 1'000'003 + number);
  const std::string amount = fmt::format("{}.{:02}", random.below(100'000), random.between(1, 99));
  const bool is_chilean = random.chance(0.1);
  return {.account = unwrap(AccountId::parse(fmt::format("a-{}", random.below(options_.payments / 10 + 1)))),
          .reference = unwrap(ClientReference::parse(fmt::format("r-{}", number))),
          .scheduled = first_day(options_.payments) + std::chrono::days(1 + static_cast<int>(random.below(kDays))),
          .money = unwrap(is_chilean ? Money::parse(std::to_string(1 + random.below(1'000'000)), "CLP")
                                     : Money::parse(amount, "BRL")),
          .beneficiary = unwrap(BeneficiaryId::parse(fmt::format("b-{}", random.below(1000))))};
}

void Simulation::start(Worker& worker) {
  worker.hand_over.reset();
  worker.payments.reset();
  worker.store = std::make_unique<UnreliableStore>(parts_.through != nullptr ? *parts_.through : parts_.real, random_,
                                                   store_troubles_, [this] {
                                                     if (is_nested_) return;
                                                     is_nested_ = true;
                                                     act(*workers_[random_.below(workers_.size())]);
                                                     is_nested_ = false;
                                                   });
  auto payments = Payments::open(*worker.store, worker.clock, {});
  if (!payments) return;
  worker.payments = *std::move(payments);
  HandOverOptions options{.who = worker.name, .threads = 1, .page = 100};
  options.retries = {.attempts = 3, .first_delay = std::chrono::minutes(20)};
  TransactionService& bank = to_bank_ != nullptr ? *to_bank_ : service_;
  worker.hand_over = std::make_unique<HandOver>(*worker.payments, bank, worker.clock, options);
}

void Simulation::note(const Result<Report>& report) {
  if (!report) return;
  for (const std::string& problem : report->problems) {
    if (!problem.starts_with("the transaction service did not answer")) problems_.push_back(problem);
  }
}

void Simulation::insert_some(Worker& worker) {
  // What is new, and now and then what was sent before: its sender never heard of it.
  const bool is_again = inserted_ > 0 && random_.chance(0.2);
  const size_t begin = is_again ? random_.below(inserted_) : inserted_;
  const size_t end = std::min(begin + 1 + random_.below(options_.batch), options_.payments);
  std::vector<NewPayment> batch;
  for (size_t n = begin; n < end; ++n) batch.push_back(asked_for(n));
  const auto made = worker.payments->insert_all(batch, {.who = worker.name});
  if (!made) return;
  for (const auto& one : *made) {
    if (!one) problems_.push_back(one.error().message);
  }
  inserted_ = std::max(inserted_, end);
}

void Simulation::cancel_one(Worker& worker) {
  if (inserted_ == 0) return;
  const NewPayment asked = asked_for(random_.below(inserted_));
  const auto found = worker.payments->find_by_reference(asked.account, asked.reference);
  if (!found) return;
  const auto cancelled = worker.payments->cancel(found->id, {.who = worker.name});
  if (!cancelled && cancelled.error().code == Errc::contradiction) problems_.push_back(cancelled.error().message);
}

void Simulation::deliver(Worker& worker) { note(worker.hand_over->settle(service_.deliver())); }

void Simulation::move_clocks() {
  for (const auto& worker : workers_) {
    worker->clock.advance(std::chrono::minutes(random_.between(0, 40)));
    if (random_.chance(0.05)) worker->clock.advance(std::chrono::minutes(random_.between(-60, 60)));
  }
}

void Simulation::act(Worker& worker) {
  ++counts_.actions;
  // Its own object is at work: somebody else's turn.
  if (!worker.store || worker.store->is_dead() || !worker.payments) {
    if (is_nested_ && worker.store) return;
    if (worker.store) ++counts_.deaths;
    start(worker);
    return;
  }
  if (!is_nested_ && random_.chance(0.2)) worker.store->die_after(1 + random_.below(20));
  const Date due = first_day(options_.payments) + std::chrono::days(random_.between(0, kDays));
  switch (random_.below(8)) {
    case 0:
    case 1: insert_some(worker); break;
    case 2: cancel_one(worker); break;
    case 3: note(worker.hand_over->hand_over(due)); break;
    case 4: note(worker.hand_over->resolve()); break;
    case 5: note(worker.hand_over->archive()); break;
    case 6: deliver(worker); break;
    default: move_clocks(); break;
  }
}

void Simulation::come_to_rest() {
  store_troubles_ = {};
  message_troubles_ = {};
  if (parts_.calm) parts_.calm();
  for (const auto& worker : workers_) start(*worker);
  for (int round = 0; round < 1000; ++round) {
    Worker& worker = *workers_[random_.below(workers_.size())];
    for (const auto& one : workers_) one->clock.advance(std::chrono::hours(1));
    deliver(worker);
    note(worker.hand_over->resolve());
    note(worker.hand_over->hand_over(first_day(options_.payments) + std::chrono::days(kDays)));
    note(worker.hand_over->archive());
    uint64_t open = service_.has_late_messages() ? 1 : 0;
    for (const Status status : {Status::kScheduled, Status::kPending, Status::kProcessed}) {
      open += unwrap(truth_->count({.status = status}));
    }
    if (open == 0) return;
  }
  problems_.push_back("it does not come to rest");
}

void Simulation::run() {
  const size_t most_actions = 1000 + options_.payments * 20;
  while (inserted_ < options_.payments && counts_.actions < most_actions) {
    act(*workers_[random_.below(workers_.size())]);
  }
  for (int n = 0; n < 200; ++n) act(*workers_[random_.below(workers_.size())]);
  come_to_rest();
}

void Simulation::check_journal(const Payment& payment, std::vector<std::string>& violations) {
  const auto entries = unwrap(truth_->history(payment));
  std::optional<Status> status;
  uint64_t version = 0;
  for (const JournalEntry& entry : entries) {
    if (entry.version != ++version) violations.push_back(payment.id.text() + ": the journal lacks a version");
    if (entry.from != status) violations.push_back(payment.id.text() + ": the journal does not go on where it was");
    status = entry.to;
  }
  if (version != payment.version || status != payment.status) {
    violations.push_back(payment.id.text() + ": the journal ends otherwise than the payment");
  }
}

void Simulation::check_payment(const NewPayment& asked, std::vector<std::string>& violations) {
  const auto found = truth_->find_by_reference(asked.account, asked.reference);
  if (!found) {
    violations.push_back("lost: " + asked.reference.text());
    return;
  }
  const Payment& payment = *found;
  if (asked_of(asked) !=
      fmt::format("{} {} {}", to_string(payment.scheduled), payment.money.text(), payment.beneficiary.text())) {
    violations.push_back(payment.id.text() + ": it is not what was asked for");
  }
  size_t movements = 0;
  for (auto entry = service_.ledger().lower_bound(AttemptId{.payment = payment.id, .number = 0});
       entry != service_.ledger().end() && entry->first.payment == payment.id; ++entry) {
    ++counts_.attempts;
    if (!entry->second.has_moved_money) continue;
    movements += entry->second.movements;
    if (!payment.transaction || payment.transaction->text() != entry->second.transaction) {
      violations.push_back(payment.id.text() + ": its transaction is another");
    }
    if (entry->second.instruction.money != asked.money) violations.push_back(payment.id.text() + ": another amount");
  }
  const bool is_paid = payment.status == Status::kArchived;
  if (movements != (is_paid ? 1U : 0U)) {
    violations.push_back(fmt::format("{}: it is {}, and its money moved {} times", payment.id.text(),
                                     to_string(payment.status), movements));
  }
  switch (payment.status) {
    case Status::kArchived: ++counts_.archived; break;
    case Status::kFailed: ++counts_.failed; break;
    case Status::kCancelled: ++counts_.cancelled; break;
    default: violations.push_back(payment.id.text() + ": it is not at its end"); break;
  }
  if (is_paid) {
    const auto archived = truth_->find_by_transaction(*payment.transaction);
    if (!archived || archived->id != payment.id) violations.push_back(payment.id.text() + ": not in the long term");
    Decimal& sum = moved_[payment.money.currency.text()];
    sum = sum.plus(payment.money.amount).value();
  }
  check_journal(payment, violations);
}

std::vector<std::string> Simulation::violations() {
  std::vector<std::string> violations = problems_;
  if (inserted_ < options_.payments) violations.emplace_back("not everything could be inserted");
  for (size_t n = 0; n < inserted_; ++n) check_payment(asked_for(n), violations);
  std::map<std::string, Decimal> really_moved;
  for (const auto& [attempt, entry] : service_.ledger()) {
    if (!entry.has_moved_money) continue;
    Decimal& sum = really_moved[entry.instruction.money.currency.text()];
    sum = sum.plus(entry.instruction.money.amount).value();
  }
  if (really_moved != moved_) violations.emplace_back("the sums are not equal to the cent");
  uint64_t items = 0;
  for (int status = 0; status < kStatuses; ++status) {
    items += unwrap(truth_->count({.status = static_cast<Status>(status)}));
  }
  if (items != inserted_) violations.push_back(fmt::format("{} payments are there, not {}", items, inserted_));
  return violations;
}

}  // namespace caudal::payments
