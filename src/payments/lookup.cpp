// SPDX-License-Identifier: Apache-2.0
// Opening the tables, and looking up one payment: by id, reference or transaction; and its history.
#include <fmt/format.h>

#include "payments/conditions.h"
#include "payments/payment_item.h"
#include "payments/payments.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::Value;

items::KeyClauses equals(std::string name, std::string value) {
  items::KeyClauses clauses;
  clauses.push_back({.attribute = std::move(name), .condition = {.operand = Value(std::move(value))}});
  return clauses;
}

Error no_such(std::string_view what) { return {Errc::no_such_payment, fmt::format("there is no payment {}", what)}; }

}  // namespace

Payments::Payments(items::Store& store, Clock& clock, Options options, const TimeZone& zone)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      zone_(zone),
      no_item_(is_absent("PK")),
      no_archived_item_(is_absent("id")) {}

Result<std::unique_ptr<Payments>> Payments::open(items::Store& store, Clock& clock, Options options) {
  const TimeZone zone = TRY(TimeZone::find(options.zone));
  TRY(ensure_tables(store, options.tables));
  return std::unique_ptr<Payments>(new Payments(store, clock, std::move(options), zone));
}

Date Payments::today() const { return zone_.to_local(clock_.now()).date; }

Result<Payment> Payments::find(const PaymentId& id) const {
  std::vector<items::Get> gets;
  for (int status = 0; status < kStatuses; ++status) {
    gets.push_back(
        {.table = options_.tables.payments, .key = key_of(id, static_cast<Status>(status)), .is_consistent = true});
  }
  std::optional<Payment> found;
  for (items::Got& got : TRY(store_.get_all(gets))) {
    if (!got.item) continue;
    Payment payment = TRY(read_payment(*std::move(got.item)));
    // Several are there when another client put one without deleting the other: the one that changed last counts.
    if (!found || payment.version >= found->version) found = std::move(payment);
  }
  if (found) return *std::move(found);
  return no_such(id.text());
}

Result<Payment> Payments::find_by_reference(const AccountId& account, const ClientReference& reference) const {
  const auto first = TRY(find_first(account, reference));
  if (!first) return no_such(fmt::format("of account {} with the reference '{}'", account.text(), reference.text()));
  return find({.account = account, .sequence = first->sequence});
}

Result<Payment> Payments::find_by_transaction(const TransactionId& transaction) const {
  Item key;
  key.set("id", Value(transaction.text()));
  auto got = TRY(store_.get({.table = options_.tables.processed, .key = std::move(key), .is_consistent = true}));
  if (got.item) return read_long_term(*std::move(got.item));
  const auto page = TRY(store_.query({.table = options_.tables.payments,
                                      .index = kByTransactionIndex,
                                      .key = equals("GSI2PK", transaction.text()),
                                      .limit = 1}));
  if (page.items.empty()) return no_such(fmt::format("with the transaction {}", transaction.text()));
  Item own = items::key_attributes({.partition = {{"PK"}}, .sort = {{"SK"}}}, page.items.front());
  auto stored = TRY(store_.get({.table = options_.tables.payments, .key = std::move(own), .is_consistent = true}));
  if (stored.item) return read_payment(*std::move(stored.item));
  // It was archived since the index was asked.
  Item again;
  again.set("id", Value(transaction.text()));
  got = TRY(store_.get({.table = options_.tables.processed, .key = std::move(again), .is_consistent = true}));
  if (got.item) return read_long_term(*std::move(got.item));
  return no_such(fmt::format("with the transaction {}", transaction.text()));
}

Result<std::vector<JournalEntry>> Payments::history(const Payment& payment) const {
  std::vector<JournalEntry> entries;
  items::Query query{
      .table = options_.tables.journal, .key = equals("PK", journal_key(payment)), .is_consistent = true};
  do {
    items::Page page = TRY(store_.query(query));
    for (const Item& row : page.items) entries.push_back(TRY(read_journal_row(row)));
    query.start_after = std::move(page.last_key);
  } while (query.start_after);
  return entries;
}

}  // namespace caudal::payments
