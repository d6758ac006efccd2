// SPDX-License-Identifier: Apache-2.0
// Rows of the journal as items, and back.
#include "payments/journal.h"

#include <fmt/format.h>

#include "payments/errors.h"
#include "payments/references.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::Number;
using items::Value;

std::string asked_text(Date scheduled, const Money& money, const BeneficiaryId& beneficiary) {
  return fmt::format("{} {} {}", to_string(scheduled), money.text(), beneficiary.text());
}

std::string text_of(const Item& row, std::string_view name) {
  const Value* value = row.find(name);
  const auto* text = value != nullptr ? value->get_if<std::string>() : nullptr;
  return text != nullptr ? *text : "";
}

int64_t whole_of(const Item& row, std::string_view name) {
  const Value* value = row.find(name);
  const auto* number = value != nullptr ? value->get_if<Number>() : nullptr;
  return number != nullptr ? number->to_int64().value_or(0) : 0;
}

}  // namespace

std::string journal_key(const AccountId& account, std::string_view nine_digits) {
  return fmt::format("{}#R{}", account.text(), nine_digits);
}

std::string journal_key(const Payment& payment) {
  if (payment.reference) return journal_key(payment.id.account, digits_of(payment.id.sequence));
  return fmt::format("{}#S{}", payment.id.account.text(), payment.id.sequence);
}

std::string asked_of(const NewPayment& payment) {
  return asked_text(payment.scheduled, payment.money, payment.beneficiary);
}

Item journal_row(const Payment* before, const Payment& after, const Because& because, Timestamp at) {
  Item row;
  row.reserve(10);
  if (before == nullptr) row.set("Asked", Value(asked_text(after.scheduled, after.money, after.beneficiary)));
  row.set("AtUs", Value(Number(at.time_since_epoch().count())));
  if (const auto attempt = after.attempt()) row.set("Attempt", Value(attempt->text()));
  if (!because.who.empty()) row.set("By", Value(because.who));
  if (!after.reason.empty()) row.set("Detail", Value(after.reason));
  if (before != nullptr) row.set("From", Value(to_string(before->status)));
  row.set("PK", Value(journal_key(after)));
  if (before == nullptr && after.reference) row.set("Reference", Value(after.reference->text()));
  row.set("SK", Value(Number(static_cast<int64_t>(after.version))));
  row.set("Sequence", Value(after.id.sequence));
  row.set("To", Value(to_string(after.status)));
  if (after.transaction) row.set("Transaction", Value(after.transaction->text()));
  if (!because.why.empty()) row.set("Why", Value(because.why));
  return row;
}

Item taken_row(const AccountId& account, std::string_view nine_digits, Timestamp at) {
  Item row;
  row.set("AtUs", Value(Number(at.time_since_epoch().count())));
  row.set("PK", Value(journal_key(account, nine_digits)));
  row.set("SK", Value(Number(1)));
  row.set("Why", Value("a payment that another client put into the table has these digits"));
  return row;
}

std::optional<FirstRow> read_first_row(const Item& row) {
  FirstRow first{
      .reference = text_of(row, "Reference"), .sequence = text_of(row, "Sequence"), .asked = text_of(row, "Asked")};
  if (first.reference.empty() || first.sequence.empty()) return std::nullopt;
  return first;
}

Result<JournalEntry> read_journal_row(const Item& row) {
  const auto to = parse_status(text_of(row, "To"));
  if (!to) {
    return Error{Errc::unreadable_item,
                 fmt::format("row {} / {} of the journal says no status", text_of(row, "PK"), whole_of(row, "SK"))};
  }
  return JournalEntry{.version = static_cast<uint64_t>(whole_of(row, "SK")),
                      .at = Timestamp(std::chrono::microseconds(whole_of(row, "AtUs"))),
                      .from = parse_status(text_of(row, "From")),
                      .to = *to,
                      .because = {.who = text_of(row, "By"), .why = text_of(row, "Why")},
                      .attempt = text_of(row, "Attempt"),
                      .transaction = text_of(row, "Transaction"),
                      .detail = text_of(row, "Detail")};
}

}  // namespace caudal::payments
