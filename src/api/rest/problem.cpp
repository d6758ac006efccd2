// SPDX-License-Identifier: Apache-2.0
#include "api/rest/problem.h"

#include <array>

#include "api/rest/json_text.h"
#include "base/check.h"
#include "items/errors.h"
#include "payments/errors.h"

namespace caudal::api::rest {
namespace {

constexpr std::array<ProblemKind, 19> kKinds = {{
    {Kind::kMalformed, "malformed", 400, "The request cannot be read", "Send what the detail asks for."},
    {Kind::kInvalidParameters, "invalid-parameters", 400, "Parameters are missing, unknown or not as they must be",
     "`errors` names each parameter or header, and what it must be."},
    {Kind::kInvalidCursor, "invalid-cursor", 400, "The cursor is none of this question's",
     "Send `next` of a page as it came, with the parameters of that page; or begin again without a cursor."},
    {Kind::kUnauthenticated, "unauthenticated", 401, "It is not known who asks",
     "Sign the request with an access key by AWS's Signature Version 4, for the service `caudal` or `execute-api`."},
    {Kind::kForbidden, "forbidden", 403, "The policies of the caller do not allow it",
     "Ask for a policy that allows the action that the detail names."},
    {Kind::kNotFound, "not-found", 404, "There is no such resource", "Check the address."},
    {Kind::kMethodNotAllowed, "method-not-allowed", 405, "The resource does not know this method",
     "The header `Allow` names those that it knows."},
    {Kind::kReferenceTaken, "reference-taken", 409, "The account used the reference for another payment",
     "Use a new reference, or send what was sent under it."},
    {Kind::kTooLate, "too-late", 409, "The payment is too far for that",
     "Only what is SCHEDULED can be cancelled; look at the payment."},
    {Kind::kContradiction, "contradiction", 409, "The outcome cannot be, after all that is known here",
     "Sending it again does not help; people have to look, on both sides. The log of the server says why."},
    {Kind::kBackupTaken, "backup-taken", 409, "There is a backup of this name", "Use another name; look at that one."},
    {Kind::kBackupUnderWay, "backup-under-way", 409, "Another backup is being made", "Try again when that has ended."},
    {Kind::kChanged, "changed", 412, "The payment is not as the client saw it",
     "Read it again, and send `If-Match` with the ETag that it has by now."},
    {Kind::kTooLarge, "too-large", 413, "The body is too large",
     "Send less at once; for very many payments, load a file."},
    {Kind::kUnsupportedMediaType, "unsupported-media-type", 415, "The body is no JSON",
     "Send `Content-Type: application/json`, and the body unpacked."},
    {Kind::kInvalidBody, "invalid-body", 422, "The body does not say what it must",
     "`errors` points at each member, and says what it must be."},
    {Kind::kKeyReused, "key-reused", 422, "The Idempotency-Key was used for another request",
     "Use a new key for a new request; a key stands for its first request for ever."},
    {Kind::kInternal, "internal", 500, "Caudal failed",
     "Send the request again, under the same Idempotency-Key; tell the operator `instance`."},
    {Kind::kUnavailable, "unavailable", 503, "Caudal cannot do it at the moment",
     "Send the request again after a moment, under the same Idempotency-Key."},
}};

std::string_view member_of(Mistake::In in) {
  switch (in) {
    case Mistake::In::kBody: return "pointer";
    case Mistake::In::kQuery: return "parameter";
    case Mistake::In::kHeader: return "header";
  }
  return "pointer";
}

Kind kind_of_payments(payments::Errc code) {
  switch (code) {
    case payments::Errc::invalid_payment: return Kind::kInvalidBody;
    case payments::Errc::reference_taken: return Kind::kReferenceTaken;
    case payments::Errc::no_such_payment: return Kind::kNotFound;
    case payments::Errc::too_late: return Kind::kTooLate;
    case payments::Errc::changed: return Kind::kChanged;
    case payments::Errc::invalid_cursor: return Kind::kInvalidCursor;
    case payments::Errc::key_taken: return Kind::kKeyReused;
    case payments::Errc::contradiction:
    case payments::Errc::unusable_table:
    case payments::Errc::unreadable_item:
    case payments::Errc::unusable_file: return Kind::kInternal;
  }
  return Kind::kInternal;
}

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kKinds; }

const ProblemKind& kind_of(Kind kind) {
  const ProblemKind& found = kKinds[static_cast<size_t>(kind)];
  CHECK(found.kind == kind, "the kinds of problems are in another order");
  return found;
}

std::string type_of(const ProblemKind& kind) { return std::string("/v1/docs#problem-").append(kind.name); }

void append_mistakes(JsonText& json, const std::vector<Mistake>& mistakes) {
  if (mistakes.empty()) return;
  json.name("errors").begin_array();
  for (const Mistake& mistake : mistakes) {
    json.begin_object()
        .member("detail", std::string_view(mistake.detail))
        .member(member_of(mistake.in), std::string_view(mistake.where))
        .end_object();
  }
  json.end_array();
}

std::string to_json(const Problem& problem, std::string_view instance) {
  const ProblemKind& kind = kind_of(problem.kind);
  JsonText json;
  json.begin_object()
      .member("type", std::string_view(type_of(kind)))
      .member("title", kind.title)
      .member("status", int64_t{kind.status})
      .member("detail", std::string_view(problem.detail))
      .member("instance", instance);
  append_mistakes(json, problem.mistakes);
  return json.end_object().take();
}

Problem problem_of(const Error& error) {
  Problem problem;
  if (error.code.category() == make_error_code(payments::Errc::changed).category())
    problem.kind = kind_of_payments(static_cast<payments::Errc>(error.code.value()));
  else if (error.is(ErrorClass::kBusy) || error.is(ErrorClass::kNoSpace) || error.code == items::Errc::outcome_unknown)
    problem.kind = Kind::kUnavailable;
  if (problem.kind == Kind::kInternal || problem.kind == Kind::kUnavailable) {
    problem.detail = problem.kind == Kind::kInternal
                         ? "What went wrong stands in the log of the server, under this instance."
                         : "The server has no room or no answer from where it keeps its tables; it may have been done.";
    problem.failure = error.to_string();
    return problem;
  }
  problem.detail = error.message;
  return problem;
}

}  // namespace caudal::api::rest
