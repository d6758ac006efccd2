// SPDX-License-Identifier: Apache-2.0
// The names of things: each is a type of its own, so that an account is never taken for a beneficiary.
//
//   const AccountId account = TRY(AccountId::parse("0001-42"));
//   const PaymentId id = TRY(PaymentId::parse("0001-42:1798761600123456789"));
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caudal::payments {

enum class Characters : uint8_t {
  kName,       // letters, digits, and . _ - @
  kPrintable,  // of ASCII, without blanks
  kText,       // of UTF-8, without control characters
};

// Errors: invalid_payment, which says what is expected.
Result<void> check_id(std::string_view what, std::string_view text, size_t most_characters, Characters characters);

template <class Rule>
class Id {
 public:
  static Result<Id> parse(std::string_view text) {
    TRY(check_id(Rule::kWhat, text, Rule::kMostBytes, Rule::kCharacters));
    return Id(text);
  }
  const std::string& text() const { return text_; }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string_view text) : text_(text) {}
  std::string text_;
};

struct AccountRule {
  static constexpr std::string_view kWhat = "account";
  static constexpr size_t kMostBytes = 64;
  static constexpr Characters kCharacters = Characters::kName;
};
struct BeneficiaryRule {
  static constexpr std::string_view kWhat = "beneficiary";
  static constexpr size_t kMostBytes = 128;
  static constexpr Characters kCharacters = Characters::kPrintable;
};
struct ReferenceRule {
  static constexpr std::string_view kWhat = "reference";
  static constexpr size_t kMostBytes = 128;
  static constexpr Characters kCharacters = Characters::kPrintable;
};
struct TransactionRule {
  static constexpr std::string_view kWhat = "transaction";
  static constexpr size_t kMostBytes = 128;
  static constexpr Characters kCharacters = Characters::kPrintable;
};
// What a payment is for, in the words of who asked for it.
struct PurposeRule {
  static constexpr std::string_view kWhat = "purpose";
  static constexpr size_t kMostBytes = 140;  // characters, as it is no ASCII
  static constexpr Characters kCharacters = Characters::kText;
};

using AccountId = Id<AccountRule>;
using BeneficiaryId = Id<BeneficiaryRule>;
using Purpose = Id<PurposeRule>;
// The client's own name for a payment: unique within the account, for ever.
using ClientReference = Id<ReferenceRule>;
// The transaction service's name for a movement of money.
using TransactionId = Id<TransactionRule>;

// Which payment of which account: what stays of its sort key through all statuses. Those made here have ten digits,
// the seconds from 1970 to the beginning of its date in UTC, and nine by which the payments of an account differ; other
// clients of the tables may have written others.
struct PaymentId {
  AccountId account;
  std::string sequence;

  // "account:sequence".
  static Result<PaymentId> parse(std::string_view text);
  std::string text() const { return account.text() + ":" + sequence; }
  friend auto operator<=>(const PaymentId&, const PaymentId&) = default;
};

// One try of moving the money of a payment, by which the transaction service knows a request that comes again. Attempt
// 2 begins only when attempt 1 was refused for certain.
struct AttemptId {
  PaymentId payment;
  uint32_t number = 1;

  // "account:sequence:number".
  static Result<AttemptId> parse(std::string_view text);
  std::string text() const { return payment.text() + ":" + std::to_string(number); }
  friend auto operator<=>(const AttemptId&, const AttemptId&) = default;
};

}  // namespace caudal::payments
