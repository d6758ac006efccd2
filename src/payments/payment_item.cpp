// SPDX-License-Identifier: Apache-2.0
// The attributes of the published model, and those that stand beside them: ClientReference, Version, Attempts,
// LeaseUntilMs, NotBeforeMs, TransactionAtMs, Reason; and DataBlob.Purpose.
#include "payments/payment_item.h"

#include <fmt/format.h>

#include <algorithm>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

using items::Item;
using items::Number;
using items::Value;

constexpr std::string_view kPartitionSuffix = "#PAYMENT";
constexpr size_t kOwnSequenceDigits = 19;

uint32_t shard_of(const PaymentId& id, uint32_t shards) {
  uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : id.sequence) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211U;
  for (const char c : id.account.text()) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211U;
  hash ^= hash >> 32;
  return static_cast<uint32_t>(hash % shards) + 1;
}

Value number(int64_t value) { return Value(Number(value)); }

int64_t milliseconds(Timestamp at) {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

void set_or_erase(Item& item, std::string name, const std::optional<Timestamp>& at) {
  if (at)
    item.set(std::move(name), number(milliseconds(*at)));
  else
    item.erase(name);
}

void set_or_erase(Item& item, std::string name, const std::string& text) {
  if (text.empty())
    item.erase(name);
  else
    item.set(std::move(name), Value(text));
}

// What changes in the life of a payment.
void set_state(Item& item, const Payment& payment) {
  item.set("Status", Value(to_string(payment.status)));
  item.set("Version", number(static_cast<int64_t>(payment.version)));
  if (payment.attempts > 0) item.set("Attempts", number(payment.attempts));
  set_or_erase(item, "LeaseUntilMs", payment.lease_until);
  set_or_erase(item, "NotBeforeMs", payment.not_before);
  set_or_erase(item, "Reason", payment.reason);
  if (!payment.transaction) return;
  item.set("TransactionId", Value(payment.transaction->text()));
  if (!payment.transaction_at) return;
  item.set("TransactionAtMs", number(milliseconds(*payment.transaction_at)));
  item.set("TransactionDate", Value(to_string(std::chrono::floor<std::chrono::days>(*payment.transaction_at))));
}

Item first_item(const Payment& payment) {
  Item data;
  // What Money holds always fits a number of DynamoDB's.
  const auto amount = Number::parse(payment.money.amount.to_string());
  data.reserve(4);
  data.set("Amount", Value(amount ? *amount : Number()));
  data.set("BeneficiaryId", Value(payment.beneficiary.text()));
  data.set("Currency", Value(payment.money.currency.text()));
  if (payment.purpose) data.set("Purpose", Value(payment.purpose->text()));
  Item item;
  item.reserve(12);
  item.set("AccountId", Value(payment.id.account.text()));
  if (payment.reference) item.set("ClientReference", Value(payment.reference->text()));
  item.set("DataBlob", Value(std::move(data)));
  item.set("PK", Value(partition_key(payment.id.account)));
  item.set("ScheduledDate", Value(to_string(payment.scheduled)));
  return item;
}

Error unreadable(const Item& item, std::string_view what) {
  const auto text = [&](const char* name) -> std::string {
    const Value* value = item.find(name);
    const auto* found = value != nullptr ? value->get_if<std::string>() : nullptr;
    return found != nullptr ? *found : "?";
  };
  const bool is_long_term = item.contains("id");
  return {Errc::unreadable_item, is_long_term
                                     ? fmt::format("the item {} of the long term is no payment: {}", text("id"), what)
                                     : fmt::format("the item {} / {} is no payment: {}", text("PK"), text("SK"), what)};
}

// Reads attributes one by one; the first that is wrong is told.
class Reader {
 public:
  explicit Reader(const Item& item) : item_(item) {}

  Result<std::string> text(const Item& in, std::string_view name) const {
    const Value* value = in.find(name);
    const auto* found = value != nullptr ? value->get_if<std::string>() : nullptr;
    if (found != nullptr) return *found;
    return unreadable(item_, fmt::format("{} is missing, or no string", name));
  }
  Result<std::string> text(std::string_view name) const { return text(item_, name); }
  std::string text_or_nothing(std::string_view name) const {
    const Value* value = item_.find(name);
    const auto* found = value != nullptr ? value->get_if<std::string>() : nullptr;
    return found != nullptr ? *found : "";
  }
  std::optional<int64_t> whole(std::string_view name) const {
    const Value* value = item_.find(name);
    const auto* found = value != nullptr ? value->get_if<Number>() : nullptr;
    return found != nullptr ? found->to_int64() : std::nullopt;
  }
  std::optional<Timestamp> instant(std::string_view name) const {
    const auto found = whole(name);
    return found ? std::optional(Timestamp(std::chrono::milliseconds(*found))) : std::nullopt;
  }
  template <class T>
  Result<T> checked(Result<T> result) const {
    if (!result) return unreadable(item_, result.error().message);
    return result;
  }
  Result<Money> money() const {
    const Value* blob = item_.find("DataBlob");
    const auto* data = blob != nullptr ? blob->get_if<items::Map>() : nullptr;
    if (data == nullptr) return unreadable(item_, "DataBlob is missing, or no map");
    const Value* amount = data->find("Amount");
    const auto* exact = amount != nullptr ? amount->get_if<Number>() : nullptr;
    if (exact == nullptr) return unreadable(item_, "DataBlob.Amount is missing, or no number");
    return checked(Money::parse(exact->to_string(), TRY(text(*data, "Currency"))));
  }
  Result<BeneficiaryId> beneficiary() const {
    return checked(BeneficiaryId::parse(TRY(text(*item_.find("DataBlob")->get_if<items::Map>(), "BeneficiaryId"))));
  }
  // What others put there as they like is none.
  std::optional<Purpose> purpose() const {
    const Value* value = item_.find("DataBlob")->get_if<items::Map>()->find("Purpose");
    const auto* found = value != nullptr ? value->get_if<std::string>() : nullptr;
    if (found == nullptr) return std::nullopt;
    auto purpose = Purpose::parse(*found);
    return purpose ? std::optional(*std::move(purpose)) : std::nullopt;
  }

 private:
  const Item& item_;
};

// All but what tells which payment it is.
Result<Payment> read(const Reader& in, PaymentId id, Status status) {
  Payment payment{.id = std::move(id),
                  .status = status,
                  .scheduled = TRY(in.checked(parse_date(TRY(in.text("ScheduledDate"))))),
                  .money = TRY(in.money()),
                  .beneficiary = TRY(in.beneficiary()),
                  .purpose = in.purpose()};
  payment.version = static_cast<uint64_t>(std::max<int64_t>(in.whole("Version").value_or(0), 0));
  payment.attempts = static_cast<uint32_t>(std::max<int64_t>(in.whole("Attempts").value_or(0), 0));
  payment.lease_until = in.instant("LeaseUntilMs");
  payment.not_before = in.instant("NotBeforeMs");
  payment.transaction_at = in.instant("TransactionAtMs");
  payment.reason = in.text_or_nothing("Reason");
  if (const std::string transaction = in.text_or_nothing("TransactionId"); !transaction.empty()) {
    if (const auto parsed = TransactionId::parse(transaction)) payment.transaction = *parsed;
  }
  // Others may use the attribute as they like: one that was put there here has a version, too.
  const bool is_own = payment.version > 0 && payment.id.sequence.size() == kOwnSequenceDigits;
  if (const std::string reference = in.text_or_nothing("ClientReference"); is_own && !reference.empty()) {
    payment.reference = TRY(in.checked(ClientReference::parse(reference)));
  }
  return payment;
}

}  // namespace

std::string partition_key(const AccountId& account) { return account.text() + std::string(kPartitionSuffix); }

std::string sort_key(Status status, std::string_view sequence) {
  std::string key(to_string(status));
  key += '#';
  key += sequence;
  return key;
}

Item key_of(const PaymentId& id, Status status) {
  Item key;
  key.set("PK", Value(partition_key(id.account)));
  key.set("SK", Value(sort_key(status, id.sequence)));
  return key;
}

std::string sequence_begin(Date scheduled) {
  const Date nearest = std::clamp(scheduled, Date(), kLastDate + std::chrono::days(1));
  return fmt::format("{:010}", std::chrono::sys_seconds(nearest).time_since_epoch().count());
}

std::string sharded_status_key(Status status, const PaymentId& id, uint32_t shards) {
  return fmt::format("{}#{}", to_string(status), shard_of(id, shards));
}

std::string status_key(Status status, const PaymentId& id, uint32_t shards) {
  return status == Status::kScheduled ? sharded_status_key(status, id, shards) : std::string(to_string(status));
}

Payment make_payment(const NewPayment& asked, std::string sequence) {
  Payment payment{.id = {.account = asked.account, .sequence = std::move(sequence)},
                  .scheduled = asked.scheduled,
                  .money = asked.money,
                  .beneficiary = asked.beneficiary,
                  .purpose = asked.purpose,
                  .reference = asked.reference,
                  .version = 1};
  payment.stored = std::make_shared<const Item>(first_item(payment));
  return payment;
}

Item to_item(const Payment& payment, uint32_t shards) {
  Item item = *payment.stored;
  item.set("SK", Value(sort_key(payment.status, payment.id.sequence)));
  item.set("GSI1PK", Value(status_key(payment.status, payment.id, shards)));
  item.set("GSI1SK", Value(to_string(payment.scheduled)));
  set_state(item, payment);
  if (payment.status == Status::kProcessed && payment.transaction)
    item.set("GSI2PK", Value(payment.transaction->text()));
  else
    item.erase("GSI2PK");
  return item;
}

Item to_long_term(const Payment& payment, uint32_t shards) {
  Item item = *payment.stored;
  item.erase("GSI2PK");
  set_state(item, payment);
  item.set("id", Value(payment.transaction ? payment.transaction->text() : ""));
  item.set("GSI1PK", Value(sharded_status_key(payment.status, payment.id, shards)));
  item.set("GSI1SK", Value(to_string(payment.scheduled)));
  return item;
}

Result<Payment> read_payment(Item item) {
  const Reader in(item);
  const std::string partition = TRY(in.text("PK"));
  const std::string sort = TRY(in.text("SK"));
  const size_t hash = sort.find('#');
  const auto status = parse_status(std::string_view(sort).substr(0, hash));
  if (!partition.ends_with(kPartitionSuffix) || hash == std::string::npos || !status) {
    return unreadable(item, "PK must be <account>#PAYMENT, and SK <STATUS>#<sequence>");
  }
  const std::string account = partition.substr(0, partition.size() - kPartitionSuffix.size());
  PaymentId id = TRY(in.checked(PaymentId::parse(account + ":" + sort.substr(hash + 1))));
  Payment payment = TRY(read(in, std::move(id), *status));
  payment.stored = std::make_shared<const Item>(std::move(item));
  return payment;
}

Result<Payment> read_long_term(Item item) {
  const Reader in(item);
  const std::string id = TRY(in.text("id"));
  const std::string account = TRY(in.text("AccountId"));
  const std::string sort = in.text_or_nothing("SK");
  const std::string sequence = sort.substr(std::min(sort.size(), sort.find('#') + 1));
  PaymentId payment_id = TRY(in.checked(PaymentId::parse(account + ":" + sequence)));
  Payment payment = TRY(read(in, std::move(payment_id), Status::kArchived));
  payment.transaction = TRY(in.checked(TransactionId::parse(id)));
  payment.stored = std::make_shared<const Item>(std::move(item));
  return payment;
}

}  // namespace caudal::payments
