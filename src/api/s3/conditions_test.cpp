// SPDX-License-Identifier: Apache-2.0
// Conditions as headers have them.
#include "api/s3/conditions.h"

#include <gmock/gmock.h>

#include "aws/generated/s3/objects.h"

namespace caudal::api::s3 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ParseETags, ListsWithOrWithoutQuotes) {
  EXPECT_THAT(parse_etags(std::nullopt), IsEmpty());
  EXPECT_THAT(parse_etags("\"a\""), ElementsAre("a"));
  EXPECT_THAT(parse_etags("a"), ElementsAre("a"));
  EXPECT_THAT(parse_etags("\"a\", \"b-2\",W/\"c\""), ElementsAre("a", "b-2", "c"));
  EXPECT_THAT(parse_etags("*"), ElementsAre("*"));
}

TEST(WriteConditions, WithoutTheirQuotes) {
  const auto none = write_conditions(std::nullopt, std::nullopt);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->if_match);
  EXPECT_FALSE(none->if_none_match);
  const auto both = write_conditions("\"a\"", "*");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->if_match, "a");
  EXPECT_EQ(both->if_none_match, "*");
}

TEST(WriteConditions, OfIfNoneMatchTheStarAlone) {
  for (const char* etag : {"\"a\"", "a", "*, \"a\"", ""}) {
    EXPECT_EQ(write_conditions(std::nullopt, etag).error().code, "NotImplemented") << etag;
  }
}

TEST(ReadConditions, AllFour) {
  const Timestamp then = std::chrono::sys_days(std::chrono::year(2024) / 3 / 1);
  aws::s3::GetObjectRequest in;
  in.if_match = "\"a\"";
  in.if_none_match = "\"b\", \"c\"";
  in.if_modified_since = then;
  in.if_unmodified_since = then + std::chrono::hours(1);
  const objects::ReadConditions conditions = read_conditions(in);
  EXPECT_THAT(conditions.if_match, ElementsAre("a"));
  EXPECT_THAT(conditions.if_none_match, ElementsAre("b", "c"));
  EXPECT_EQ(conditions.if_modified_since, then);
  EXPECT_EQ(conditions.if_unmodified_since, then + std::chrono::hours(1));
}

TEST(SourceConditions, AreTheSourcesAlone) {
  aws::s3::CopyObjectRequest in;
  in.if_match = "\"target\"";
  in.copy_source_if_match = "\"source\"";
  const objects::ReadConditions conditions = source_conditions(in);
  EXPECT_THAT(conditions.if_match, ElementsAre("source"));
  EXPECT_THAT(conditions.if_none_match, IsEmpty());
}

TEST(ParseRange, NumbersThatAreTooLargeAreNoRange) {
  EXPECT_FALSE(parse_range("bytes=18446744073709551616-"));
  EXPECT_TRUE(parse_range("bytes=18446744073709551615-"));
  EXPECT_FALSE(parse_range("bytes=-18446744073709551616"));
  EXPECT_FALSE(parse_range("bytes= 1-2"));
  EXPECT_FALSE(parse_range("bytes=+1-2"));
  EXPECT_FALSE(parse_range("Bytes=1-2"));
}

}  // namespace
}  // namespace caudal::api::s3
