// SPDX-License-Identifier: Apache-2.0
// Which amounts there are, by currency (ISO 4217).
#include "payments/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "payments/errors.h"

namespace caudal::payments {
namespace {

constexpr std::array kWithoutCents = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                      "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array kWithThousandths = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
// A number of DynamoDB's has 38 digits; no bank has as many.
constexpr size_t kMostDigits = 30;

}  // namespace

Result<Currency> Currency::parse(std::string_view text) {
  if (text.empty()) return Error{Errc::invalid_payment, "the currency is missing"};
  const bool is_code = text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (is_code) return Currency(text);
  return Error{Errc::invalid_payment, fmt::format("the currency must be three capital letters, found '{}'", text)};
}

uint8_t Currency::digits() const {
  const auto has = [&](const auto& codes) { return std::ranges::find(codes, text_) != codes.end(); };
  if (has(kWithoutCents)) return 0;
  return has(kWithThousandths) ? 3 : 2;
}

Result<Money> Money::parse(std::string_view amount, std::string_view currency) {
  const Currency of = TRY(Currency::parse(currency));
  if (amount.empty()) return Error{Errc::invalid_payment, "the amount is missing"};
  const auto number = Decimal::parse(amount);
  if (!number || amount.size() > kMostDigits) {
    return Error{Errc::invalid_payment, fmt::format("the amount '{}' is no number such as 1234.50", amount)};
  }
  const auto exact = number->rescaled(of.digits());
  if (!exact) {
    return Error{Errc::invalid_payment,
                 fmt::format("the amount {} is finer than {}, which has {} digits after the point", amount, of.text(),
                             of.digits())};
  }
  if (exact->unscaled() > 0) return Money{.amount = *exact, .currency = of};
  return Error{Errc::invalid_payment, fmt::format("the amount must be above zero, found {}", amount)};
}

}  // namespace caudal::payments
