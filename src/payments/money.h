// SPDX-License-Identifier: Apache-2.0
// Amounts with their currency. Exact; never floating point.
#pragma once

#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/result.h"

namespace caudal::payments {

// "BRL": three capital letters, as ISO 4217 has them.
class Currency {
 public:
  static Result<Currency> parse(std::string_view text);
  const std::string& text() const { return text_; }
  // How many digits after the point its amounts have: 2 of BRL, 0 of CLP.
  uint8_t digits() const;
  friend bool operator==(const Currency&, const Currency&) = default;
  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  explicit Currency(std::string_view text) : text_(text) {}
  std::string text_;
};

struct Money {
  Decimal amount;  // at the currency's scale, above zero
  Currency currency;

  // "1234.50" and "BRL". Errors: invalid_payment, for amounts that are not above zero or finer than the currency.
  static Result<Money> parse(std::string_view amount, std::string_view currency);
  std::string text() const { return amount.to_string() + " " + currency.text(); }
  friend bool operator==(const Money&, const Money&) = default;
};

}  // namespace caudal::payments
