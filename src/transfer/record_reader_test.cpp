// SPDX-License-Identifier: Apache-2.0
#include "transfer/record_reader.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "items/values/typed_json.h"
#include "transfer/errors.h"
#include "transfer/gzip.h"
#include "transfer/line_reader.h"

namespace caudal::transfer {
namespace {

using items::Type;

const items::TableDefinition kTable{.name = "tab",
                                    .key = {.partition = {{"id"}}, .sort = {{"at", Type::kNumber}}},
                                    .indexes = {{.name = "by-raw", .key = {.partition = {{"raw", Type::kBinary}}}}}};

// A source that answers few bytes at a time, so that lines are met in pieces.
class Drops final : public objects::ByteSource {
 public:
  explicit Drops(std::string_view bytes) : all_(bytes) {}
  Result<size_t> read(char* out, size_t size_bytes) override { return all_.read(out, std::min<size_t>(size_bytes, 3)); }

 private:
  objects::TextSource all_;
};

// Each record as "line: item" or "line! why".
std::vector<std::string> read(std::string_view bytes, const InputOptions& options) {
  Drops source(bytes);
  const auto reader = unwrap(RecordReader::open(source, options, kTable));
  std::vector<std::string> all;
  while (auto record = unwrap(reader->next())) {
    std::string text = std::to_string(record->line) + (record->item ? ": " : "! ");
    if (record->item)
      items::append_typed_json(text, *record->item);
    else
      text += record->item.error().message;
    all.push_back(std::move(text));
  }
  return all;
}

TEST(RecordReader, ReadsPlainJsonWithAllDigits) {
  EXPECT_EQ(read("{\"id\":\"a\",\"at\":12345678901234567890123456789012345678}\n\n  \r\n{\"id\":\"b\",\"at\":0.10}",
                 {.format = Format::kPlainJson}),
            (std::vector<std::string>{R"(1: {"at":{"N":"12345678901234567890123456789012345678"},"id":{"S":"a"}})",
                                      R"(4: {"at":{"N":"0.1"},"id":{"S":"b"}})"}));
}

TEST(RecordReader, ReadsDynamoDbJsonWithAndWithoutItem) {
  const auto all = read("{\"Item\":{\"id\":{\"S\":\"a\"}}}\n{\"id\":{\"S\":\"b\"}}\n{\"id\":\"c\"}\n",
                        {.format = Format::kDynamoDbJson});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0], R"(1: {"id":{"S":"a"}})");
  EXPECT_EQ(all[1], R"(2: {"id":{"S":"b"}})");
  EXPECT_TRUE(all[2].starts_with("3! ")) << all[2];
}

TEST(RecordReader, GoesOnAfterWhatIsNoItem) {
  const auto all = read("{\nnull\n{\"id\":\"a\"}\n", {});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].starts_with("1! ") && all[1].starts_with("2! ")) << all[0] << all[1];
  EXPECT_EQ(all[2], R"(3: {"id":{"S":"a"}})");
}

TEST(RecordReader, ReadsCsvWithTheTypesOfKeys) {
  EXPECT_EQ(read("\xEF\xBB\xBFid,at,note,raw\r\na,1.50,\"x, \"\"y\"\"\nz\",AAE=\nb,2,,\nc,3,\"\",\n",
                 {.format = Format::kCsv}),
            (std::vector<std::string>{
                R"(2: {"at":{"N":"1.5"},"id":{"S":"a"},"note":{"S":"x, \"y\"\nz"},"raw":{"B":"AAE="}})",
                R"(4: {"at":{"N":"2"},"id":{"S":"b"}})", R"(5: {"at":{"N":"3"},"id":{"S":"c"},"note":{"S":""}})"}));
  EXPECT_EQ(read("a;1", {.format = Format::kCsv, .delimiter = ';', .header = {"id", "at"}}),
            (std::vector<std::string>{R"(1: {"at":{"N":"1"},"id":{"S":"a"}})"}));
}

TEST(RecordReader, QuotesInsideAFieldOfCsvAreText) {
  EXPECT_EQ(read("id,name\n1,5\" pipe\n2,foo\n3,6\" nail\n4,\"7\"\"\nbolt\"\n5,\"a\",\n", {.format = Format::kCsv}),
            (std::vector<std::string>{
                R"(2: {"id":{"S":"1"},"name":{"S":"5\" pipe"}})", R"(3: {"id":{"S":"2"},"name":{"S":"foo"}})",
                R"(4: {"id":{"S":"3"},"name":{"S":"6\" nail"}})", R"(5: {"id":{"S":"4"},"name":{"S":"7\"\nbolt"}})",
                "7! 3 fields where the first line names 2"}));
  EXPECT_EQ(read("a;\"x\n;y\"\nb,\"c\";1", {.format = Format::kCsv, .delimiter = ';', .header = {"id", "x"}}),
            (std::vector<std::string>{R"(1: {"id":{"S":"a"},"x":{"S":"x\n;y"}})",
                                      R"(3: {"id":{"S":"b,\"c\""},"x":{"S":"1"}})"}))
      << "a field begins after the delimiter that the file has";
}

TEST(RecordReader, TellsWhichRecordsOfCsvAreNone) {
  EXPECT_EQ(
      read("id,at\na\nb,x\nc,1,2\n\"d\"e,1\nf,5\n\"g", {.format = Format::kCsv}),
      (std::vector<std::string>{"2! 1 fields where the first line names 2", "3! 'x' is no number",
                                "4! 3 fields where the first line names 2", "5! field 1 goes on after its quotes",
                                R"(6: {"at":{"N":"5"},"id":{"S":"f"}})", "7! the quote of field 1 does not end"}));
}

TEST(RecordReader, RefusesAHeaderThatNamesNothing) {
  for (const char* header : {"id,,x\n", "id,id\n"}) {
    objects::TextSource source(header);
    EXPECT_EQ(RecordReader::open(source, {.format = Format::kCsv}, kTable).error().code, Errc::bad_header) << header;
  }
}

TEST(RecordReader, UnpacksGzip) {
  Gzip gzip;
  std::string packed;
  gzip.add("{\"id\":\"a\"}\n", packed);
  gzip.finish(packed);
  EXPECT_EQ(read(packed, {.compression = Compression::kGzip}).size(), 1U);
}

TEST(RecordReader, RefusesALineThatNoItemHas) {
  const std::string line(kLongestLineBytes + (size_t{1} << 20), 'x');
  objects::TextSource source(line);
  const auto reader = unwrap(RecordReader::open(source, {}, kTable));
  EXPECT_EQ(reader->next().error().code, Errc::line_too_long);
}

}  // namespace
}  // namespace caudal::transfer
