// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caudal::delivery {
namespace {

using testing::ElementsAre;

constexpr size_t kMax = 1000;

struct Read {
  std::vector<std::string> fields;
  RecordEnd end;
};

Read read(std::string_view data, size_t begin = 0, bool complete = true, size_t max = kMax) {
  Read result;
  std::vector<Field> fields;
  result.end = read_record(data, begin, complete, {',', max}, &fields);
  if (result.end.need_more || result.end.fault != RecordFault::kNone) return result;
  std::string scratch;
  for (const Field& field : fields) result.fields.emplace_back(field_text(data, field, scratch));
  return result;
}

TEST(ReadRecord, SplitsPlainFields) {
  const Read record = read("a,b,,c\nnext");
  EXPECT_THAT(record.fields, ElementsAre("a", "b", "", "c"));
  EXPECT_EQ(record.end.content_end, 6u);
  EXPECT_EQ(record.end.next, 7u);
  EXPECT_EQ(record.end.lines, 1u);
}

TEST(ReadRecord, AcceptsEveryEndOfLine) {
  EXPECT_THAT(read("a,b\r\nc").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("a,b").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("a,b\r").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("a,\"b\"\r\nc").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("a,\"b\"\r").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("\"a\",b\r\n").fields, ElementsAre("a", "b"));
  EXPECT_THAT(read("\"a\",\r\n").fields, ElementsAre("a", ""));
  EXPECT_THAT(read("a\rb,c\n").fields, ElementsAre("a\rb", "c"));
}

TEST(ReadRecord, ReadsQuotedFieldsWithLineFeedsDelimitersAndDoubledQuotes) {
  const Read record = read("\"a\nb\",\"c,d\",\"e\"\"f\"\"\",\"\",g\nnext");
  EXPECT_THAT(record.fields, ElementsAre("a\nb", "c,d", "e\"f\"", "", "g"));
  EXPECT_EQ(record.end.lines, 2u);
  EXPECT_EQ(record.end.next, 26u);
}

TEST(ReadRecord, AnUnclosedQuoteCostsOneLineOnly) {
  const Read record = read("1,\"abc,2\n3,4\n5,6\n");
  EXPECT_EQ(record.end.fault, RecordFault::kUnclosedQuote);
  EXPECT_EQ(record.end.next, 9u);
  EXPECT_EQ(record.end.lines, 1u);
  EXPECT_THAT(read("1,\"abc,2\n3,4\n5,6\n", record.end.next).fields, ElementsAre("3", "4"));
}

TEST(ReadRecord, AStrayOpeningQuoteDoesNotSwallowRowsUpToTheNextQuote) {
  const std::string_view data = "1,\"abc\n2,b\n3,\"ok\"\n";
  const Read record = read(data);
  EXPECT_EQ(record.end.fault, RecordFault::kUnclosedQuote);
  EXPECT_EQ(record.end.next, 7u);
  EXPECT_THAT(read(data, 11).fields, ElementsAre("3", "ok"));
}

TEST(ReadRecord, NamesAQuoteInTheWrongPlace) {
  EXPECT_EQ(read("1,a\"b,2\nx").end.fault, RecordFault::kMisplacedQuote);
  EXPECT_EQ(read("1,\"a\"b,2\nx").end.fault, RecordFault::kMisplacedQuote);
  EXPECT_EQ(read("1,\"a\" ,2\nx").end.fault, RecordFault::kMisplacedQuote);
  EXPECT_EQ(read("1,\"a\"\rb\nx").end.fault, RecordFault::kMisplacedQuote);
  EXPECT_EQ(read("1,\"a").end.fault, RecordFault::kUnclosedQuote);
}

TEST(ReadRecord, HoldsRecordsToTheirMaximum) {
  EXPECT_EQ(read(std::string(10, 'a') + "\nb", 0, true, 10).end.fault, RecordFault::kNone);
  EXPECT_EQ(read(std::string(10, 'a'), 0, true, 10).end.fault, RecordFault::kNone);
  const Read plain = read(std::string(11, 'a') + "\nb", 0, true, 10);
  EXPECT_EQ(plain.end.fault, RecordFault::kTooLong);
  EXPECT_EQ(plain.end.next, 12u);
  EXPECT_EQ(read(std::string(11, 'a'), 0, true, 10).end.fault, RecordFault::kTooLong);
  const Read unknown = read(std::string(30, 'a'), 0, false, 10);
  EXPECT_EQ(unknown.end.fault, RecordFault::kTooLong);
  EXPECT_EQ(unknown.end.next, RecordEnd::kUnknown);
  // A quoted field that goes on for too long costs its first line, not all it holds.
  const Read quoted = read("\"abc\n" + std::string(20, 'x') + "\"\n", 0, true, 10);
  EXPECT_EQ(quoted.end.fault, RecordFault::kUnclosedQuote);
  EXPECT_EQ(quoted.end.next, 5u);
}

TEST(ReadRecord, AsksForMoreRatherThanGuess) {
  for (const char* data : {"a,b", "a,\"b", "a,\"b\"", "a,\"b\"\r", "a,b\r", "\"a\nb", "\"a\"x", "a\"", ""}) {
    EXPECT_TRUE(read(data, 0, false).end.need_more) << data;
  }
  EXPECT_FALSE(read("a,b\n", 0, false).end.need_more);
  EXPECT_FALSE(read("\"a\"\n", 0, false).end.need_more);
}

}  // namespace
}  // namespace caudal::delivery
