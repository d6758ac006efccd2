// SPDX-License-Identifier: Apache-2.0
// What is refused of bodies and parameters and where it is said to stand; that patterns mean what rules take; ETags;
// and how paths find their routes.
#include "api/rest/schema.h"

#include <gmock/gmock.h>

#include <regex>

#include "api/rest/etags.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"
#include "base/testing/result_matchers.h"

namespace caudal::api::rest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> mistakes_of(const Schema& schema, std::string_view json) {
  std::vector<Mistake> mistakes;
  check(schema, unwrap(access::parse_json(json)), "#", mistakes);
  std::vector<std::string> told;
  for (const Mistake& mistake : mistakes) told.push_back(mistake.where + " " + mistake.detail);
  return told;
}

std::vector<std::string> mistakes_of(const Schema& schema, std::string_view parameter, Mistake::In in) {
  std::vector<Mistake> mistakes;
  check(schema, parameter, in, "p", mistakes);
  std::vector<std::string> told;
  for (const Mistake& mistake : mistakes) told.push_back(mistake.detail);
  return told;
}

TEST(Schemas, APaymentAsItIsAskedFor) {
  EXPECT_THAT(mistakes_of(kNewPaymentSchema,
                          R"({"account":"0001-42","date":"2027-01-20","amount":"1234.50","beneficiary":"landlord"})"),
              IsEmpty());
  EXPECT_THAT(mistakes_of(kNewPaymentSchema, "{}"),
              ElementsAre(HasSubstr("#/account is missing"), HasSubstr("#/date is missing"),
                          HasSubstr("#/amount is missing"), HasSubstr("#/beneficiary is missing")));
  for (const char* json : {"[]", "null", "7", "\"text\"", "true"})
    EXPECT_THAT(mistakes_of(kNewPaymentSchema, json), ElementsAre("# must be an object")) << json;
}

TEST(Schemas, EveryMistakeIsToldWithItsPlace) {
  EXPECT_THAT(
      mistakes_of(kNewPaymentSchema,
                  R"({"account":"a b","date":"2027-02-30","amount":12.5,"beneficiary":"","currency":"brl","x/~y":1,
                      "reference":null,"note":{}})"),
      ElementsAre(HasSubstr("#/account the account 'a b' holds what no account does"),
                  "#/date must be a date such as \"2027-01-20\"",
                  "#/amount must be a string with an amount above zero, such as \"1234.50\"",
                  "#/beneficiary must be a string", HasSubstr("#/currency must be a string of three capital letters"),
                  "#/x~1~0y is no member that is known here", "#/reference must be a string",
                  "#/note must be a string"));
}

TEST(Schemas, AmountsAreNoNumbers) {
  const auto amount = [](const std::string& json) {
    return mistakes_of(kNewPaymentSchema,
                       R"({"account":"a","date":"2027-01-20","beneficiary":"b","amount":)" + json + "}")
        .size();
  };
  for (const char* good : {"\"1\"", "\"0.01\"", "\"123456789012345678901234567.89\""})
    EXPECT_EQ(amount(good), 0U) << good;
  for (const char* bad : {"1", "1e3", "1e999", "-1", "\"-1\"", "\"1e3\"", "\"1.\"", "\".5\"", "\"\"", "\"1,5\"",
                          "\"1 \"", "\"NaN\"", "\"0x10\"", "\"1234567890123456789012345678901\"", "[\"1\"]"}) {
    EXPECT_EQ(amount(bad), 1U) << bad;
  }
}

TEST(Schemas, TheSameMemberTwiceIsRefused) {
  EXPECT_THAT(mistakes_of(kCancellationSchema, R"({"note":"a","note":"b"})"), ElementsAre("#/note stands here twice"));
}

TEST(Schemas, LengthsCountCharacters) {
  std::string note;
  for (int n = 0; n < 200; ++n) note += "ç";
  EXPECT_THAT(mistakes_of(kCancellationSchema, "{\"note\":\"" + note + "\"}"), IsEmpty());
  EXPECT_THAT(mistakes_of(kCancellationSchema, "{\"note\":\"" + note + "ç\"}"),
              ElementsAre("#/note must have at most 200 characters, and has 201"));
}

TEST(Schemas, AHostileBodyHasNotMoreMistakesThanAreRead) {
  std::string json = "{";
  for (int n = 0; n < 1000; ++n) json += "\"m" + std::to_string(n) + "\":1,";
  EXPECT_EQ(mistakes_of(kCancellationSchema, json + "\"z\":1}").size(), kMostMistakes);
}

TEST(Schemas, NumbersOfParameters) {
  const auto limit = [](std::string_view text) { return mistakes_of(kLimitSchema, text, Mistake::In::kQuery).size(); };
  for (const char* good : {"1", "1000"}) EXPECT_EQ(limit(good), 0U) << good;
  for (const char* bad : {"0", "1001", "-1", "", " 1", "1.0", "1e2", "99999999999999999999", "0x1", "ten"})
    EXPECT_EQ(limit(bad), 1U) << bad;
  EXPECT_THAT(mistakes_of(kStatusSchema, "scheduled", Mistake::In::kQuery),
              ElementsAre("must be one of SCHEDULED, PENDING, PROCESSED, ARCHIVED, CANCELLED, FAILED"));
}

TEST(Schemas, PatternsSayWhatRulesTake) {
  const std::vector<std::string> samples = {"0001-42", "a.b_c@d", "a b",   "",      "é",     "a:b",     "a:1",
                                            "a~12345", ":1",      "a~1:1", "a:1~1", "a~1~1", "1234.50", "1.",
                                            "-1.5",    ".5",      "BRL",   "BRLX",  "brl",   "2027",    "a/b"};
  for (const Schema* schema :
       {&kAccountSchema, &kReferenceSchema, &kTransactionSchema, &kPaymentIdSchema, &kPaymentAddressSchema}) {
    const std::regex pattern{std::string(schema->pattern)};
    for (const std::string& sample : samples)
      EXPECT_EQ(std::regex_search(sample, pattern), schema->rule(sample).has_value())
          << sample << " " << schema->pattern;
  }
  for (const Member& member : kNewPaymentSchema.members) {
    if (member.schema->pattern.empty()) continue;
    const std::regex pattern{std::string(member.schema->pattern)};
    for (const std::string& sample : samples)
      EXPECT_EQ(std::regex_search(sample, pattern), member.schema->rule(sample).has_value()) << sample << member.name;
  }
}

TEST(Schemas, ExamplesAreGood) {
  for (const Route& route : routes()) {
    for (const Parameter& parameter : route.parameters) {
      if (parameter.schema->example.empty()) continue;
      EXPECT_THAT(mistakes_of(*parameter.schema, parameter.schema->example, Mistake::In::kQuery), IsEmpty())
          << parameter.name;
    }
  }
}

TEST(ETags, MatchAsTheirListSays) {
  const std::string etag = etag_of(3, "body");
  EXPECT_NE(etag, etag_of(3, "another body"));
  EXPECT_NE(etag, etag_of(4, "body"));
  EXPECT_TRUE(matches_any(etag, etag, false));
  EXPECT_TRUE(matches_any("*", etag, false));
  EXPECT_TRUE(matches_any("\"a\", W/\"b\" ,\t" + etag, etag, false));
  EXPECT_TRUE(matches_any("W/" + etag, etag, true));
  EXPECT_FALSE(matches_any("W/" + etag, etag, false)) << "a weak one is not enough to change something";
  for (const char* other : {"", "\"a\"", "a", "\"", "W/", ",,,", "\"a"})
    EXPECT_FALSE(matches_any(other, etag, true)) << other;
}

TEST(Routes, AreFoundByMethodAndPath) {
  const Matched one = match("GET", "/v1/payments/a%3A1");
  ASSERT_NE(one.route, nullptr);
  EXPECT_EQ(one.route->operation, "GetPayment");
  EXPECT_THAT(one.values, ElementsAre(std::pair<std::string_view, std::string>("payment", "a:1")));
  EXPECT_EQ(match("HEAD", "/v1/payments").route->operation, "ListPayments");
  EXPECT_EQ(match("POST", "/v1/payments/a:1/cancel").route->operation, "CancelPayment");
  EXPECT_EQ(match("GET", "/v1/accounts/a/payments").route->operation, "ListAccountPayments");
  const Matched other = match("DELETE", "/v1/payments");
  EXPECT_EQ(other.route, nullptr);
  EXPECT_EQ(other.allowed, "GET, HEAD, POST");
  for (const char* none : {"/", "/v1", "/v1/", "/v1/payments/", "/v1//payments", "/v1/payments/a/b",
                           "/v1/payments/a/cancel/", "/V1/payments", "/v1/payments/../payments/a/cancel", "*", ""}) {
    const Matched missed = match("GET", none);
    EXPECT_EQ(missed.route, nullptr) << none;
    EXPECT_EQ(missed.allowed, "") << none;
  }
}

}  // namespace
}  // namespace caudal::api::rest
