// SPDX-License-Identifier: Apache-2.0
// The fast way against the slow and plain way, on random files that break every rule.
#include "flows/delivery/decoder.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/testing/result_matchers.h"
#include "flows/delivery/testing/reference.h"

namespace caudal::delivery {
namespace {

std::string random_file(Random& random) {
  static constexpr std::string_view kParts[] = {"a",          "café",
                                                ",",          ",",
                                                ",",          "\n",
                                                "\n",         "\r\n",
                                                "\"",         "\"\"",
                                                "\",\"",      "1.50",
                                                "-2",         "1.005",
                                                "x",          ",3,",
                                                "\xE9",       "\n\"",
                                                "\"\n",       "9999999999999999999",
                                                "2024-02-29", "2023-02-29",
                                                "31/01/2024", ",1,2024-01-01\n",
                                                "b,2,\n",     "c,1.25,2024-03-04\r\n"};
  std::string content = "texto,valor,dia\n";
  const uint64_t parts = random.below(60);
  for (uint64_t i = 0; i < parts; ++i) {
    content += kParts[random.below(std::size(kParts))];
    if (random.below(200) == 0) content += '\0';
  }
  return content;
}

TEST(Decoder, AgreesWithTheSlowReader) {
  const uint64_t seed = secure_random_u64();
  Random random(seed);
  for (int round = 0; round < 1000; ++round) {
    const std::string content = random_file(random);
    const MemoryFile memory(content);
    OpenOptions options;
    options.threads = 1;
    options.block_bytes = 4 + random.below(100);
    options.max_record_bytes = 20 + random.below(200);
    const OpenFile file = unwrap(open_file(memory.path(), three_columns(), options));
    const Decoded decoded = unwrap(decode_all(file));
    const size_t begin = file.pieces.empty() ? content.size() : file.pieces.front().offset;
    const ReferenceTotals reference = read_by_reference(file, content, begin);
    ASSERT_EQ(decoded.totals.records, reference.records) << "seed " << seed << ", round " << round << "\n" << content;
    ASSERT_EQ(decoded.totals.good, reference.good) << "seed " << seed << ", round " << round << "\n" << content;
    ASSERT_EQ(decoded.totals.records, decoded.records.size());
    ASSERT_TRUE(decoded.totals.amounts[0].sum == reference.amount_sum) << "seed " << seed << ", round " << round;
    ASSERT_EQ(decoded.totals.blank_lines, reference.blank_lines) << "seed " << seed << ", round " << round;
  }
}

TEST(Decoder, FillsBatchesBeyondOne) {
  std::string content = "texto,valor,dia\n";
  for (int i = 0; i < 5000; ++i) content += i % 3 == 0 ? "broken\n" : "a,1,2024-01-01\n";
  const MemoryFile memory(content);
  const OpenFile file = unwrap(open_file(memory.path(), three_columns(), {}));
  const Decoded decoded = unwrap(decode_all(file));
  EXPECT_EQ(decoded.totals.refused, 1667u);
  EXPECT_EQ(decoded.totals.good, 3333u);
  EXPECT_EQ(decoded.records.front(), "2 refused registro: 1 campo, esperados 3 'broken' 0");
  EXPECT_EQ(decoded.records.back(), "5001 good|'a'|100|19723");
}

// Types that invoices do not have.
TEST(Decoder, ReadsEveryType) {
  Schema schema{.table = "tipos", .columns = {}};
  schema.columns = {{"i", {TypeKind::kBigint}},    {"w", ColumnType::decimal(38, 4), false, true},
                    {"d", {TypeKind::kDouble}},    {"b", {TypeKind::kBoolean}},
                    {"t", {TypeKind::kTimestamp}}, {"n", ColumnType::decimal(4, 1)}};
  const MemoryFile memory(
      "i,w,d,b,t,n\n-9223372036854775808,1234567890123456789012345678901234.5678,0.5,sim,1970-01-01 00:00:01,"
      "999.9\n1,x,x,x,x,1000.0\n,,,,,\n");
  const Decoded decoded = unwrap(decode_all(unwrap(open_file(memory.path(), schema, {}))));
  ASSERT_EQ(decoded.records.size(), 3u);
  EXPECT_EQ(decoded.records[0],
            "2 good|-9223372036854775808|1234567890123456789012345678901234.5678|0.5|1|1000000|9999");
  EXPECT_EQ(decoded.records[1],
            "3 refused w: decimal invalido 'x'; d: numero invalido 'x'; b: booleano invalido 'x'; t: data e hora "
            "invalida 'x'; "
            "n: decimal fora do limite de decimal(4,1) '1000.0' '1,x,x,x,x,1000.0' 6");
  EXPECT_EQ(decoded.records[2], "4 good|NULL|NULL|NULL|NULL|NULL|NULL");
  EXPECT_EQ(Decimal(decoded.totals.amounts[0].sum, 4).to_string(), "1234567890123456789012345678901234.5678");
}

}  // namespace
}  // namespace caudal::delivery
