// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/http_transactions.h"

#include <fmt/format.h>

#include <optional>

#include "aws/uri.h"
#include "payments/remote/answers.h"
#include "payments/remote/errors.h"

namespace caudal::payments {
namespace {

constexpr uint64_t kLargestAnswerBytes = uint64_t{64} << 10;
constexpr int kNotFound = 404;
constexpr int kAccepted = 202;

// Once: what is not answered is resolved later, by whoever hands over.
constexpr int kAttempts = 1;

// In a row, before the rest of a group is left for later.
constexpr int kMostUnanswered = 3;

// Of several answers: an error only where there is no other.
class Answers {
 public:
  // Whether it is worth while to go on: not when the service answers nothing several times in a row. One attempt that
  // it has no answer for, or breaks the connection for, must not keep the others from theirs.
  bool add(Result<Answer> answer) {
    if (answer) {
      unanswered_ = 0;
      answers_.push_back(*std::move(answer));
      return true;
    }
    unanswered_ = answer.error().code == RemoteErrc::invalid_answer ? 0 : unanswered_ + 1;
    if (!first_error_) first_error_ = std::move(answer).error();
    return unanswered_ < kMostUnanswered;
  }
  Result<std::vector<Answer>> take() {
    if (answers_.empty() && first_error_) return *std::move(first_error_);
    return std::move(answers_);
  }

 private:
  std::vector<Answer> answers_;
  std::optional<Error> first_error_;
  int unanswered_ = 0;  // in a row
};

}  // namespace

Result<std::unique_ptr<HttpTransactions>> HttpTransactions::open(HttpTransactionOptions options, Clock& clock,
                                                                 uint64_t seed) {
  const bool is_url = options.url.starts_with("https://") || options.url.starts_with("http://");
  if (!is_url || options.url.find_first_of("?# \t\r\n") != std::string::npos) {
    return Error{RemoteErrc::invalid_service,
                 "the transaction service's URL must begin with https:// or http://, and have no query and no blanks"};
  }
  while (options.url.ends_with('/')) options.url.pop_back();
  http::ClientOptions client{.ca_file = options.ca_file};
  client.retries.attempts = kAttempts;
  auto opened = TRY(http::Client::open(std::move(client), clock, seed));
  return std::unique_ptr<HttpTransactions>(new HttpTransactions(std::move(options), clock, std::move(opened)));
}

Result<http::ClientResponse> HttpTransactions::send(http::ClientRequest request) const {
  request.headers.add("Accept", "application/json");
  if (!options_.token.empty()) request.headers.add("Authorization", "Bearer " + options_.token);
  request.max_body_bytes = kLargestAnswerBytes;
  request.timeout = options_.timeout;
  // Nothing is sent twice here, though it would do no harm: the attempt is its key.
  request.retry = http::Retry::kNever;
  return client_->send(request);
}

// An answer for another attempt is none for this one.
Result<Answer> HttpTransactions::read(const http::ClientResponse& response, const AttemptId& attempt) const {
  constexpr int kOk = 200;
  constexpr int kCreated = 201;
  if (response.status == kAccepted && response.body.empty()) return Answer{.attempt = attempt};
  if (response.status != kOk && response.status != kCreated && response.status != kAccepted) {
    return Error{RemoteErrc::invalid_answer,
                 fmt::format("the transaction service answered {} for {}", response.status, attempt.text())};
  }
  Answer answer = TRY(read_answer(response.body, clock_.now()));
  if (answer.attempt == attempt) return answer;
  return Error{RemoteErrc::invalid_answer, fmt::format("the transaction service was asked for {} and answered for {}",
                                                       attempt.text(), answer.attempt.text())};
}

Result<Answer> HttpTransactions::submit_one(const Instruction& instruction) const {
  const std::string body = to_json(instruction);
  http::ClientRequest request{.method = "POST", .url = options_.url, .body = body};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Idempotency-Key", instruction.attempt.text());
  return read(TRY(send(std::move(request))), instruction.attempt);
}

Result<Answer> HttpTransactions::ask_one(const AttemptId& attempt) const {
  const auto response = TRY(send({.url = options_.url + "/" + aws::uri_encoded(attempt.text())}));
  if (response.status == kNotFound) return Answer{.attempt = attempt, .outcome = Outcome::kNeverSeen};
  return read(response, attempt);
}

Result<std::vector<Answer>> HttpTransactions::submit(const std::vector<Instruction>& instructions) {
  Answers answers;
  for (const Instruction& instruction : instructions) {
    if (!answers.add(submit_one(instruction))) break;
  }
  return answers.take();
}

Result<std::vector<Answer>> HttpTransactions::ask(const std::vector<AttemptId>& attempts) {
  Answers answers;
  for (const AttemptId& attempt : attempts) {
    if (!answers.add(ask_one(attempt))) break;
  }
  return answers.take();
}

}  // namespace caudal::payments
