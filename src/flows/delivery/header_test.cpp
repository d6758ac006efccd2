// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/delivery/errors.h"

namespace caudal::delivery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Schema schema_with(std::initializer_list<const char*> names) {
  Schema schema{.table = "t", .columns = {}};
  for (const char* name : names) schema.columns.push_back({name, {TypeKind::kString}});
  return schema;
}

TEST(Header, FindsTheDelimiterByTheContractsNames) {
  const Schema schema = schema_with({"a", "b", "c"});
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const std::string line = std::string("c") + delimiter + "a" + delimiter + "b";
    const Header header = unwrap(read_header(line, schema, "f.csv"));
    EXPECT_EQ(header.delimiter, delimiter);
    EXPECT_THAT(header.column_of_field, ElementsAre(2, 0, 1));
  }
  EXPECT_EQ(unwrap(read_header("\"a\",\"b\",c", schema, "f.csv")).delimiter, ',');
}

TEST(Header, KeepsToTheContractsDelimiter) {
  Schema schema = schema_with({"a", "b"});
  schema.format.delimiter = ';';
  const auto header = read_header("a,b", schema, "f.csv");
  ASSERT_FALSE(header);
  EXPECT_THAT(header.error().message, HasSubstr("unexpected a,b"));
}

TEST(Header, NamesEachDifferenceOnce) {
  const auto header = read_header("a,a,vlr_total,x", schema_with({"a", "b", "valor_total"}), "f.csv");
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, Errc::structure);
  EXPECT_THAT(header.error().message,
              HasSubstr("missing b, valor_total; unexpected vlr_total (renamed from valor_total?), x; "
                        "repeated a."));
}

TEST(Header, MessagesStayShortWhateverTheHeader) {
  std::string line = "a";
  for (int i = 0; i < 5000; ++i) line += "," + std::string(500, 'z') + std::to_string(i);
  const auto header = read_header(line, schema_with({"a", "b"}), std::string(5000, 'f'));
  ASSERT_FALSE(header);
  EXPECT_LT(header.error().message.size(), 20'000u);
  EXPECT_THAT(header.error().message, HasSubstr("and 4941 more"));
}

TEST(Header, WithoutOneTheContractsOrderHolds) {
  const Schema schema = schema_with({"a", "b"});
  EXPECT_EQ(header_by_contract("1;2", schema).delimiter, ';');
  EXPECT_EQ(header_by_contract("1,5", schema).delimiter, ',');
  EXPECT_THAT(header_by_contract("x", schema).column_of_field, ElementsAre(0, 1));
}

}  // namespace
}  // namespace caudal::delivery
