// SPDX-License-Identifier: Apache-2.0
#include "catalog/rows.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "catalog/errors.h"

namespace caudal::catalog {
namespace {

Table wide_table() {
  Table table{.database = "d", .name = "t", .description = std::string("a\0b", 3), .location = "s3://l/"};
  for (int i = 0; i < 300; ++i) table.columns.push_back({"c" + std::to_string(i), Type::decimal(38, 2), "comentário"});
  table.partition_keys = {{"dt_base", Type::primitive(Type::Kind::kDate)}};
  table.parameters = {{"", ""}, {"k", "v"}};
  table.version = UINT64_MAX;
  table.created = Timestamp(std::chrono::microseconds(-5));
  return table;
}

TEST(Rows, ComeBackAsTheyWere) {
  const Table table = wide_table();
  EXPECT_EQ(unwrap(decode_table(encode(table))), table);
  const Publication publication{.id = "r",
                                .scope = "s",
                                .sequence = 7,
                                .published = Timestamp(std::chrono::seconds(9)),
                                .rolled_back_to = "",
                                .restorable = false,
                                .moved = {{"d", "t", {"1", ""}}, {"d", "u", {}}}};
  EXPECT_EQ(unwrap(decode_publication(encode(publication))), publication);
}

// Whatever is cut off a row, or left over, shows: it is never taken for a shorter one.
TEST(Rows, AreRefusedWhenCutOrLengthened) {
  const HistoryRow history{
      .name = {"d", "t", {"2024"}},
      .publication = "r",
      .sequence = 3,
      .published = {},
      .target = PartitionRow{.partition = {.location = "s3://l/"}, .columns_hash = "0123456789abcdef"}};
  const std::string row = encode(history);
  for (size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(decode_history(row.substr(0, size)).has_value()) << size;
  EXPECT_FALSE(decode_history(row + "x").has_value());
  EXPECT_EQ(unwrap(decode_history(row)).target->partition.location, "s3://l/");
}

TEST(Rows, OfANewerFormatAreNotGuessedAt) {
  std::string row = encode(Database{.name = "d"});
  row[0] = 2;
  const auto database = decode_database(row);
  ASSERT_FALSE(database.has_value());
  EXPECT_EQ(database.error().code, Errc::newer_format);
  EXPECT_TRUE(database.error().is(ErrorClass::kUnsupported));
}

TEST(Rows, EqualColumnsHaveEqualHashesAndOthersDoNot) {
  const Table table = wide_table();
  auto changed = table.columns;
  changed.back().type = Type::decimal(38, 3);
  EXPECT_EQ(hash_of(encode(table.columns)), hash_of(encode(wide_table().columns)));
  EXPECT_NE(hash_of(encode(table.columns)), hash_of(encode(changed)));
  EXPECT_EQ(hash_of(encode(changed)).size(), 16u);
}

}  // namespace
}  // namespace caudal::catalog
