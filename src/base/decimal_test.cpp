// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "base/testing/result_matchers.h"

namespace caudal {
namespace {

Decimal decimal(std::string_view text) { return unwrap(Decimal::parse(text)); }

TEST(DecimalParse, KeepsEveryDigitAndTheScale) {
  for (const char* text : {"0", "0.00", "-0.01", "4551889715.23", "99999999999999999999999999999999999999",
                           "-9999999999999999999999999999999999.9999", "0.00000000000000000000000000000000000001"}) {
    EXPECT_EQ(decimal(text).to_string(), text);
  }
  EXPECT_EQ(decimal("+1.5").to_string(), "1.5");
  EXPECT_EQ(decimal("007.10").to_string(), "7.10");
}

TEST(DecimalParse, RefusesWhatIsNotANumberAndSaysWhatIs) {
  for (const char* text : {"", "-", ".", "1.", ".5", "1.2.3", "1,5", " 1", "1e3", "0x1", "--1", "1-"}) {
    const auto result = Decimal::parse(text);
    ASSERT_FALSE(result) << text;
    EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
    EXPECT_NE(result.error().message.find("expected one such as 1234.56"), std::string::npos) << result.error().message;
  }
  EXPECT_FALSE(Decimal::parse("100000000000000000000000000000000000000"));
  EXPECT_FALSE(Decimal::parse("0.000000000000000000000000000000000000001"));
}

TEST(Decimal, ComparesByValueWhateverTheScale) {
  EXPECT_EQ(decimal("1.50"), decimal("1.5"));
  EXPECT_EQ(decimal("-0.00"), decimal("0"));
  EXPECT_LT(decimal("-2"), decimal("-1.99"));
  EXPECT_LT(decimal("99999999999999999999999999999999999998"), decimal("99999999999999999999999999999999999999"));
  EXPECT_GT(decimal("1"), decimal("0.99999999999999999999999999999999999999"));
  EXPECT_LT(decimal("-1"), decimal("0.1"));
}

TEST(Decimal, AddsAndSubtractsExactlyOrNotAtAll) {
  EXPECT_EQ(decimal("0.1").plus(decimal("0.25"))->to_string(), "0.35");
  EXPECT_EQ(decimal("1.00").minus(decimal("2.5"))->to_string(), "-1.50");
  const Decimal most(static_cast<Int128>(~(static_cast<__uint128_t>(1) << 127)), 0);
  EXPECT_FALSE(most.plus(decimal("1")).has_value());
  EXPECT_FALSE(most.plus(decimal("0.1")).has_value());
  EXPECT_EQ(most.minus(decimal("0"))->unscaled(), most.unscaled());
}

TEST(Decimal, RescalesOnlyWithoutLoss) {
  EXPECT_EQ(decimal("12.5").rescaled(2)->to_string(), "12.50");
  EXPECT_EQ(decimal("12.50").rescaled(1)->to_string(), "12.5");
  EXPECT_FALSE(decimal("12.55").rescaled(1).has_value());
  EXPECT_FALSE(decimal("99999999999999999999999999999999999999").rescaled(2).has_value());
}

TEST(Decimal, AgreesWithWholeNumberArithmeticOnRandomAmounts) {
  constexpr uint64_t kSeed = 20240131;
  Random random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    const int64_t a = random.between(-4'000'000'000'000, 4'000'000'000'000);
    const int64_t b = random.between(-4'000'000'000'000, 4'000'000'000'000);
    const Decimal left(a, 2);
    const Decimal right(b, 2);
    ASSERT_EQ(left.plus(right)->unscaled(), static_cast<Int128>(a) + b) << "seed " << kSeed << " case " << i;
    ASSERT_EQ(left.minus(right)->unscaled(), static_cast<Int128>(a) - b) << "seed " << kSeed << " case " << i;
    ASSERT_EQ(left < right, a < b) << "seed " << kSeed << " case " << i;
    ASSERT_EQ(decimal(left.to_string()), left) << "seed " << kSeed << " case " << i;
    ASSERT_EQ(*left.rescaled(5), left) << "seed " << kSeed << " case " << i;
  }
}

}  // namespace
}  // namespace caudal
