// SPDX-License-Identifier: Apache-2.0
#include "sample/identity.h"

#include <gtest/gtest.h>

#include <set>

namespace caudal::sample {
namespace {

// The tax office's own description of the check, written from the printed number: an independent second way.
bool valid_cpf(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (digits.size() != 11 || digits.find_first_not_of(digits[0]) == std::string::npos) return false;
  for (const size_t length : {size_t{9}, size_t{10}}) {
    int sum = 0;
    for (size_t i = 0; i < length; ++i) sum += (digits[i] - '0') * static_cast<int>(length + 1 - i);
    const int check = 11 - sum % 11;
    if (digits[length] - '0' != (check >= 10 ? 0 : check)) return false;
  }
  return true;
}

TEST(Cpf, HasTheCheckDigitsOfKnownNumbers) {
  EXPECT_EQ(format_cpf(529'982'247), "529.982.247-25");
  EXPECT_EQ(format_cpf(111'444'777), "111.444.777-35");
  EXPECT_EQ(format_cpf(1), "000.000.001-91");
}

TEST(Rut, HasTheCheckDigitsOfKnownNumbers) {
  EXPECT_EQ(format_rut(12'345'678), "12.345.678-5");
  EXPECT_EQ(format_rut(11'111'111), "11.111.111-1");
  EXPECT_EQ(format_rut(10'000'013), "10.000.013-K");
}

TEST(TaxNumber, IsValidAndDistinctForEveryClient) {
  for (const uint64_t seed : {uint64_t{0}, uint64_t{7}, uint64_t{1} << 63}) {
    std::set<std::string> seen;
    for (uint64_t number = 1; number <= 20'000; ++number) {
      const std::string cpf = tax_number(Country::kBrazil, number, seed);
      ASSERT_TRUE(valid_cpf(cpf)) << cpf;
      ASSERT_TRUE(seen.insert(cpf).second) << cpf << " twice, seed " << seed;
      ASSERT_TRUE(seen.insert(tax_number(Country::kChile, number, seed)).second) << number << ", seed " << seed;
    }
  }
}

TEST(TaxNumber, DependsOnTheSeed) { EXPECT_NE(tax_number(Country::kBrazil, 1, 7), tax_number(Country::kBrazil, 1, 8)); }

TEST(PersonName, IsThreeWordsAndRepeatsWithTheSameSeed) {
  Random first(3);
  Random second(3);
  const std::string name = person_name(Country::kChile, first);
  EXPECT_EQ(name, person_name(Country::kChile, second));
  EXPECT_EQ(std::count(name.begin(), name.end(), ' '), 2);
}

}  // namespace
}  // namespace caudal::sample
