// SPDX-License-Identifier: Apache-2.0
// Reading of numbers, dates and addresses.
#include "access/condition_values.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "access/ascii.h"
#include "base/date.h"

namespace caudal::access {
namespace {

using Address = std::array<uint8_t, 16>;

// Digits only: from_chars alone would take a sign.
std::optional<int64_t> whole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || text.front() == '-') return {};
  return value;
}

std::optional<int64_t> two_digits(std::string_view& text, int64_t below) {
  if (text.size() < 2) return std::nullopt;
  const auto value = whole(text.substr(0, 2));
  text.remove_prefix(2);
  return value && *value < below ? value : std::nullopt;
}

// ".5" as microseconds; nothing when no digit follows the point.
std::optional<std::chrono::microseconds> fraction(std::string_view& text) {
  if (!text.starts_with('.')) return std::chrono::microseconds(0);
  text.remove_prefix(1);
  int64_t value = 0;
  int64_t scale = 1'000'000;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    scale /= 10;
    value += (text[digits] - '0') * scale;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return std::chrono::microseconds(value);
}

// "Z", "+01:00", "-0300"
std::optional<std::chrono::minutes> zone(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const bool west = text.front() == '-';
  text.remove_prefix(1);
  const auto hours = two_digits(text, 24);
  if (text.starts_with(':')) text.remove_prefix(1);
  const auto minutes = two_digits(text, 60);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return west ? -offset : offset;
}

// "23:59", "23:59:59.5"
std::optional<std::chrono::microseconds> time_of_day(std::string_view& text) {
  const auto hour = two_digits(text, 24);
  if (!hour || !text.starts_with(':')) return std::nullopt;
  text.remove_prefix(1);
  const auto minute = two_digits(text, 60);
  if (!minute) return std::nullopt;
  const auto start = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!text.starts_with(':')) return start;
  text.remove_prefix(1);
  const auto second = two_digits(text, 61);
  if (!second) return std::nullopt;
  const auto rest = fraction(text);
  if (!rest) return std::nullopt;
  return start + std::chrono::seconds(*second) + *rest;
}

}  // namespace

bool Network::contains(const Address& other) const {
  const size_t whole_bytes = bits / 8;
  if (std::memcmp(address.data(), other.data(), whole_bytes) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xFF << (8 - bits % 8));
  return ((address[whole_bytes] ^ other[whole_bytes]) & mask) == 0;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);  // inet_pton wants its end marked, and would stop at a NUL within
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  Address address{};
  if (::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (::inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::optional<Network> parse_network(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto address = parse_address(host);
  if (!address) return std::nullopt;
  Network network{*address};
  if (slash == std::string_view::npos) return network;
  const unsigned width = host.find(':') == std::string_view::npos ? 32 : 128;
  const auto bits = whole(text.substr(slash + 1));
  if (!bits || *bits > width) return std::nullopt;
  network.bits = 128 - width + static_cast<unsigned>(*bits);
  return network;
}

std::optional<Timestamp> parse_instant(std::string_view text) {
  if (const auto seconds = whole(text)) {
    constexpr int64_t kYear9999 = 253402300800;
    if (*seconds >= kYear9999) return std::nullopt;
    return Timestamp(std::chrono::seconds(*seconds));
  }
  const auto date = parse_date(text.substr(0, 10));
  if (!date) return std::nullopt;
  text.remove_prefix(10);
  if (text.empty()) return Timestamp(*date);
  if (text.front() != 'T' && text.front() != 't') return std::nullopt;
  text.remove_prefix(1);
  const auto time = time_of_day(text);
  if (!time) return std::nullopt;
  const auto offset = zone(text);
  if (!offset) return std::nullopt;
  return Timestamp(*date) + *time - *offset;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (equal_ignoring_case(text, "true")) return true;
  if (equal_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

}  // namespace caudal::access
