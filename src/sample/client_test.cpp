// SPDX-License-Identifier: Apache-2.0
#include "sample/client.h"

#include <gtest/gtest.h>

#include <array>

namespace caudal::sample {
namespace {

TEST(MakeClient, IsTheSameForOneSeedAndNumberAndAnotherForAnotherSeed) {
  const Client client = make_client(42, 7, 13);
  EXPECT_EQ(client.life_seed, make_client(42, 7, 13).life_seed);
  EXPECT_NE(client.life_seed, make_client(42, 8, 13).life_seed);
  EXPECT_NE(client.life_seed, make_client(43, 7, 13).life_seed);
}

TEST(MakeClient, FillsEverySegmentInItsShareAndKeepsLimitsWithinTheTiers) {
  std::array<int, kSegments> count = {};
  int brazilians = 0;
  constexpr int kClients = 20'000;
  for (int number = 1; number <= kClients; ++number) {
    const Client client = make_client(number, 1, 13);
    ++count[static_cast<size_t>(client.segment)];
    brazilians += client.country == Country::kBrazil ? 1 : 0;
    EXPECT_GE(client.limit_minor, 600'00);
    EXPECT_LE(client.limit_minor, 60'000'00);
    EXPECT_LT(client.first_month, 13);
  }
  EXPECT_NEAR(brazilians, kClients * 80 / 100, kClients / 50);
  EXPECT_NEAR(count[static_cast<size_t>(Segment::kOnTime)], kClients * 30 / 100, kClients / 50);
  EXPECT_NEAR(count[static_cast<size_t>(Segment::kNever)], kClients * 8 / 100, kClients / 50);
}

TEST(ClientLine, HasEightFieldsAndNoQuotes) {
  const Date start = first_day(Month{std::chrono::year{2023}, std::chrono::January});
  for (int number = 1; number <= 500; ++number) {
    const Client client = make_client(number, 5, 13);
    const std::string line = client_line(client, 5, start);
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 7) << line;
    EXPECT_EQ(line.find('"'), std::string::npos);
    EXPECT_TRUE(line.starts_with(std::to_string(number) + ","));
    EXPECT_TRUE(line.ends_with("\n"));
  }
}

TEST(ClientLine, AClientWhoJoinsLaterIsAClientSinceThatMonth) {
  const Date start = first_day(Month{std::chrono::year{2023}, std::chrono::January});
  for (int number = 1; number <= 500; ++number) {
    const Client client = make_client(number, 5, 13);
    const std::string line = client_line(client, 5, start);
    const std::string since = line.substr(line.size() - 11, 10);
    const Date expected = first_day(month_of(start) + std::chrono::months{client.first_month});
    if (client.first_month > 0) {
      EXPECT_EQ(since, to_string(expected));
    } else {
      EXPECT_LT(since, to_string(start));
    }
  }
}

}  // namespace
}  // namespace caudal::sample
