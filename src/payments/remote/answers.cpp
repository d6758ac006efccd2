// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/answers.h"

#include <fmt/format.h>

#include "access/json_tree.h"
#include "aws/json/json_writer.h"
#include "aws/times.h"
#include "base/utf8.h"
#include "payments/remote/errors.h"

namespace caudal::payments {
namespace {

using access::JsonValue;

constexpr size_t kLongestReason = 500;

Error invalid(std::string what) { return {RemoteErrc::invalid_answer, std::move(what)}; }

Result<std::string> text_of(const JsonValue& answer, std::string_view name) {
  const JsonValue* const value = answer.find(name);
  if (value != nullptr && value->is(JsonValue::Kind::kString)) return value->text;
  return invalid(fmt::format("the transaction service's answer has no text '{}'", name));
}

Result<Answer> read_done(const JsonValue& value, Answer answer, Timestamp now) {
  answer.outcome = Outcome::kDone;
  const auto transaction = TransactionId::parse(TRY(text_of(value, "transaction")));
  if (!transaction) return invalid("the transaction service's answer: " + transaction.error().message);
  answer.transaction = *transaction;
  answer.at = now;
  if (value.find("at") == nullptr) return answer;
  const auto at = aws::parse_iso_time(TRY(text_of(value, "at")));
  if (!at) return invalid("the transaction service's answer has no time such as 2027-01-20T12:00:00Z as 'at'");
  answer.at = *at;
  return answer;
}

Result<Answer> read_refused(const JsonValue& value, Answer answer) {
  answer.outcome = Outcome::kRefused;
  answer.reason = utf8_prefix(TRY(text_of(value, "reason")), kLongestReason);
  const JsonValue* const may_retry = value.find("may_retry");
  if (may_retry == nullptr) return answer;
  if (!may_retry->is(JsonValue::Kind::kBoolean)) return invalid("the answer's 'may_retry' is neither true nor false");
  answer.may_retry = may_retry->text == "true";
  return answer;
}

}  // namespace

std::string to_json(const Instruction& instruction) {
  std::string json = "{";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (json.size() > 1) json += ',';
    aws::append_json_name(json, name);
    aws::append_json(json, value);
  };
  add("attempt", instruction.attempt.text());
  add("account", instruction.attempt.payment.account.text());
  add("date", to_string(instruction.scheduled));
  add("amount", instruction.money.amount.to_string());
  add("currency", instruction.money.currency.text());
  add("beneficiary", instruction.beneficiary.text());
  if (instruction.purpose) add("purpose", instruction.purpose->text());
  return json + "}";
}

Result<Answer> read_answer(std::string_view json, Timestamp now) {
  const auto value = access::parse_json(json);
  if (!value || !value->is(JsonValue::Kind::kObject))
    return invalid("the transaction service's answer is no JSON object");
  const auto attempt = AttemptId::parse(TRY(text_of(*value, "attempt")));
  if (!attempt) return invalid("the transaction service's answer: " + attempt.error().message);
  Answer answer{.attempt = *attempt};
  const std::string outcome = TRY(text_of(*value, "outcome"));
  if (outcome == "under_way") return answer;
  if (outcome == "done") return read_done(*value, std::move(answer), now);
  if (outcome == "refused") return read_refused(*value, std::move(answer));
  return invalid(fmt::format("the transaction service's outcome '{}' is none of done, refused and under_way",
                             outcome.substr(0, 40)));
}

}  // namespace caudal::payments
