// SPDX-License-Identifier: Apache-2.0
// One payment: scheduling, reading, cancelling; its history; and the payment of a transaction.
#include <fmt/format.h>

#include "api/rest/etags.h"
#include "api/rest/handlers.h"
#include "api/rest/new_payment.h"
#include "api/rest/schemas.h"
#include "payments/request_keys.h"

namespace caudal::api::rest {
namespace {

using payments::NewPayment;
using payments::Payment;
using payments::PaymentId;

std::string body_of(const Payment& payment) {
  JsonText json;
  append(json, payment);
  return json.take();
}

Reply reply_with(const Payment& payment, int status = 200) {
  Reply reply{.status = status, .body = body_of(payment)};
  reply.headers.add("ETag", etag_of(payment.version, reply.body));
  return reply;
}

std::string address_of(const PaymentId& id) {
  return fmt::format("/v1/payments/{}~{}", id.account.text(), id.sequence);
}

std::string resource_of(const PaymentId& id) {
  return fmt::format("account/{}/payment/{}", id.account.text(), id.sequence);
}

payments::Because because_of(const Call& call) {
  return {.who = call.caller.arn, .why = call.member("note").value_or("")};
}

// As it was made, whatever has become of it: what is sent again under its key is answered like the first time.
Payment as_made(const NewPayment& asked, const PaymentId& id) {
  return {.id = id,
          .scheduled = asked.scheduled,
          .money = asked.money,
          .beneficiary = asked.beneficiary,
          .purpose = asked.purpose,
          .reference = asked.reference,
          .version = 1};
}

}  // namespace

Outcome<Reply> create_payment(Call& call) {
  const auto key = key_of(call);
  const auto by_key = key ? std::optional(payments::reference_of(*key)) : std::nullopt;
  const NewPayment asked = TRY(new_payment_of(call.body, by_key));
  TRY(call.require("account/" + asked.account.text()));
  Reply reply;
  bool is_repeated = false;
  if (key) {
    const auto made = payments::insert_under_key(*call.payments, *key, asked, because_of(call));
    if (!made) return refused(made.error(), *call.payments, asked);
    is_repeated = made->is_repeated;
    reply = reply_with(as_made(asked, made->id), 201);
    reply.headers.add("Location", address_of(made->id));
  } else {
    const auto made = call.payments->insert(asked, because_of(call));
    if (!made) return refused(made.error(), *call.payments, asked);
    is_repeated = made->is_repeated;
    reply = reply_with(made->payment, is_repeated ? 200 : 201);
    reply.headers.add("Location", address_of(made->payment.id));
  }
  if (is_repeated) reply.headers.add("Idempotency-Replayed", "true");
  return reply;
}

Outcome<Reply> get_payment(Call& call) {
  const PaymentId id = TRY(said(parse_address(call.parameter("payment").value_or(""))));
  TRY(call.require(resource_of(id)));
  Reply reply = reply_with(TRY(said(call.payments->find(id))));
  const auto known = call.parameter("If-None-Match");
  if (!known || !matches_any(*known, *reply.headers.find("ETag"), true)) return reply;
  reply.status = 304;
  reply.body.clear();
  return reply;
}

Outcome<Reply> cancel_payment(Call& call) {
  const PaymentId id = TRY(said(parse_address(call.parameter("payment").value_or(""))));
  TRY(call.require(resource_of(id)));
  const Payment before = TRY(said(call.payments->find(id)));
  // Who sends it again, because the answer was lost, has the ETag from before.
  if (before.status == payments::Status::kCancelled) return reply_with(before);
  const auto wanted = call.parameter("If-Match");
  if (wanted && !matches_any(*wanted, etag_of(before.version, body_of(before)), false)) {
    return Problem{.kind = Kind::kChanged,
                   .detail = fmt::format("Payment {} is {}, at version {}, and has another ETag than was sent.",
                                         id.text(), payments::to_string(before.status), before.version)};
  }
  return reply_with(TRY(said(call.payments->cancel(id, because_of(call), before.version))));
}

Outcome<Reply> get_history(Call& call) {
  const PaymentId id = TRY(said(parse_address(call.parameter("payment").value_or(""))));
  TRY(call.require(resource_of(id)));
  const Payment payment = TRY(said(call.payments->find(id)));
  JsonText json;
  json.begin_object().name("changes").begin_array();
  for (const payments::JournalEntry& entry : TRY(said(call.payments->history(payment)))) append(json, entry);
  return Reply{.body = json.end_array().end_object().take()};
}

Outcome<Reply> get_transaction(Call& call) {
  const auto transaction = TRY(said(payments::TransactionId::parse(call.parameter("transaction").value_or(""))));
  TRY(call.require("transaction/" + transaction.text()));
  Reply reply = reply_with(TRY(said(call.payments->find_by_transaction(transaction))));
  const auto known = call.parameter("If-None-Match");
  if (!known || !matches_any(*known, *reply.headers.find("ETag"), true)) return reply;
  reply.status = 304;
  reply.body.clear();
  return reply;
}

}  // namespace caudal::api::rest
