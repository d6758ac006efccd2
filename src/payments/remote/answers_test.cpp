// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/answers.h"

#include <gmock/gmock.h>

#include "base/testing/result_matchers.h"
#include "payments/remote/errors.h"

namespace caudal::payments {
namespace {

using testing::HasSubstr;

constexpr Timestamp kNow{std::chrono::seconds(1'800'007'200)};

TEST(Instructions, HoldAmountsAsText) {
  Instruction instruction{.attempt = unwrap(AttemptId::parse("0001-42:1800403200123456789:2")),
                          .money = unwrap(Money::parse("1234.5", "BRL")),
                          .beneficiary = unwrap(BeneficiaryId::parse("a\"b")),
                          .scheduled = unwrap(parse_date("2027-01-20"))};
  EXPECT_EQ(to_json(instruction),
            R"({"attempt":"0001-42:1800403200123456789:2","account":"0001-42","date":"2027-01-20",)"
            R"("amount":"1234.50","currency":"BRL","beneficiary":"a\"b"})");
  instruction.purpose = unwrap(Purpose::parse("rent of \"März\""));
  EXPECT_TRUE(to_json(instruction).ends_with(R"("beneficiary":"a\"b","purpose":"rent of \"März\""})"))
      << to_json(instruction);
}

TEST(Answers, OfAServiceThatKnows) {
  const Answer done = unwrap(
      read_answer(R"({"attempt":"a:1:1","outcome":"done","transaction":"T1","at":"2027-01-20T12:00:00Z"})", kNow));
  EXPECT_EQ(done.outcome, Outcome::kDone);
  EXPECT_EQ(done.attempt.text(), "a:1:1");
  EXPECT_EQ(done.transaction->text(), "T1");
  EXPECT_EQ(to_string(done.at), "2027-01-20T12:00:00.000000Z");
  EXPECT_EQ(unwrap(read_answer(R"({"attempt":"a:1:1","outcome":"done","transaction":"T1"})", kNow)).at, kNow);

  const Answer refused = unwrap(
      read_answer(R"({"attempt":"a:1:1","outcome":"refused","reason":"no funds","may_retry":true,"x":{}})", kNow));
  EXPECT_EQ(refused.outcome, Outcome::kRefused);
  EXPECT_EQ(refused.reason, "no funds");
  EXPECT_TRUE(refused.may_retry);
  EXPECT_FALSE(unwrap(read_answer(R"({"attempt":"a:1:1","outcome":"refused","reason":"no"})", kNow)).may_retry);
  EXPECT_EQ(unwrap(read_answer(R"({"attempt":"a:1:1","outcome":"under_way"})", kNow)).outcome, Outcome::kUnderWay);
}

TEST(Answers, ThatSayNothingForCertainAreNone) {
  for (const char* json :
       {"", "{}", "[]", "null", "done", R"({"outcome":"done","transaction":"T1"})", R"({"attempt":"a:1:1"})",
        R"({"attempt":"a:1","outcome":"under_way"})", R"({"attempt":"a:1:0","outcome":"under_way"})",
        R"({"attempt":"a:1:1","outcome":"DONE","transaction":"T1"})", R"({"attempt":"a:1:1","outcome":"done"})",
        R"({"attempt":"a:1:1","outcome":"done","transaction":""})",
        R"({"attempt":"a:1:1","outcome":"done","transaction":7})",
        R"({"attempt":"a:1:1","outcome":"done","transaction":"T 1"})",
        R"({"attempt":"a:1:1","outcome":"done","transaction":"T1","at":"yesterday"})",
        R"({"attempt":"a:1:1","outcome":"refused"})",
        R"({"attempt":"a:1:1","outcome":"refused","reason":"no","may_retry":"true"})",
        R"({"attempt":"a:1:1","outcome":"never_seen"})", "{\"attempt\":\"\xff\"}"}) {
    EXPECT_FALSE(read_answer(json, kNow)) << json;
  }
}

TEST(Answers, LongReasonsAreCut) {
  const std::string reason(10'000, 'x');
  const Answer answer =
      unwrap(read_answer(R"({"attempt":"a:1:1","outcome":"refused","reason":")" + reason + "\"}", kNow));
  EXPECT_EQ(answer.reason.size(), 500U);
}

}  // namespace
}  // namespace caudal::payments
