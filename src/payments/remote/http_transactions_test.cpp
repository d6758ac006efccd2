// SPDX-License-Identifier: Apache-2.0
// Against a bank of the test's own, over a socket: what counts as an answer, and what does not.
#include "payments/remote/http_transactions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <mutex>

#include "base/testing/result_matchers.h"
#include "http/testing/test_server.h"
#include "payments/remote/errors.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HttpTransactionsTest : public testing::Test {
 protected:
  // As the bank of the test answers each path.
  void serve(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    std::lock_guard lock(mutex_);
    const auto header = [&](std::string_view name) { return std::string(request.headers.find(name).value_or("-")); };
    asked_.push_back(
        fmt::format("{} {} {} {}", request.method, request.path, header("Idempotency-Key"), header("Authorization")));
    bodies_.push_back(unwrap(http::read_all(exchange.body(), 10'000)));
    const auto found = answers_.find(std::string(request.path));
    if (found == answers_.end()) return (void)exchange.response().send({.status = 404}, "");
    if (found->second.first == 0) return exchange.response().abort();
    (void)exchange.response().send({.status = found->second.first}, found->second.second);
  }
  void answer(const std::string& path, int status, const std::string& body) {
    std::lock_guard lock(mutex_);
    answers_[path] = {status, body};
  }
  std::vector<std::string> asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }
  static Instruction instruction(const std::string& attempt) {
    return {.attempt = unwrap(AttemptId::parse(attempt)),
            .money = unwrap(Money::parse("1234.50", "BRL")),
            .beneficiary = unwrap(BeneficiaryId::parse("landlord")),
            .scheduled = unwrap(parse_date("2027-01-20"))};
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/bank/", server_.server->port()); }

  std::mutex mutex_;
  std::map<std::string, std::pair<int, std::string>> answers_;
  std::vector<std::string> asked_;
  std::vector<std::string> bodies_;
  http::TestServer server_{http::Handler([this](http::Exchange& exchange) { serve(exchange); })};
  SystemClock clock_;
  std::unique_ptr<HttpTransactions> service_ =
      unwrap(HttpTransactions::open({.url = url(), .token = "t0ken"}, clock_, 1));
};

TEST_F(HttpTransactionsTest, SubmitsUnderTheAttemptsKey) {
  answer("/bank", 200, R"({"attempt":"a:1:1","outcome":"done","transaction":"T1"})");
  const auto answers = unwrap(service_->submit({instruction("a:1:1")}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().outcome, Outcome::kDone);
  EXPECT_EQ(answers.front().transaction->text(), "T1");
  EXPECT_THAT(asked(), ElementsAre("POST /bank a:1:1 Bearer t0ken"));
  EXPECT_THAT(bodies_.front(), HasSubstr(R"("amount":"1234.50")"));
}

TEST_F(HttpTransactionsTest, WhatWasTakenIsUnderWay) {
  answer("/bank", 202, "");
  EXPECT_EQ(unwrap(service_->submit({instruction("a:1:1")})).front().outcome, Outcome::kUnderWay);
}

TEST_F(HttpTransactionsTest, NothingIsTakenForRefusedButWhatSaysSo) {
  for (const int status : {204, 302, 400, 401, 404, 409, 422, 429, 500, 503}) {
    answer("/bank", status, status == 204 ? "" : "no");
    const auto answers = service_->submit({instruction("a:1:1")});
    ASSERT_FALSE(answers) << status;
    EXPECT_EQ(answers.error().code, RemoteErrc::invalid_answer);
  }
  answer("/bank", 200, "<html>welcome</html>");
  EXPECT_FALSE(service_->submit({instruction("a:1:1")}));
  answer("/bank", 200, R"({"attempt":"a:1:2","outcome":"done","transaction":"T1"})");
  const auto of_another = service_->submit({instruction("a:1:1")});
  ASSERT_FALSE(of_another);
  EXPECT_THAT(of_another.error().message, HasSubstr("was asked for a:1:1 and answered for a:1:2"));
}

TEST_F(HttpTransactionsTest, OneThatIsNotAnsweredDoesNotKeepTheOthersFromIt) {
  answer("/bank", 200, R"({"attempt":"a:2:1","outcome":"refused","reason":"no funds"})");
  const auto answers = unwrap(service_->submit({instruction("a:1:1"), instruction("a:2:1"), instruction("a:3:1")}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().attempt.text(), "a:2:1");
  EXPECT_EQ(answers.front().reason, "no funds");
}

TEST_F(HttpTransactionsTest, AsksForTheAttempt) {
  answer("/bank/a%3A1%3A1", 200, R"({"attempt":"a:1:1","outcome":"done","transaction":"T1"})");
  const auto answers = unwrap(service_->ask({unwrap(AttemptId::parse("a:1:1")), unwrap(AttemptId::parse("a:2:1"))}));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].outcome, Outcome::kDone);
  EXPECT_EQ(answers[1].outcome, Outcome::kNeverSeen);
  EXPECT_EQ(answers[1].attempt.text(), "a:2:1");
}

TEST_F(HttpTransactionsTest, AServiceThatIsGoneIsNotAskedForEachOfAGroup) {
  answer("/bank", 0, "");
  const auto answers = service_->submit(
      {instruction("a:1:1"), instruction("a:2:1"), instruction("a:3:1"), instruction("a:4:1"), instruction("a:5:1")});
  ASSERT_FALSE(answers);
  EXPECT_NE(answers.error().code, RemoteErrc::invalid_answer);
  EXPECT_EQ(asked().size(), 3U) << "once each, and no more than that in vain";
}

TEST_F(HttpTransactionsTest, AnAttemptWithoutAnAnswerKeepsNoOtherFromIts) {
  answer("/bank/a%3A1%3A1", 0, "");
  answer("/bank/a%3A2%3A1", 200,
         R"({"attempt":"a:2:1","outcome":"done","transaction":")" + std::string(200, 'T') + R"("})");
  answer("/bank/a%3A3%3A1", 200, R"({"attempt":"a:3:1","outcome":"done","transaction":"T3"})");
  const auto answers = unwrap(service_->ask(
      {unwrap(AttemptId::parse("a:1:1")), unwrap(AttemptId::parse("a:2:1")), unwrap(AttemptId::parse("a:3:1"))}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].attempt.text(), "a:3:1");
}

TEST_F(HttpTransactionsTest, ReasonsAreCutBetweenCharacters) {
  const std::string reason = std::string(499, 'x') + "\xc3\xa3";
  answer("/bank/a%3A1%3A1", 200, R"({"attempt":"a:1:1","outcome":"refused","reason":")" + reason + R"("})");
  const auto answers = unwrap(service_->ask({unwrap(AttemptId::parse("a:1:1"))}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].reason, std::string(499, 'x'));
}

TEST(HttpTransactionsOptions, AreChecked) {
  SystemClock clock;
  for (const char* url :
       {"", "bank.example.org", "ftp://bank", "https://bank/?a=b", "https://bank/#x", "https://ba nk/"})
    EXPECT_EQ(HttpTransactions::open({.url = url}, clock, 1).error().code, RemoteErrc::invalid_service) << url;
}

}  // namespace
}  // namespace caudal::payments
