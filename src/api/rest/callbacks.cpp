// SPDX-License-Identifier: Apache-2.0
// The signature covers the body and not the address, so the body says which attempt it is about, and the address must
// say the same: else what was signed for one could be sent to another.
#include "api/rest/callbacks.h"

#include "api/rest/handlers.h"
#include "payments/remote/answers.h"

namespace caudal::api::rest {

Outcome<void> verify_callback(const Callbacks& callbacks, Visit& visit, std::string_view body, Timestamp now) {
  if (!callbacks.secrets)
    return Problem{.kind = Kind::kNotFound, .detail = "No callbacks are taken here (payments.http.webhook_secrets)."};
  const http::HeaderViews& headers = visit.request().headers;
  const auto header = [&](std::string_view name) { return headers.find(name).value_or(""); };
  const auto verified = callbacks.secrets->verify(
      {.id = header("webhook-id"), .timestamp = header("webhook-timestamp"), .signature = header("webhook-signature")},
      body, now);
  visit.record.decision = verified ? "allow" : "implicit_deny";
  visit.record.decided_by = "the webhook's signature";
  if (!verified) return Problem{.kind = Kind::kUnauthenticated, .detail = verified.error().message};
  return {};
}

Outcome<Reply> report_outcome(Call& call) {
  const auto attempt = TRY(said(payments::AttemptId::parse(call.parameter("attempt").value_or(""))));
  const auto answer = payments::read_answer(call.sent, call.visit.request().received_at);
  if (!answer) return Problem{.kind = Kind::kInvalidBody, .detail = answer.error().message};
  if (answer->attempt != attempt) {
    return Problem{.kind = Kind::kInvalidBody,
                   .detail = "The body is about another attempt than the address.",
                   .mistakes = {{.where = "#/attempt", .detail = "must be the attempt of the address"}}};
  }
  const payments::Report report = TRY(said(call.callbacks->settle({*answer})));
  if (report.unanswered > 0) {
    return Problem{.kind = Kind::kUnavailable,
                   .detail = "The outcome could not be put down at this moment. Send it again.",
                   .failure = report.problems.empty() ? "" : report.problems.front()};
  }
  if (!report.problems.empty()) {
    return Problem{.kind = Kind::kContradiction,
                   .detail = "The outcome is not what is known of this attempt here.",
                   .failure = report.problems.front()};
  }
  return Reply{.status = 204};
}

}  // namespace caudal::api::rest
