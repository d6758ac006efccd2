// SPDX-License-Identifier: Apache-2.0
// Numbers, dates and addresses as policies write them.
#include "access/condition_values.h"

#include <gtest/gtest.h>

namespace caudal::access {
namespace {

using namespace std::chrono_literals;

bool inside(std::string_view network, std::string_view address) {
  return parse_network(network).value().contains(parse_address(address).value());
}

TEST(Network, OfIpv4HoldsItsAddresses) {
  EXPECT_TRUE(inside("203.0.113.0/24", "203.0.113.0"));
  EXPECT_TRUE(inside("203.0.113.0/24", "203.0.113.255"));
  EXPECT_FALSE(inside("203.0.113.0/24", "203.0.114.0"));
  EXPECT_TRUE(inside("203.0.113.77/24", "203.0.113.1")) << "bits of the host do not count";
  EXPECT_TRUE(inside("10.0.0.0/9", "10.127.0.1"));
  EXPECT_FALSE(inside("10.0.0.0/9", "10.128.0.1"));
  EXPECT_TRUE(inside("0.0.0.0/0", "8.8.8.8"));
  EXPECT_TRUE(inside("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(inside("192.0.2.1", "192.0.2.2"));
}

TEST(Network, OfIpv6HoldsItsAddresses) {
  EXPECT_TRUE(inside("2001:db8::/32", "2001:db8:1::7"));
  EXPECT_FALSE(inside("2001:db8::/32", "2001:db9::7"));
  EXPECT_TRUE(inside("2001:db8:8000::/33", "2001:db8:ffff::"));
  EXPECT_FALSE(inside("2001:db8:8000::/33", "2001:db8:7fff::"));
  EXPECT_TRUE(inside("::1", "::1"));
}

TEST(Network, AnIpv4AddressIsTheSameWhenItComesAsIpv6) {
  EXPECT_TRUE(inside("203.0.113.0/24", "::ffff:203.0.113.9"));
  EXPECT_FALSE(inside("0.0.0.0/0", "2001:db8::1")) << "all of IPv4 is not all of IPv6";
  EXPECT_TRUE(inside("::/0", "203.0.113.9"));
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* text : {"", "/", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "1.2.3.4/1x", "::1/129", "host",
                           "1.2.3.4/24/8", " 1.2.3.4", "1.2.3.256"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
}

TEST(Instant, IsReadInEveryFormThatPoliciesUse) {
  const Timestamp day{std::chrono::sys_days(std::chrono::year(2024) / 1 / 31)};
  EXPECT_EQ(parse_instant("2024-01-31"), day);
  EXPECT_EQ(parse_instant("2024-01-31T23:59Z"), day + 23h + 59min);
  EXPECT_EQ(parse_instant("2024-01-31T23:59:58Z"), day + 23h + 59min + 58s);
  EXPECT_EQ(parse_instant("2024-01-31T23:59:58.25Z"), day + 23h + 59min + 58250ms);
  EXPECT_EQ(parse_instant("2024-01-31T23:59:58-03:00"), day + 26h + 59min + 58s);
  EXPECT_EQ(parse_instant("2024-01-31T23:59:58+0530"), day + 18h + 29min + 58s);
  EXPECT_EQ(parse_instant("1706659200"), day);
  EXPECT_EQ(parse_instant("0"), Timestamp{});
}

TEST(Instant, RefusesWhatIsNone) {
  for (const char* text : {"", "-1", "99999999999999", "2024-02-30", "2024-01-31T", "2024-01-31 23:59:58Z",
                           "2024-01-31T24:00:00Z", "2024-01-31T23:60Z", "2024-01-31T23:59:58", "2024-01-31T23:59:58.Z",
                           "2024-01-31T23:59:58+25:00", "2024-01-31T23:59:58Zx"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Boolean, IsReadInAnyCase) {
  EXPECT_EQ(parse_boolean("true"), true);
  EXPECT_EQ(parse_boolean("FALSE"), false);
  EXPECT_FALSE(parse_boolean("yes"));
  EXPECT_FALSE(parse_boolean(""));
}

}  // namespace
}  // namespace caudal::access
