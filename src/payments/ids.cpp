// SPDX-License-Identifier: Apache-2.0
// What the names of things may be made of.
#include "payments/ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "payments/errors.h"

namespace caudal::payments {
namespace {

constexpr size_t kMostSequenceDigits = 30;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_allowed(char c, Characters characters) {
  if (characters == Characters::kPrintable) return c > ' ' && c < '\x7f';
  if (characters == Characters::kText) return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
  return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-' || c == '@';
}

std::string_view expectation(Characters characters) {
  switch (characters) {
    case Characters::kName: return "only letters, digits, '.', '_', '-' and '@' are taken";
    case Characters::kPrintable: return "only printable ASCII without blanks is taken";
    case Characters::kText: break;
  }
  return "no control characters are taken";
}

// Of well-formed UTF-8.
size_t characters_of(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// `text` up to its last ':', and what comes after it.
Result<std::pair<std::string_view, std::string_view>> split(std::string_view text, std::string_view expected) {
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) return std::pair(text.substr(0, colon), text.substr(colon + 1));
  return Error{Errc::invalid_payment, fmt::format("expected {}, found '{}'", expected, text)};
}

}  // namespace

Result<void> check_id(std::string_view what, std::string_view text, size_t most_characters, Characters characters) {
  if (text.empty()) return Error{Errc::invalid_payment, fmt::format("the {} is missing", what)};
  if (characters == Characters::kText && !is_utf8(text))
    return Error{Errc::invalid_payment, fmt::format("the {} is no UTF-8", what)};
  const size_t size = characters == Characters::kText ? characters_of(text) : text.size();
  if (size > most_characters) {
    return Error{Errc::invalid_payment, fmt::format("the {} '{}…' has {} characters; at most {} are taken", what,
                                                    utf8_prefix(text, 20), size, most_characters)};
  }
  if (std::ranges::all_of(text, [&](char c) { return is_allowed(c, characters); })) return {};
  return Error{Errc::invalid_payment,
               fmt::format("the {} '{}' holds what no {} does: {}", what, text, what, expectation(characters))};
}

Result<PaymentId> PaymentId::parse(std::string_view text) {
  const auto [account, sequence] = TRY(split(text, "a payment's id, such as 0001-42:1798761600123456789"));
  if (sequence.empty() || sequence.size() > kMostSequenceDigits || !std::ranges::all_of(sequence, is_digit)) {
    return Error{Errc::invalid_payment,
                 fmt::format("expected a payment's id, such as 0001-42:1798761600123456789, found '{}'", text)};
  }
  return PaymentId{.account = TRY(AccountId::parse(account)), .sequence = std::string(sequence)};
}

Result<AttemptId> AttemptId::parse(std::string_view text) {
  const auto [payment, number] = TRY(split(text, "an attempt's id, such as 0001-42:1798761600123456789:1"));
  AttemptId attempt{.payment = TRY(PaymentId::parse(payment)), .number = 0};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), attempt.number);
  const bool is_number = error == std::errc() && end == number.data() + number.size() && number.front() != '0';
  if (is_number) return attempt;
  return Error{Errc::invalid_payment,
               fmt::format("expected an attempt's id, such as 0001-42:1798761600123456789:1, found '{}'", text)};
}

}  // namespace caudal::payments
