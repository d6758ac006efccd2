// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

Tally tally_of(uint64_t rows, const char* amount) { return {rows, {unwrap(Decimal::parse(amount))}}; }

TEST(Tally, AddsRowsAndAmountsExactly) {
  Tally sum;
  ASSERT_OK(sum.add(tally_of(2, "0.10")));
  ASSERT_OK(sum.add(tally_of(3, "99999999999999999999.95")));
  EXPECT_EQ(sum, tally_of(5, "100000000000000000000.05"));
}

TEST(Tally, TellsOfSumsThatAreTooLarge) {
  Tally sum = tally_of(1, "99999999999999999999999999999999999999");
  const auto refused = sum.add(tally_of(1, "1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::sum_too_large);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("the sum of 2 rows has more than 38 digits"));
  // At the larger scale it has too many.
  EXPECT_FALSE(tally_of(1, "99999999999999999999999999999999999999").add(tally_of(1, "0.01")));
  EXPECT_FALSE(tally_of(1, "-99999999999999999999999999999999999999").add(tally_of(1, "-1")));
}

TEST(CurateAccount, SurvivesItsEncoding) {
  const Month january{std::chrono::year(2024), std::chrono::January};
  CurateAccount account;
  account.files.push_back({.uri = "s3://lake/raw/a.csv",
                           .name = "a.csv",
                           .read = tally_of(10, "5.00"),
                           .curated = tally_of(6, "-1.25"),
                           .quarantined = tally_of(3, "6.00"),
                           .duplicated = tally_of(1, "0.25"),
                           .amounts_unreadable = 2,
                           .early = 3,
                           .late = 4,
                           .months = {january}});
  account.partitions.push_back({january, tally_of(6, "-1.25"), tally_of(1, "7.00")});
  const CurateAccount back = unwrap(decode_account(encode(account)));
  ASSERT_EQ(back.files.size(), 1u);
  EXPECT_EQ(back.files[0].uri, "s3://lake/raw/a.csv");
  EXPECT_EQ(back.files[0].curated, account.files[0].curated);
  EXPECT_EQ(back.files[0].duplicated, account.files[0].duplicated);
  EXPECT_EQ(back.files[0].late, 4u);
  EXPECT_EQ(back.files[0].months, account.files[0].months);
  ASSERT_EQ(back.partitions.size(), 1u);
  EXPECT_EQ(back.partitions[0].month, january);
  EXPECT_EQ(back.partitions[0].replaced, account.partitions[0].replaced);
}

TEST(CurateAccount, RefusesEveryTruncation) {
  CurateAccount account;
  account.files.push_back({.uri = "u", .name = "n", .read = tally_of(1, "1.00"), .months = {}});
  const std::string bytes = encode(account);
  for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_account(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace caudal::flows::engine
