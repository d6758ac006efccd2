// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/layout.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "flows/delivery/encoding.h"
#include "flows/delivery/testing/delivered_file.h"

namespace caudal::delivery {
namespace {

struct RecordAt {
  uint64_t offset, line;
  bool operator==(const RecordAt&) const = default;
};

// Every record and its line, from the beginning, with the whole file at hand.
std::vector<RecordAt> records_in_order(std::string_view data, const RecordLimits& limits) {
  std::vector<RecordAt> records;
  uint64_t line = 1;
  for (size_t at = 0; at < data.size();) {
    const RecordEnd record = read_record(data, at, true, limits);
    records.push_back({at, line});
    line += record.lines;
    at = record.next;
  }
  return records;
}

std::vector<RecordAt> records_of_pieces(std::string_view data, const std::vector<Piece>& pieces,
                                        const RecordLimits& limits) {
  std::vector<RecordAt> records;
  uint64_t end = 0;
  for (const Piece& piece : pieces) {
    EXPECT_EQ(piece.offset, end) << "pieces leave nothing out";
    end = piece.offset + piece.size_bytes;
    const std::string_view bytes = data.substr(piece.offset, piece.size_bytes);
    uint64_t line = piece.first_line;
    for (size_t at = 0; at < bytes.size();) {
      const RecordEnd record = read_record(bytes, at, true, limits);
      EXPECT_EQ(record.fault == RecordFault::kTooLong, piece.too_long);
      records.push_back({piece.offset + at, line});
      line += record.lines;
      at = record.next;
    }
  }
  EXPECT_EQ(end, data.size());
  return records;
}

void expect_same_records(const std::string& data, size_t block_bytes, const RecordLimits& limits) {
  const DeliveredFile file(data);
  const Input input = unwrap(Input::open(file.path(), {}));
  const Blocks blocks = unwrap(scan_blocks(input, block_bytes, 2));
  EXPECT_EQ(blocks.is_utf8, is_utf8(data)) << "block of " << block_bytes;
  const auto pieces = unwrap(cut_into_pieces(input, blocks, limits, 0, 1));
  EXPECT_EQ(records_of_pieces(data, pieces, limits), records_in_order(data, limits))
      << "block of " << block_bytes << "\n"
      << data;
}

TEST(Layout, CutsWhereRecordsBeginWhateverTheBlockSize) {
  const std::string data =
      "a,b\n1,\"x\ny\"\n2,\"\"\"\"\r\n\n3,\"open\n4,plain "
      "line\n5,aç€😀\n6,\"closed\"oddly\n7,\"\n\n\n\",8\nlast,without end";
  for (size_t block = 4; block <= data.size() + 1; ++block) expect_same_records(data, block, {',', 1000});
}

TEST(Layout, SetsTooLongRecordsApart) {
  const std::string data =
      "a\n" + std::string(100, 'b') + "\nc\n\"" + std::string(100, 'd') + "\"\ne\n" + std::string(100, 'f');
  for (size_t block = 4; block <= 120; ++block) expect_same_records(data, block, {',', 20});
}

TEST(Layout, AgreesWithReadingInOrderOnRandomFiles) {
  const uint64_t seed = secure_random_u64();
  Random random(seed);
  static constexpr std::string_view kPieces[] = {"a", "1",  ",",    "\n",   "\r\n", "\"",  "\"\"",      "\n\"", "\",\"",
                                                 "ç", "😀", "\xE9", "\"\n", ",\"",  "\",", "xyzxyzxyz", "\r"};
  for (int round = 0; round < 500; ++round) {
    std::string data = "x";
    const uint64_t parts = random.below(40);
    for (uint64_t i = 0; i < parts; ++i) data += kPieces[random.below(std::size(kPieces))];
    const size_t block = 4 + random.below(20);
    expect_same_records(data, block, {',', 3 + random.below(60)});
    if (HasFailure()) FAIL() << "seed " << seed << ", round " << round;
  }
}

TEST(Layout, MarksPiecesThatHoldNulOrInvalidUtf8) {
  std::string data = "aaaaaaa\nbbbbbbb\nccc";
  data += '\0';
  data +=
      "ccc\ndd\xE9"
      "dddd\neeeeeee\n";
  const DeliveredFile file(data);
  const Input input = unwrap(Input::open(file.path(), {}));
  const Blocks blocks = unwrap(scan_blocks(input, 8, 1));
  const auto pieces = unwrap(cut_into_pieces(input, blocks, {',', 100}, 0, 1));
  ASSERT_EQ(pieces.size(), 5u);
  for (size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(pieces[i].has_nul, i == 2) << i;
    EXPECT_EQ(pieces[i].is_utf8, i != 3) << i;
    EXPECT_EQ(pieces[i].first_line, i + 1);
  }
}

}  // namespace
}  // namespace caudal::delivery
