// SPDX-License-Identifier: Apache-2.0
#include "catalog/names.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

bool accepted(std::string_view name) { return checked_name("table name", name).has_value(); }

TEST(CheckedName, LowersTheCaseOfAsciiOnly) {
  EXPECT_EQ(unwrap(checked_name("table name", "TB_Ação")), "tb_ação");
  EXPECT_EQ(unwrap(checked_name("table name", "Ç")), "Ç");
}

TEST(CheckedName, HoldsToGluesLimits) {
  EXPECT_TRUE(accepted(std::string(255, 'a')));
  EXPECT_FALSE(accepted(std::string(256, 'a')));
  EXPECT_FALSE(accepted(""));
  EXPECT_FALSE(accepted("a\nb"));
  EXPECT_FALSE(accepted(std::string_view("a\0b", 3)));
  EXPECT_FALSE(accepted("a\x7F"));
  EXPECT_FALSE(accepted(" a"));
  EXPECT_FALSE(accepted("a "));
  EXPECT_TRUE(accepted("a b.c-d"));
}

TEST(CheckedName, RefusesWhatIsNotUtf8) {
  EXPECT_TRUE(accepted("\xC3\xA7"));          // two bytes
  EXPECT_TRUE(accepted("\xE2\x82\xAC"));      // three
  EXPECT_TRUE(accepted("\xF0\x9F\x98\x80"));  // four
  EXPECT_FALSE(accepted("\xC3"));             // cut
  EXPECT_FALSE(accepted("\xC0\xAF"));         // overlong
  EXPECT_FALSE(accepted("\xE0\x80\xAF"));     // overlong
  EXPECT_FALSE(accepted("\xED\xA0\x80"));     // a surrogate
  EXPECT_FALSE(accepted("\xF4\x90\x80\x80")) << "beyond U+10FFFF";
  EXPECT_FALSE(accepted("\xE2\x82 "));
  EXPECT_FALSE(accepted("a\xFFz"));
}

TEST(CheckedName, SaysWhatIsWrongWithoutBreakingTheTerminal) {
  const auto name = checked_name("column name", "valor\x1B[2J");
  ASSERT_FALSE(name.has_value());
  EXPECT_EQ(name.error().code, Errc::invalid_name);
  EXPECT_EQ(name.error().message, "column name 'valor?[2J' has a control character at byte 6");
}

TEST(CheckedLocation, AddsTheLastSlashAndNeedsABucket) {
  EXPECT_EQ(unwrap(checked_location("s3://lake/a")), "s3://lake/a/");
  EXPECT_EQ(unwrap(checked_location("s3://lake")), "s3://lake/");
  EXPECT_EQ(unwrap(checked_location("s3://lake/Maiúsculo/")), "s3://lake/Maiúsculo/");
  EXPECT_EQ(unwrap(checked_location("")), "");
  EXPECT_FALSE(checked_location("s3:///a").has_value());
  EXPECT_FALSE(checked_location("s3://").has_value());
  EXPECT_FALSE(checked_location("file:///etc").has_value());
  EXPECT_FALSE(checked_location("s3://lake/a\nb").has_value());
  EXPECT_FALSE(checked_location("s3://lake/" + std::string(2048, 'a')).has_value());
}

TEST(PartitionPath, EscapesAsHiveDoes) {
  const std::vector<Column> keys = {{"ano", {}}, {"região", {}}};
  EXPECT_EQ(partition_path(keys, {"2024", "são paulo"}), "ano=2024/região=são paulo");
  EXPECT_EQ(partition_path(keys, {"a/b=c", "100%\t"}), "ano=a%2Fb%3Dc/região=100%25%09");
  EXPECT_EQ(partition_path({}, {}), "");
}

}  // namespace
}  // namespace caudal::catalog
