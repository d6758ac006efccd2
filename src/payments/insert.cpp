// SPDX-License-Identifier: Apache-2.0
// Inserting payments: see references.h for why a payment that comes again is known.
#include <fmt/format.h>

#include <unordered_set>

#include "payments/conditions.h"
#include "payments/payment_item.h"
#include "payments/payments.h"
#include "payments/references.h"

namespace caudal::payments {
namespace {

constexpr size_t kMostInGroup = 50;  // two writes each, and a transaction has at most 100

Error reference_taken(const NewPayment& asked, const FirstRow& first) {
  return {Errc::reference_taken,
          fmt::format("account {} used the reference '{}' for another payment ({}); use a new reference, or send what "
                      "was sent",
                      asked.account.text(), asked.reference.text(), first.asked)};
}

Result<InsertedId> repeated(const NewPayment& asked, const FirstRow& first) {
  if (first.asked != asked_of(asked)) return reference_taken(asked, first);
  return InsertedId{.id = {.account = asked.account, .sequence = first.sequence}, .is_repeated = true};
}

Error in_the_past(const NewPayment& asked, Date today) {
  return {Errc::invalid_payment,
          fmt::format("the date {} is past; today is {}", to_string(asked.scheduled), to_string(today))};
}

Error too_far_away(const NewPayment& asked) {
  return {Errc::invalid_payment, fmt::format("the date {} is too far away; the last that a payment can have is {}",
                                             to_string(asked.scheduled), to_string(kLastDate))};
}

// Of the journal of a reference's so manieth candidate.
items::Item first_row_key(const AccountId& account, const ClientReference& reference, uint32_t number) {
  items::Item key;
  key.set("PK", items::Value(journal_key(account, candidate(account, reference, number))));
  key.set("SK", items::Value(items::Number(1)));
  return key;
}

Error without_candidates(const NewPayment& asked) {
  return {Errc::reference_taken, fmt::format("account {} has no number left for the reference '{}'",
                                             asked.account.text(), asked.reference.text())};
}

}  // namespace

// Of one call of insert_all: what is decided, and where the rest is.
class Insertion {
 public:
  Insertion(Payments& payments, const std::vector<NewPayment>& asked, const Because& because)
      : payments_(payments), asked_(asked), because_(because), outcomes_(asked.size()), candidates_(asked.size()) {}

  Result<std::vector<Result<InsertedId>>> run() {
    std::vector<size_t> open;
    const Date today = payments_.today();
    for (size_t n = 0; n < asked_.size(); ++n) {
      if (asked_[n].scheduled > kLastDate)
        outcomes_[n] = too_far_away(asked_[n]);
      else if (asked_[n].scheduled >= today)
        open.push_back(n);
      else
        TRY(decide_past(n, today));
    }
    while (!open.empty()) open = TRY(round(open));
    std::vector<Result<InsertedId>> answers;
    answers.reserve(outcomes_.size());
    for (auto& outcome : outcomes_) answers.push_back(*std::move(outcome));
    return answers;
  }

 private:
  // One group of them; answers those that are still to be decided.
  Result<std::vector<size_t>> round(const std::vector<size_t>& open) {
    std::vector<size_t> group;
    std::vector<size_t> rest;
    std::unordered_set<std::string> keys;
    std::vector<items::Write> writes;
    for (const size_t n : open) {
      // A transaction has no item twice.
      if (group.size() < kMostInGroup && add_writes(n, keys, writes))
        group.push_back(n);
      else if (!outcomes_[n])
        rest.push_back(n);
    }
    if (group.empty()) return rest;
    auto transacted = TRY(payments_.store_.transact(std::move(writes)));
    for (size_t g = 0; g < group.size(); ++g) {
      const size_t n = group[g];
      if (transacted.done()) {
        outcomes_[n] = InsertedId{.id = {.account = asked_[n].account, .sequence = sequence(n)}};
        continue;
      }
      TRY(look_at(n, transacted.reasons[2 * g], transacted.reasons[2 * g + 1]));
      if (!outcomes_[n]) rest.push_back(n);
    }
    return rest;
  }

  std::string sequence(size_t n) const {
    return sequence_begin(asked_[n].scheduled) + candidate(asked_[n].account, asked_[n].reference, candidates_[n]);
  }

  bool add_writes(size_t n, std::unordered_set<std::string>& keys, std::vector<items::Write>& writes) {
    if (candidates_[n] >= kMostCandidates) {
      outcomes_[n] = without_candidates(asked_[n]);
      return false;
    }
    const Payment payment = make_payment(asked_[n], sequence(n));
    if (!keys.insert(journal_key(payment)).second) return false;
    const TableNames& tables = payments_.options_.tables;
    writes.push_back(
        {.action = items::PutItem{tables.journal, journal_row(nullptr, payment, because_, payments_.clock_.now())},
         .expressions = payments_.no_item_,
         .returns_on_failure = true});
    writes.push_back({.action = items::PutItem{tables.payments, to_item(payment, payments_.options_.shards)},
                      .expressions = payments_.no_item_});
    return true;
  }

  // Why it was not inserted: it is there, its digits are another's, or only a neighbour was in the way.
  Result<void> look_at(size_t n, const items::ReasonOf& of_journal, const items::ReasonOf& of_payment) {
    for (const items::ReasonOf* reason : {&of_journal, &of_payment}) {
      if (reason->reason != items::Reason::kInvalid) continue;
      outcomes_[n] = Error{Errc::invalid_payment, reason->message};
      return {};
    }
    if (of_journal.reason == items::Reason::kConditionFailed) {
      const items::Item row =
          TRY(found_in_the_way(payments_.store_, payments_.options_.tables.journal,
                               first_row_key(asked_[n].account, asked_[n].reference, candidates_[n]), of_journal.item));
      const auto first = read_first_row(row);
      if (first && first->reference == asked_[n].reference.text())
        outcomes_[n] = repeated(asked_[n], *first);
      else
        ++candidates_[n];
      return {};
    }
    if (of_payment.reason != items::Reason::kConditionFailed) return {};
    // Another client put a payment there; once that has moved on nothing would stand there any more.
    const std::string digits = candidate(asked_[n].account, asked_[n].reference, candidates_[n]);
    TRY(payments_.store_.write({.action = items::PutItem{payments_.options_.tables.journal,
                                                         taken_row(asked_[n].account, digits, payments_.clock_.now())},
                                .expressions = payments_.no_item_}));
    return {};
  }

  // What is past cannot be inserted, but may have been, when it was not.
  Result<void> decide_past(size_t n, Date today) {
    const auto first = TRY(payments_.find_first(asked_[n].account, asked_[n].reference));
    if (first)
      outcomes_[n] = repeated(asked_[n], *first);
    else
      outcomes_[n] = in_the_past(asked_[n], today);
    return {};
  }

  Payments& payments_;
  const std::vector<NewPayment>& asked_;
  const Because& because_;
  std::vector<std::optional<Result<InsertedId>>> outcomes_;
  std::vector<uint32_t> candidates_;
};

Result<std::vector<Result<InsertedId>>> Payments::insert_all(const std::vector<NewPayment>& asked,
                                                             const Because& because) {
  return Insertion(*this, asked, because).run();
}

Result<Inserted> Payments::insert(const NewPayment& asked, const Because& because) {
  const auto answers = TRY(insert_all({asked}, because));
  const InsertedId made = TRY(Result<InsertedId>(answers.front()));
  return Inserted{.payment = TRY(find(made.id)), .is_repeated = made.is_repeated};
}

Result<std::optional<FirstRow>> Payments::find_first(const AccountId& account, const ClientReference& reference) const {
  for (uint32_t n = 0; n < kMostCandidates; ++n) {
    items::Item key = first_row_key(account, reference, n);
    const auto got = TRY(store_.get({.table = options_.tables.journal, .key = std::move(key), .is_consistent = true}));
    if (!got.item) return std::optional<FirstRow>();
    auto first = read_first_row(*got.item);
    if (first && first->reference == reference.text()) return first;
  }
  return std::optional<FirstRow>();
}

}  // namespace caudal::payments
