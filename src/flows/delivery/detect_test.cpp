// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/detect.h"

#include <gtest/gtest.h>

namespace caudal::delivery {
namespace {

const ColumnType kMoney = ColumnType::decimal(18, 2);
const ColumnType kDay = {TypeKind::kDate};

FormatVotes votes(const ColumnType& type, std::initializer_list<const char*> values) {
  FormatVotes result;
  for (const char* value : values) result.add(value, type);
  return result;
}

TEST(DecimalVotes, GoByValuesThatReadOneWayOnly) {
  EXPECT_EQ(votes(kMoney, {"12", "1.5"}).decimal_mark(), DecimalMark::kPoint);
  EXPECT_EQ(votes(kMoney, {"12", "1,5"}).decimal_mark(), DecimalMark::kComma);
  EXPECT_EQ(votes(kMoney, {"1.234,56", "7", "x", ""}).decimal_mark(), DecimalMark::kComma);
  EXPECT_EQ(votes({TypeKind::kDouble}, {"0,5"}).decimal_mark(), DecimalMark::kComma);
}

TEST(DecimalVotes, TheMajorityWinsAndWithoutEvidenceThePoint) {
  EXPECT_EQ(votes(kMoney, {"1,5", "1.5", "2.5"}).decimal_mark(), DecimalMark::kPoint);
  EXPECT_EQ(votes(kMoney, {"1,5", "1,7", "2.5"}).decimal_mark(), DecimalMark::kComma);
  EXPECT_EQ(votes(kMoney, {"1", "2", "abc"}).decimal_mark(), DecimalMark::kPoint);
}

TEST(DecimalVotes, ThousandsWithoutACommaAreNoEvidence) {
  EXPECT_EQ(votes(kMoney, {"1.005", "2.250"}).decimal_mark(), DecimalMark::kPoint);
}

TEST(DateVotes, GoBySeparatorsEvenOfImpossibleDates) {
  EXPECT_EQ(votes(kDay, {"2024-01-31", "31/01/2024", "2024-13-77"}).date_order(), DateOrder::kIso);
  EXPECT_EQ(votes(kDay, {"01/31/2024"}).date_order(), DateOrder::kDayMonthYear);
  EXPECT_EQ(votes({TypeKind::kTimestamp}, {"31/01/2024 10:00"}).date_order(), DateOrder::kDayMonthYear);
  EXPECT_EQ(votes(kDay, {"", "20240131"}).date_order(), DateOrder::kIso);
}

}  // namespace
}  // namespace caudal::delivery
