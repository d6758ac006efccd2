// SPDX-License-Identifier: Apache-2.0
// A transaction service that is asked over HTTP.
//
//   POST <url> {"attempt":"...","account":"...","date":"...","amount":"1234.50","currency":"BRL","beneficiary":"..."}
//     Idempotency-Key: <attempt>     200 or 201 with the answer (answers.h), or 202: it will come by callback, or be
//     asked for
//   GET  <url>/<attempt>             200 with the answer; 404: it was never seen
//
// Everything else, and everything that never comes, is no answer: nothing is taken for refused but what says so.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "http/client.h"
#include "payments/transaction_service.h"

namespace caudal::payments {

struct HttpTransactionOptions {
  std::string url;           // "https://bank.example.org/transactions"
  std::string token = {};    // sent as `Authorization: Bearer`; empty: none
  std::string ca_file = {};  // certificates to trust, and none else; empty: the system's
  std::chrono::milliseconds timeout = std::chrono::seconds(30);  // of each request
};

class HttpTransactions final : public TransactionService {
 public:
  // `clock` outlives it; `seed`: of what is tried again. Errors: invalid_service, for a URL that is none.
  static Result<std::unique_ptr<HttpTransactions>> open(HttpTransactionOptions options, Clock& clock, uint64_t seed);

  // One request for each, one after the other: whoever hands over has several threads. An error only when nothing at
  // all was answered.
  Result<std::vector<Answer>> submit(const std::vector<Instruction>& instructions) override;
  Result<std::vector<Answer>> ask(const std::vector<AttemptId>& attempts) override;

 private:
  HttpTransactions(HttpTransactionOptions options, Clock& clock, std::unique_ptr<http::Client> client)
      : options_(std::move(options)), clock_(clock), client_(std::move(client)) {}
  Result<http::ClientResponse> send(http::ClientRequest request) const;
  Result<Answer> submit_one(const Instruction& instruction) const;
  Result<Answer> ask_one(const AttemptId& attempt) const;
  Result<Answer> read(const http::ClientResponse& response, const AttemptId& attempt) const;

  const HttpTransactionOptions options_;
  Clock& clock_;
  const std::unique_ptr<http::Client> client_;
};

}  // namespace caudal::payments
