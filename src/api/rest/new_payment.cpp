// SPDX-License-Identifier: Apache-2.0
#include "api/rest/new_payment.h"

#include "api/rest/schemas.h"
#include "payments/errors.h"

namespace caudal::api::rest {
namespace {

using payments::ClientReference;

// What was held against a schema has the form already; what is refused all the same was not in it.
Problem invalid(const char* pointer, const Error& error) {
  return {.kind = Kind::kInvalidBody,
          .detail = error.message,
          .mistakes = {{.in = Mistake::In::kBody, .where = pointer, .detail = error.message}}};
}

Outcome<ClientReference> reference_of(const JsonValue& body, const std::optional<ClientReference>& otherwise) {
  if (const auto own = member_of(kNewPaymentSchema, body, "reference")) return said(ClientReference::parse(*own));
  if (otherwise) return *otherwise;
  return Problem{
      .kind = Kind::kInvalidParameters,
      .detail = "A payment needs an Idempotency-Key or a reference, by which it is known when it comes again.",
      .mistakes = {{.in = Mistake::In::kHeader,
                    .where = "Idempotency-Key",
                    .detail = "is missing, and so is the member reference"}}};
}

}  // namespace

std::optional<payments::RequestKey> key_of(const Call& call) {
  auto key = call.parameter("Idempotency-Key");
  if (!key) return std::nullopt;
  // RFC 8941 puts texts in quotes, most clients do not.
  if (key->size() > 2 && key->front() == '"') key = key->substr(1, key->size() - 2);
  return payments::RequestKey{.caller = call.caller.user_id, .key = *std::move(key)};
}

Outcome<payments::NewPayment> new_payment_of(const JsonValue& body, const std::optional<ClientReference>& otherwise) {
  const auto text = [&](std::string_view name) { return member_of(kNewPaymentSchema, body, name).value_or(""); };
  auto money = payments::Money::parse(text("amount"), text("currency"));
  if (!money) return invalid("#/amount", money.error());
  std::optional<payments::Purpose> purpose;
  if (const auto given = member_of(kNewPaymentSchema, body, "purpose")) {
    purpose = TRY(said(payments::Purpose::parse(*given)));
  }
  return payments::NewPayment{.account = TRY(said(payments::AccountId::parse(text("account")))),
                              .reference = TRY(reference_of(body, otherwise)),
                              .scheduled = TRY(said(parse_date(text("date")))),
                              .money = *std::move(money),
                              .beneficiary = TRY(said(payments::BeneficiaryId::parse(text("beneficiary")))),
                              .purpose = std::move(purpose)};
}

Problem refused(const Error& error, const payments::Payments& payments, const payments::NewPayment& asked) {
  const bool is_past = error.code == payments::Errc::invalid_payment && asked.scheduled < payments.today();
  return is_past ? invalid("#/date", error) : problem_of(error);
}

}  // namespace caudal::api::rest
