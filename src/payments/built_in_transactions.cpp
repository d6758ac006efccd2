// SPDX-License-Identifier: Apache-2.0
// The ledger, and what the seed says about each attempt.
#include "payments/built_in_transactions.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "payments/conditions.h"
#include "payments/errors.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::Number;
using items::Value;

Item key_of(const AttemptId& attempt) {
  Item key;
  key.set("id", Value(attempt.text()));
  return key;
}

uint64_t number_from(std::string_view text) {
  const Sha256 digest = sha256(text);
  uint64_t bits = 0;
  for (size_t n = 0; n < sizeof(bits); ++n) bits = bits << 8 | static_cast<uint8_t>(digest[n]);
  return bits;
}

std::string text_of(const Item& entry, std::string_view name) {
  const Value* value = entry.find(name);
  const auto* text = value != nullptr ? value->get_if<std::string>() : nullptr;
  return text != nullptr ? *text : "";
}

}  // namespace

Result<std::unique_ptr<BuiltInTransactions>> BuiltInTransactions::open(items::Store& store, Clock& clock,
                                                                       BuiltInOptions options) {
  const auto made = store.create_table(
      {.name = options.table, .key = {.partition = {{"id"}}}, .billing = items::BillingMode::kPayPerRequest});
  if (!made && made.error().code != items::Errc::table_exists) return made.error();
  return std::unique_ptr<BuiltInTransactions>(new BuiltInTransactions(store, clock, std::move(options)));
}

bool BuiltInTransactions::draws(std::string_view what, const AttemptId& attempt, uint32_t of_thousand) const {
  if (of_thousand == 0) return false;
  return number_from(fmt::format("{}\n{}\n{}", options_.seed, what, attempt.text())) % 1000 < of_thousand;
}

Item BuiltInTransactions::entry_of(const Instruction& instruction) const {
  const auto amount = Number::parse(instruction.money.amount.to_string());
  Item entry;
  entry.set("AccountId", Value(instruction.attempt.payment.account.text()));
  entry.set("Amount", Value(amount ? *amount : Number()));
  entry.set("AtUs", Value(Number(clock_.now().time_since_epoch().count())));
  entry.set("BeneficiaryId", Value(instruction.beneficiary.text()));
  entry.set("Currency", Value(instruction.money.currency.text()));
  entry.set("id", Value(instruction.attempt.text()));
  if (instruction.purpose) entry.set("Purpose", Value(instruction.purpose->text()));
  if (draws("refused", instruction.attempt, options_.refused)) {
    entry.set("Refused", Value("the beneficiary's bank refuses it"));
  } else if (draws("refused first", instruction.attempt, options_.refused_first)) {
    entry.set("MayRetry", Value(true));
    entry.set("Refused", Value("the account has not enough money"));
  } else {
    // By its digest, so that its names do not tell how many there are.
    entry.set("TransactionId", Value("tx-" + fmt::format("{:016x}{:016x}", number_from(instruction.attempt.text()),
                                                         number_from("2" + instruction.attempt.text()))));
  }
  return entry;
}

Result<Answer> BuiltInTransactions::answer_of(const AttemptId& attempt, const Item& entry) const {
  const Value* at = entry.find("AtUs");
  const auto* micros = at != nullptr ? at->get_if<Number>() : nullptr;
  Answer answer{.attempt = attempt};
  answer.at = Timestamp(std::chrono::microseconds(micros != nullptr ? micros->to_int64().value_or(0) : 0));
  if (clock_.now() < answer.at + options_.delay) return answer;
  if (const std::string refused = text_of(entry, "Refused"); !refused.empty()) {
    answer.outcome = Outcome::kRefused;
    answer.reason = refused;
    answer.may_retry = entry.contains("MayRetry");
    return answer;
  }
  answer.outcome = Outcome::kDone;
  answer.transaction = TRY(TransactionId::parse(text_of(entry, "TransactionId")));
  return answer;
}

Result<std::vector<Answer>> BuiltInTransactions::submit(const std::vector<Instruction>& instructions) {
  std::vector<Item> entries;
  std::vector<items::Write> writes;
  const items::ExpressionsPtr is_new = is_absent("id");
  for (const Instruction& instruction : instructions) {
    entries.push_back(entry_of(instruction));
    writes.push_back(
        {.action = items::PutItem{options_.table, entries.back()}, .expressions = is_new, .returns_on_failure = true});
  }
  const auto written = TRY(store_.write_each(std::move(writes)));
  std::vector<Answer> answers;
  for (size_t n = 0; n < written.size(); ++n) {
    if (!written[n]) continue;  // unknown: it will be asked for
    const AttemptId& attempt = instructions[n].attempt;
    // What came before counts, whatever it says.
    const bool is_first = written[n]->held;
    const Item entry = is_first ? std::move(entries[n])
                                : TRY(found_in_the_way(store_, options_.table, key_of(attempt), written[n]->item));
    if (is_first && draws("unanswered", attempt, options_.unanswered)) continue;
    answers.push_back(TRY(answer_of(attempt, entry)));
    if (draws("repeated", attempt, options_.repeated)) answers.push_back(Answer(answers.back()));
  }
  return answers;
}

Result<std::vector<Answer>> BuiltInTransactions::ask(const std::vector<AttemptId>& attempts) {
  std::vector<items::Get> gets;
  for (const AttemptId& attempt : attempts) {
    gets.push_back({.table = options_.table, .key = key_of(attempt), .is_consistent = true});
  }
  const auto got = TRY(store_.get_all(gets));
  std::vector<Answer> answers;
  for (size_t n = 0; n < got.size(); ++n) {
    if (got[n].item)
      answers.push_back(TRY(answer_of(attempts[n], *got[n].item)));
    else
      answers.push_back({.attempt = attempts[n], .outcome = Outcome::kNeverSeen});
  }
  return answers;
}

}  // namespace caudal::payments
