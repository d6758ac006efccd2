// SPDX-License-Identifier: Apache-2.0
// Payments page by page: of all accounts by date and status, of one account, and by a client's reference.
#include <algorithm>
#include <charconv>
#include <functional>
#include <initializer_list>

#include "api/rest/handlers.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"

namespace caudal::api::rest {
namespace {

using payments::AccountId;
using payments::Page;
using payments::PageRequest;
using payments::Status;

struct Span {
  std::optional<Date> from = {};
  std::optional<Date> to = {};
};

// It was held against its schema.
int64_t whole_of(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Outcome<std::optional<Date>> date_of(const Call& call, std::string_view name) {
  const auto text = call.parameter(name);
  if (!text) return std::optional<Date>();
  return std::optional(TRY(said(parse_date(*text))));
}

Outcome<std::optional<Status>> status_of(const Call& call) {
  const auto text = call.parameter("status");
  return text ? payments::parse_status(*text) : std::optional<Status>();
}

// Those of `others` that stand beside `name`.
Outcome<void> refuse_beside(const Call& call, std::string_view name, std::initializer_list<std::string_view> others) {
  for (const std::string_view other : others) {
    if (!call.parameters.contains(name) || !call.parameters.contains(other)) continue;
    return Problem{.kind = Kind::kInvalidParameters,
                   .detail = std::string(name).append(" and ").append(other).append(" do not go together."),
                   .mistakes = {{.in = Mistake::In::kQuery,
                                 .where = std::string(other),
                                 .detail = std::string("does not go with ").append(name)}}};
  }
  return {};
}

// What a cursor belongs to: the route and all that was asked, but for where and how much.
std::string question_of(const Call& call) {
  std::string question(call.route.operation);
  for (const auto& [name, value] : call.parameters) {
    if (name == "cursor" || name == "limit") continue;
    question.append(1, '\n').append(name).append(1, '=').append(value);
  }
  return question;
}

std::string body_of(const Page& page, const std::string& next) {
  JsonText json;
  json.begin_object().name("payments").begin_array();
  for (const payments::Payment& payment : page.payments) append(json, payment);
  json.end_array().member_if_any("next", next);
  if (!page.problems.empty()) {
    json.name("unreadable").begin_array();
    for (const std::string& problem : page.problems) json.value(problem);
    json.end_array();
  }
  return json.end_object().take();
}

Outcome<Reply> answer_page(const Call& call, const std::function<Result<Page>(const PageRequest&)>& ask) {
  const std::string question = question_of(call);
  PageRequest request{.limit = static_cast<uint64_t>(whole_of(call.parameter("limit").value_or("")))};
  if (const auto cursor = call.parameter("cursor")) {
    auto position = call.cursors.open(question, *cursor);
    if (!position) {
      return Problem{
          .kind = Kind::kInvalidCursor,
          .detail = "The cursor is not as it was given out, or belongs to other parameters.",
          .mistakes = {{.in = Mistake::In::kQuery, .where = "cursor", .detail = "is none of this question's"}}};
    }
    request.cursor = *std::move(position);
  }
  const Page page = TRY(said(ask(request)));
  return Reply{.body = body_of(page, page.next ? call.cursors.seal(question, *page.next) : "")};
}

Outcome<Reply> list_by_reference(Call& call, const std::string& reference) {
  TRY(refuse_beside(call, "reference", {"status", "date", "from", "to", "cursor"}));
  const auto account = call.parameter("account");
  if (!account) {
    return Problem{.kind = Kind::kInvalidParameters,
                   .detail = "A reference is unique within its account.",
                   .mistakes = {{.in = Mistake::In::kQuery, .where = "account", .detail = "is missing"}}};
  }
  const AccountId of = TRY(said(AccountId::parse(*account)));
  TRY(call.require("account/" + of.text()));
  auto found = call.payments->find_by_reference(of, TRY(said(payments::ClientReference::parse(reference))));
  Page page;
  if (found)
    page.payments.push_back(*std::move(found));
  else if (found.error().code != payments::Errc::no_such_payment)
    return problem_of(found.error());
  return Reply{.body = body_of(page, "")};
}

}  // namespace

Outcome<Reply> list_payments(Call& call) {
  if (const auto reference = call.parameter("reference")) return list_by_reference(call, *reference);
  if (call.parameters.contains("account")) {
    return Problem{.kind = Kind::kInvalidParameters,
                   .detail = "The payments of one account are at /v1/accounts/{account}/payments.",
                   .mistakes = {{.in = Mistake::In::kQuery, .where = "account", .detail = "goes with reference"}}};
  }
  TRY(call.require("account/*"));
  TRY(refuse_beside(call, "date", {"from", "to"}));
  const auto date = TRY(date_of(call, "date"));
  payments::DateQuestion question{.status = TRY(status_of(call)).value_or(Status::kScheduled),
                                  .from = date ? date : TRY(date_of(call, "from")),
                                  .to = date ? date : TRY(date_of(call, "to"))};
  return answer_page(call, [&](const PageRequest& request) { return call.payments->of_dates(question, request); });
}

Outcome<Reply> list_account_payments(Call& call) {
  const AccountId account = TRY(said(AccountId::parse(call.parameter("account").value_or(""))));
  TRY(call.require("account/" + account.text()));
  TRY(refuse_beside(call, "horizon", {"from", "to"}));
  payments::AccountQuestion question{.account = account,
                                     .status = TRY(status_of(call)),
                                     .from = TRY(date_of(call, "from")),
                                     .to = TRY(date_of(call, "to"))};
  if (const auto horizon = call.parameter("horizon")) {
    question.from = call.payments->today();
    question.to = *question.from + std::chrono::days(whole_of(*horizon));
  }
  // Dates are in order within a status alone.
  if ((question.from || question.to) && !question.status) question.status = Status::kScheduled;
  return answer_page(call, [&](const PageRequest& request) { return call.payments->of_account(question, request); });
}

}  // namespace caudal::api::rest
