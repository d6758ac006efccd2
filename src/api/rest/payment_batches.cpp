// SPDX-License-Identifier: Apache-2.0
// Many payments in one request, a line each: each is scheduled or refused for itself, as if it had come alone.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/rest/handlers.h"
#include "api/rest/new_payment.h"
#include "api/rest/request.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::rest {
namespace {

using payments::InsertedId;
using payments::NewPayment;

struct Asked {
  uint64_t line = 0;
  std::optional<NewPayment> payment = {};
  std::string note = {};
  std::optional<InsertedId> made = {};
  std::optional<Problem> refusal = {};
};

Asked asked_of(Line line, const std::optional<payments::RequestKey>& key) {
  Asked asked{.line = line.number};
  if (!line.value) {
    asked.refusal = std::move(line.value).error();
    return asked;
  }
  const auto by_key = key ? std::optional(payments::reference_of(*key, line.number)) : std::nullopt;
  auto payment = new_payment_of(*line.value, by_key);
  if (payment)
    asked.payment = *std::move(payment);
  else
    asked.refusal = std::move(payment).error();
  asked.note = member_of(kNewPaymentSchema, *line.value, "note").value_or("");
  return asked;
}

// Of every account that is to pay: where one is not the caller's to ask for, nothing of it all is done.
Outcome<void> require_all(Call& call, const std::vector<Asked>& all) {
  std::set<std::string> accounts;
  for (const Asked& one : all) {
    if (!one.payment || !accounts.insert(one.payment->account.text()).second) continue;
    const std::string resource = "account/" + one.payment->account.text();
    TRY(accounts.size() == 1 ? call.require(resource) : call.require_also(resource));
  }
  return {};
}

// In their order, since of two lines with one reference the first holds. Neighbours that say the same why are scheduled
// together.
Outcome<void> insert(Call& call, std::vector<Asked>& all) {
  std::vector<Asked*> open;
  for (Asked& one : all) {
    if (one.payment) open.push_back(&one);
  }
  for (auto first = open.begin(); first != open.end();) {
    const std::string& note = (*first)->note;
    const auto last = std::find_if(first, open.end(), [&](const Asked* one) { return one->note != note; });
    std::vector<NewPayment> payments;
    for (auto one = first; one != last; ++one) payments.push_back(*(*one)->payment);
    auto made = TRY(said(call.payments->insert_all(payments, {.who = call.caller.arn, .why = note})));
    for (size_t n = 0; n < payments.size(); ++n, ++first) {
      if (made[n])
        (*first)->made = *std::move(made[n]);
      else
        (*first)->refusal = refused(made[n].error(), *call.payments, payments[n]);
    }
  }
  return {};
}

void append(JsonText& json, const Asked& one) {
  json.begin_object().member("line", static_cast<int64_t>(one.line));
  if (one.made) {
    json.member("outcome", one.made->is_repeated ? "repeated" : "scheduled").member("id", one.made->id.text());
  } else {
    json.member("outcome", "refused").member("type", type_of(kind_of(one.refusal->kind)));
    json.member("detail", one.refusal->detail);
    append_mistakes(json, one.refusal->mistakes);
  }
  json.end_object();
}

Reply reply_with(const std::vector<Asked>& all) {
  const auto count = [&](auto is) { return static_cast<int64_t>(std::ranges::count_if(all, is)); };
  const int64_t scheduled = count([](const Asked& one) { return one.made && !one.made->is_repeated; });
  const int64_t repeated = count([](const Asked& one) { return one.made && one.made->is_repeated; });
  JsonText json;
  json.begin_object().member("scheduled", scheduled).member("repeated", repeated);
  json.member("refused", count([](const Asked& one) { return !one.made; })).name("lines").begin_array();
  for (const Asked& one : all) append(json, one);
  Reply reply{.body = json.end_array().end_object().take()};
  if (scheduled == 0 && repeated > 0) reply.headers.add("Idempotency-Replayed", "true");
  return reply;
}

}  // namespace

Outcome<Reply> create_payments(Call& call) {
  const auto key = key_of(call);
  std::vector<Asked> all;
  for (Line& line : TRY(read_lines(call.route, call.sent))) all.push_back(asked_of(std::move(line), key));
  TRY(require_all(call, all));
  if (key && std::ranges::any_of(all, [](const Asked& one) { return one.payment.has_value(); })) {
    const std::string request = "batch " + to_hex(view(sha256(call.sent)));
    TRY(said(payments::claim_key(*call.payments, *key, request, {.who = call.caller.arn})));
  }
  TRY(insert(call, all));
  return reply_with(all);
}

}  // namespace caudal::api::rest
