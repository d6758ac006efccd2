// SPDX-License-Identifier: Apache-2.0
// What names, amounts and references may be.
#include <gmock/gmock.h>

#include <set>

#include "base/testing/result_matchers.h"
#include "payments/errors.h"
#include "payments/ids.h"
#include "payments/money.h"
#include "payments/payment.h"
#include "payments/references.h"

namespace caudal::payments {
namespace {

using testing::HasSubstr;

TEST(Ids, OfAccountsAreNames) {
  EXPECT_EQ(unwrap(AccountId::parse("0001-42.a_b@c")).text(), "0001-42.a_b@c");
  EXPECT_EQ(AccountId::parse("").error().message, "the account is missing");
  EXPECT_THAT(AccountId::parse("a#b").error().message, HasSubstr("only letters, digits"));
  EXPECT_FALSE(AccountId::parse("a:b"));
  EXPECT_FALSE(AccountId::parse("a b"));
  EXPECT_TRUE(AccountId::parse(std::string(64, 'a')));
  EXPECT_THAT(AccountId::parse(std::string(65, 'a')).error().message, HasSubstr("has 65 characters; at most 64"));
}

TEST(Ids, OfReferencesArePrintable) {
  EXPECT_TRUE(ClientReference::parse("a#b:c/d~!"));
  for (const char* wrong : {"", "a b", "a\nb", "a\x7f", "\xc3\xa9"})
    EXPECT_FALSE(ClientReference::parse(wrong)) << wrong;
}

TEST(Ids, OfPurposesAreTexts) {
  EXPECT_EQ(unwrap(Purpose::parse("aluguel de março, nº 3")).text(), "aluguel de março, nº 3");
  EXPECT_EQ(Purpose::parse("").error().message, "the purpose is missing");
  EXPECT_THAT(Purpose::parse("a\nb").error().message, HasSubstr("no control characters"));
  EXPECT_FALSE(Purpose::parse("a\x7f"));
  EXPECT_EQ(Purpose::parse("a\xff").error().message, "the purpose is no UTF-8");
  std::string long_one;
  for (int n = 0; n < 140; ++n) long_one += "é";
  EXPECT_TRUE(Purpose::parse(long_one)) << "characters are counted, not bytes";
  EXPECT_THAT(Purpose::parse(long_one + "é").error().message, HasSubstr("has 141 characters; at most 140"));
}

TEST(Ids, OfPaymentsAndAttemptsComeBackFromTheirText) {
  const PaymentId id = unwrap(PaymentId::parse("0001-42:1800403200123456789"));
  EXPECT_EQ(id.account.text(), "0001-42");
  EXPECT_EQ(id.sequence, "1800403200123456789");
  EXPECT_EQ(id.text(), "0001-42:1800403200123456789");
  const AttemptId attempt = unwrap(AttemptId::parse("0001-42:1800403200123456789:12"));
  EXPECT_EQ(attempt.payment, id);
  EXPECT_EQ(attempt.number, 12U);
  EXPECT_EQ(unwrap(AttemptId::parse(attempt.text())), attempt);
  for (const char* wrong : {"", ":", "a:", ":1", "a:1x", "a:-1", "a:1234567890123456789012345678901"}) {
    EXPECT_FALSE(PaymentId::parse(wrong)) << wrong;
  }
  for (const char* wrong : {"", "a:1", "a:1:", "a:1:0", "a:1:01", "a:1:x", "a:1:1x", "a:1:99999999999"}) {
    EXPECT_FALSE(AttemptId::parse(wrong)) << wrong;
  }
}

TEST(Amounts, AreExactAndNoFinerThanTheirCurrency) {
  EXPECT_EQ(unwrap(Money::parse("1234.5", "BRL")).text(), "1234.50 BRL");
  EXPECT_EQ(unwrap(Money::parse("1234", "CLP")).text(), "1234 CLP");
  EXPECT_EQ(unwrap(Money::parse("0.001", "KWD")).text(), "0.001 KWD");
  EXPECT_EQ(unwrap(Money::parse("1.500", "BRL")), unwrap(Money::parse("1.5", "BRL")));
  EXPECT_EQ(unwrap(Money::parse("99999999999999999999999999.99", "BRL")).text(), "99999999999999999999999999.99 BRL");
  EXPECT_EQ(Money::parse("0.5", "CLP").error().message,
            "the amount 0.5 is finer than CLP, which has 0 digits after the point");
  for (const char* wrong :
       {"", "0", "0.00", "-1", "1,5", "1e3", "NaN", " 1", "1.005", "1234567890123456789012345678901"}) {
    EXPECT_FALSE(Money::parse(wrong, "BRL")) << wrong;
  }
  for (const char* wrong : {"", "R$", "brl", "BRLX", "B1L"}) EXPECT_FALSE(Money::parse("1", wrong)) << wrong;
}

TEST(Statuses, HaveNames) {
  for (int n = 0; n < kStatuses; ++n) {
    const auto status = static_cast<Status>(n);
    EXPECT_EQ(parse_status(to_string(status)), status);
  }
  EXPECT_EQ(parse_status("scheduled"), std::nullopt);
}

TEST(References, HaveCandidatesThatNeverChange) {
  const AccountId account = unwrap(AccountId::parse("0001-42"));
  const ClientReference reference = unwrap(ClientReference::parse("rent-1"));
  // Stored keys hang on these: another formula would insert what is there already once more.
  EXPECT_EQ(candidate(account, reference, 0), "312508048");
  EXPECT_EQ(candidate(account, reference, 1), "537630823");
  EXPECT_NE(candidate(unwrap(AccountId::parse("0001-43")), reference, 0), candidate(account, reference, 0));
  std::set<std::string> all;
  for (uint32_t n = 0; n < kMostCandidates; ++n) {
    EXPECT_EQ(candidate(account, reference, n).size(), 9U);
    all.insert(candidate(account, reference, n));
  }
  EXPECT_EQ(all.size(), kMostCandidates);
  EXPECT_EQ(digits_of("1800403200123456789"), "123456789");
}

}  // namespace
}  // namespace caudal::payments
