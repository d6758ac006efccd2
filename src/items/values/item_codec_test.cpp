// SPDX-License-Identifier: Apache-2.0
// Stored items: what is written is read, all of it or one attribute, and damage is noticed.
#include "items/values/item_codec.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/testing/random_values.h"
#include "items/values/typed_json.h"

namespace caudal::items {
namespace {

Item payment() {
  Item item;
  item.set("PK", Value("a#PAYMENT"));
  item.set("SK", Value("SCHEDULED#1700000000"));
  item.set("Amount", Value(unwrap(Number::parse("-12.50"))));
  item.set("Done", Value(true));
  item.set("Note", Value());
  return item;
}

// The format is stored: a change here is a new format number.
TEST(ItemCodec, WritesTheDocumentedBytes) {
  Item item;
  item.set("a", Value("xy"));
  item.set("b", Value(unwrap(Number::parse("-12.5"))));
  item.set("c", Value(true));
  item.set("d", Value(false));
  item.set("e", Value(unwrap(number_set({Number(0), Number(300)}))));
  Map map;
  map.set("k", Value());
  item.set("f", Value(List{Value(map)}));
  item.set("g", Value(Binary{std::string("\0", 1)}));
  EXPECT_EQ(to_hex(encode(item)),
            "01"
            "07"
            "0161"
            "00"
            "027879"
            "0162"
            "01"
            "a1ff7d"
            "0163"
            "13"
            "0164"
            "03"
            "0165"
            "06"
            "05000000"
            "02"
            "00"
            "210203"
            "0166"
            "08"
            "0a000000"
            "01"
            "09"
            "04000000"
            "01"
            "016b"
            "04"
            "0167"
            "02"
            "0100");
}

TEST(ItemCodec, ReadsOneAttributeWithoutTheOthers) {
  const std::string row = encode(payment());
  EXPECT_EQ(unwrap(decode_attribute(row, "SK")), Value("SCHEDULED#1700000000"));
  EXPECT_EQ(unwrap(decode_attribute(row, "Done")), Value(true));
  EXPECT_EQ(unwrap(decode_attribute(row, "Nothing")), std::nullopt);
  EXPECT_EQ(unwrap(decode_attribute(row, "")), std::nullopt);
  EXPECT_EQ(unwrap(decode_attribute(encode(Item()), "SK")), std::nullopt);
}

TEST(ItemCodec, GoesThroughAttributesInOrder) {
  const std::string row = encode(payment());
  EncodedItem in(row);
  std::string names;
  Item again;
  while (unwrap(in.next())) {
    names.append(in.name()).append(" ");
    again.set(std::string(in.name()), unwrap(in.value()));
  }
  EXPECT_EQ(names, "Amount Done Note PK SK ");
  EXPECT_EQ(again, payment());
  EXPECT_FALSE(unwrap(in.next()));
}

TEST(ItemCodec, NoticesDamage) {
  const std::string row = encode(payment());
  for (size_t length = 0; length < row.size(); ++length) {
    const auto read = decode_item(row.substr(0, length));
    ASSERT_FALSE(read.has_value()) << length;
    ASSERT_EQ(read.error().code, ValueErrc::corrupt);
  }
  EXPECT_FALSE(decode_item(row + "x").has_value());
  EXPECT_FALSE(decode_item("\x02" + row.substr(1)).has_value());
  EXPECT_FALSE(decode_item(*from_hex("01ffffffff7f")).has_value());          // a count without attributes
  EXPECT_FALSE(decode_item(*from_hex("0101016108ffffffff00")).has_value());  // a list longer than the item
  EXPECT_FALSE(decode_item(*from_hex("0102016104016104")).has_value());      // a name twice
  EXPECT_FALSE(decode_item(*from_hex("0102016204016104")).has_value());      // names out of order
  EXPECT_FALSE(decode_item(*from_hex("010101610501000000"
                                     "00"))
                   .has_value());  // an empty set
  EXPECT_FALSE(decode_item(*from_hex("01010161050500000002"
                                     "01610161"))
                   .has_value());                                      // a member twice
  EXPECT_FALSE(decode_item(*from_hex("0101016101010a")).has_value());  // a coefficient with a trailing zero
  EXPECT_FALSE(decode_item(*from_hex("01010161"
                                     "0a"))
                   .has_value());  // no such type
}

TEST(ItemCodec, ReadsNoDeeperThanDynamoDbNests) {
  for (const int lists : {31, 32, 10'000}) {
    std::string value = "\x04";
    for (int i = 0; i < lists; ++i) {
      const size_t length = value.size() + 1;
      std::string outer = "\x08";
      for (int b = 0; b < 4; ++b) outer += static_cast<char>(length >> (8 * b));
      value = outer + "\x01" + value;
    }
    EXPECT_EQ(decode_item("\x01\x01\x01" + ("a" + value)).has_value(), lists == 31) << lists;
  }
}

TEST(ItemCodecProperties, AnyItemReadsBackAsItself) {
  Random random(testing::test_seed());
  for (int i = 0; i < 3'000; ++i) {
    const Item item = testing::random_item(random);
    const std::string row = encode(item);
    ASSERT_EQ(unwrap(decode_item(row)), item);
    for (const Attribute& attribute : item) ASSERT_EQ(unwrap(decode_attribute(row, attribute.name)), attribute.value);
    std::string from_values;
    std::string from_bytes;
    append_typed_json(from_values, item);
    ASSERT_OK(append_stored_as_typed_json(from_bytes, row));
    ASSERT_EQ(from_bytes, from_values);
    // A changed bit is noticed, or makes another item in its one form.
    std::string damaged = row;
    damaged[random.below(damaged.size())] ^= static_cast<char>(1U << random.below(8));
    const auto read = decode_item(damaged);
    if (read) {
      ASSERT_EQ(encode(*read), damaged);
    }
  }
}

}  // namespace
}  // namespace caudal::items
