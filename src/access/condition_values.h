// SPDX-License-Identifier: Apache-2.0
// Values that conditions compare other than as text: numbers, dates, booleans, bytes, addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/decimal.h"

namespace caudal::access {

// Addresses of IPv6; those of IPv4 are in it as ::ffff:a.b.c.d. `bits` is the length of the network's part.
struct Network {
  std::array<uint8_t, 16> address = {};
  unsigned bits = 128;
  bool contains(const std::array<uint8_t, 16>& other) const;
};
// "203.0.113.0/24", "2001:db8::/32", or one address. Nothing for anything else.
std::optional<Network> parse_network(std::string_view text);
std::optional<std::array<uint8_t, 16>> parse_address(std::string_view text);

// "2024-01-31", "2024-01-31T23:59Z", "2024-01-31T23:59:59.5-03:00", or seconds since 1970.
std::optional<Timestamp> parse_instant(std::string_view text);
// "true" or "false" in any case.
std::optional<bool> parse_boolean(std::string_view text);

using ScalarValue = std::variant<std::monostate, Decimal, Timestamp, bool, std::string, Network>;

}  // namespace caudal::access
