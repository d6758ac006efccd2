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

// All that makes it another payment.
std::string request_of(const NewPayment& asked) {
  return fmt::format("{} {} {}", asked.account.text(), asked.reference.text(), asked_of(asked));
}

Item key_of(const RequestKey& key) {
  Item item;
  item.set("Part", Value(items::Number(0)));
  item.set("Work", Value("KEY#" + digest_of(key)));
  return item;
}

Result<void> compare(const Item& row, const NewPayment& asked) {
  const Value* const value = row.find("Asked");
  const auto* const first = value != nullptr ? value->get_if<std::string>() : nullptr;
  if (first != nullptr && *first == request_of(asked)) return {};
  return Error{Errc::key_taken, "the key was used for another payment; a new request needs a new key"};
}

}  // namespace

ClientReference reference_of(const RequestKey& key) {
  constexpr size_t kDigits = 40;
  auto reference = ClientReference::parse("key-" + digest_of(key).substr(0, kDigits));
  CHECK(reference.has_value(), "a reference made of digits is refused");
  return *std::move(reference);
}

Result<InsertedId> insert_under_key(Payments& payments, const RequestKey& key, const NewPayment& asked,
                                    const Because& because) {
  items::Store& store = payments.store();
  const std::string& table = payments.options().tables.work;
  const auto got = TRY(store.get({.table = table, .key = key_of(key), .is_consistent = true}));
  if (got.item) {
    TRY(compare(*got.item, asked));
  } else if (asked.scheduled >= payments.today() && asked.scheduled <= kLastDate) {
    // What no payment can be of is refused below, and its key can still be used for what is not.
    Item row = key_of(key);
    row.set("Asked", Value(request_of(asked)));
    row.set("By", Value(because.who));
    const auto written = TRY(store.write({.action = items::PutItem{table, std::move(row)},
                                          .expressions = is_absent("Work"),
                                          .returns_on_failure = true}));
    if (!written.held) TRY(compare(TRY(found_in_the_way(store, table, key_of(key), written.item)), asked));
  }
  const auto answers = TRY(payments.insert_all({asked}, because));
  return answers.front();
}

}  // namespace caudal::payments
