// SPDX-License-Identifier: Apache-2.0
#include "payments/request_keys.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "payments/conditions.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::Value;

std::string digest_of(const RequestKey& key) {
  // The length of the first keeps two pairs from being one text.
  return to_hex(view(sha256(fmt::format("{}\n{}\n{}", key.caller.size(), key.caller, key.key))));
}

// All that makes it another request; what it is for does not make it another payment.
std::string request_of(const NewPayment& asked) {
  return fmt::format("{} {} {}{}{}", asked.account.text(), asked.reference.text(), asked_of(asked),
                     asked.purpose ? " " : "", asked.purpose ? asked.purpose->text() : "");
}

Item key_of(const RequestKey& key) {
  Item item;
  item.set("Part", Value(items::Number(0)));
  item.set("Work", Value("KEY#" + digest_of(key)));
  return item;
}

Result<void> compare(const Item& row, const std::string& request) {
  const Value* const value = row.find("Asked");
  const auto* const first = value != nullptr ? value->get_if<std::string>() : nullptr;
  if (first != nullptr && *first == request) return {};
  return Error{Errc::key_taken, "the key was used for another payment; a new request needs a new key"};
}

// `may_begin`: whether a key that is not known is put down.
Result<void> claim(Payments& payments, const RequestKey& key, const std::string& request, const Because& because,
                   bool may_begin) {
  items::Store& store = payments.store();
  const std::string& table = payments.options().tables.work;
  const auto got = TRY(store.get({.table = table, .key = key_of(key), .is_consistent = true}));
  if (got.item) return compare(*got.item, request);
  if (!may_begin) return {};
  Item row = key_of(key);
  row.set("Asked", Value(request));
  row.set("By", Value(because.who));
  const auto written = TRY(store.write(
      {.action = items::PutItem{table, std::move(row)}, .expressions = is_absent("Work"), .returns_on_failure = true}));
  if (written.held) return {};
  return compare(TRY(found_in_the_way(store, table, key_of(key), written.item)), request);
}

}  // namespace

ClientReference reference_of(const RequestKey& key) {
  constexpr size_t kDigits = 40;
  auto reference = ClientReference::parse("key-" + digest_of(key).substr(0, kDigits));
  CHECK(reference.has_value(), "a reference made of digits is refused");
  return *std::move(reference);
}

ClientReference reference_of(const RequestKey& key, uint64_t line) {
  // No key of a request has a blank.
  return reference_of({.caller = key.caller, .key = fmt::format("line {} of {}", line, key.key)});
}

Result<void> claim_key(Payments& payments, const RequestKey& key, const std::string& request, const Because& because) {
  return claim(payments, key, request, because, true);
}

Result<InsertedId> insert_under_key(Payments& payments, const RequestKey& key, const NewPayment& asked,
                                    const Because& because) {
  // What no payment can be of is refused below, and its key can still be used for what is not.
  const bool can_be = asked.scheduled >= payments.today() && asked.scheduled <= kLastDate;
  TRY(claim(payments, key, request_of(asked), because, can_be));
  const auto answers = TRY(payments.insert_all({asked}, because));
  return answers.front();
}

}  // namespace caudal::payments
