// SPDX-License-Identifier: Apache-2.0
// Items in JSON, typed and plain, and the wire's structs.
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "items/values/checks.h"
#include "items/values/errors.h"
#include "items/values/plain_json.h"
#include "items/values/testing/random_values.h"
#include "items/values/typed_json.h"
#include "items/values/wire.h"

namespace caudal::items {
namespace {

Result<Item> typed(std::string_view json) { return TypedJsonReader().read(json); }
Result<Item> plain(std::string_view json) { return PlainJsonReader().read(json); }

std::string to_typed(const Item& item) {
  std::string out;
  append_typed_json(out, item);
  return out;
}
std::string to_plain(const Item& item, int indent = 0) {
  std::string out;
  append_plain_json(out, item, indent);
  return out;
}

constexpr std::string_view kTyped =
    R"({"b":{"B":"aGk="},"bs":{"BS":["AA==","/w=="]},"l":{"L":[{"S":"x"},{"NULL":true}]},"m":{"M":{"k":{"BOOL":false}}},)"
    R"("n":{"N":"-12.5"},"ns":{"NS":["1","20"]},"s":{"S":"a\"\u0001é"},"ss":{"SS":["p","q"]}})";

TEST(TypedJson, ReadsAndWritesEveryType) { EXPECT_EQ(to_typed(unwrap(typed(kTyped))), kTyped); }

TEST(TypedJson, NormalisesNumbersAndSets) {
  EXPECT_EQ(to_typed(unwrap(typed(R"({"n":{"N":"01.50"},"s":{"SS":["b","a"]}})"))),
            R"({"n":{"N":"1.5"},"s":{"SS":["a","b"]}})");
}

TEST(TypedJson, ReadsLinesOfAnExport) {
  TypedJsonReader reader;
  EXPECT_EQ(unwrap(reader.read_export_line(R"({"Item":{"id":{"S":"a"}}})")).size(), 1U);
  EXPECT_EQ(unwrap(reader.read_export_line(R"({"Item":{"id":{"S":"b"},"x":{"L":[]}}})")).size(), 2U);
  EXPECT_EQ(reader.read_export_line(R"({"id":{"S":"a"}})").error().code, ValueErrc::invalid_json);
}

TEST(TypedJson, SaysWhatIsWrongAndWhere) {
  const auto told = [](std::string_view json) { return typed(json).error().to_string(); };
  EXPECT_EQ(told(R"({"a":{"M":{"b":{"N":"x"}}}})"),
            "The parameter cannot be converted to a numeric value: x\n  while reading attribute \"b\"\n  while reading "
            "attribute \"a\"");
  EXPECT_EQ(typed(R"({"a":{"NS":["1","1.0"]}})").error().message, "Input collection contains duplicates");
  EXPECT_EQ(typed(R"({"a":{"N":1}})").error().message, "what follows \"N\" is no string");
  EXPECT_EQ(typed(R"({"a":{"B":"a"}})").error().message, "what follows \"B\" is not base64");
  EXPECT_EQ(typed(R"({"a":{"BOOL":1}})").error().message, "what follows \"BOOL\" is neither true nor false");
  EXPECT_EQ(typed(R"({"a":{"L":{}}})").error().message, "what follows \"L\" is no array");
  EXPECT_EQ(typed(R"({"a":"b"})").error().message, "a value is an object with its type, such as {\"S\":\"text\"}");
  EXPECT_EQ(typed(R"({"a":{}})").error().message, "a value has one type, such as {\"S\":\"text\"}");
  EXPECT_EQ(typed(R"({"a":{"S":"b","N":"1"}})").error().message, "a value has one type, such as {\"S\":\"text\"}");
  EXPECT_NE(typed(R"({"a":{"X":"b"}})").error().message.find("\"X\" is no type"), std::string::npos);
  for (const char* text : {"", "{", "[]", "1", R"({"a":{"S":"b"}} x)", "{\"a\":{\"S\":\"\xff\"}}"}) {
    EXPECT_EQ(typed(text).error().code, ValueErrc::invalid_json) << text;
  }
}

std::string nested(int lists) {
  std::string json = R"({"S":"leaf"})";
  for (int i = 0; i < lists; ++i) json = R"({"L":[)" + json + "]}";
  return R"({"a":)" + json + "}";
}

TEST(TypedJson, RefusesNamesThatAttributesCannotHave) {
  EXPECT_EQ(typed(R"({"":{"S":"a"}})").error().message, "Empty attribute name");
  EXPECT_EQ(typed(R"({"m":{"M":{"":{"S":"a"}}}})").error().message, "Empty attribute name");
}

TEST(TypedJson, NestsNoDeeperThanDynamoDb) {
  EXPECT_OK(typed(nested(31)));
  for (const int lists : {32, 40, 10'000}) {
    EXPECT_TRUE(typed(nested(lists)).error().message.starts_with("Nesting Levels have exceeded")) << lists;
  }
}

TEST(PlainJson, IsForPeople) {
  const Item item = unwrap(typed(kTyped));
  EXPECT_EQ(to_plain(item),
            R"({"b":{"$binary":"aGk="},"bs":{"$set":[{"$binary":"AA=="},{"$binary":"/w=="}]},"l":["x",null],)"
            R"("m":{"k":false},"n":-12.5,"ns":{"$set":[1,20]},"s":"a\"\u0001é","ss":{"$set":["p","q"]}})");
  EXPECT_EQ(to_plain(unwrap(plain(R"({"a":[1,{"b":[]}],"c":{}})")), 2),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
}

TEST(PlainJson, KeepsAllDigits) {
  EXPECT_EQ(to_plain(unwrap(plain(R"({"n": 12345678901234567890.123456789012345678 , "m": 1e125})"))),
            R"({"m":1)" + std::string(125, '0') + R"(,"n":12345678901234567890.123456789012345678})");
}

TEST(PlainJson, MarksMapsThatLookLikeMarks) {
  Item inner;
  inner.set("$set", Value(Number(1)));
  Item item;
  item.set("m", Value(inner));
  EXPECT_EQ(to_plain(item), R"({"m":{"$map":{"$set":1}}})");
  EXPECT_EQ(unwrap(plain(to_plain(item))), item);
  EXPECT_EQ(to_plain(unwrap(plain(R"({"m":{"$other":1}})"))), R"({"m":{"$other":1}})");
}

TEST(PlainJson, SaysWhatIsWrong) {
  EXPECT_NE(plain(R"({"a":{"$set":[]}})").error().message.find("at least one member"), std::string::npos);
  EXPECT_NE(plain(R"({"a":{"$set":[1,"x"]}})").error().message.find("alone"), std::string::npos);
  EXPECT_NE(plain(R"({"a":{"$set":[1],"b":2}})").error().message.find("stand alone"), std::string::npos);
  EXPECT_EQ(plain(R"({"a":{"$binary":"x"}})").error().message, "what follows \"$binary\" is not base64");
  EXPECT_EQ(plain(R"({"a":1e126})").error().code, ValueErrc::invalid_value);
  for (const char* text :
       {"", "{", "[]", "1", R"({"a":1} x)", R"({"a":tru})", R"({"a":nul})", R"({"a" 1})", "{\"a\":[1,}"}) {
    EXPECT_EQ(plain(text).error().code, ValueErrc::invalid_json) << text;
  }
  EXPECT_FALSE(plain(R"({"a":)" + std::string(100'000, '[')).has_value());
}

TEST(JsonProperties, AnyItemReadsBackAsItself) {
  Random random(testing::test_seed());
  TypedJsonReader typed_reader;
  PlainJsonReader plain_reader;
  for (int i = 0; i < 2'000; ++i) {
    const Item item = testing::random_item(random);
    ASSERT_EQ(unwrap(typed_reader.read(to_typed(item))), item);
    ASSERT_EQ(unwrap(plain_reader.read(to_plain(item))), item) << to_plain(item);
    ASSERT_EQ(unwrap(plain_reader.read(to_plain(item, 2))), item);
    ASSERT_EQ(unwrap(from_wire(to_wire(item))), item);
  }
}

// --- the wire's structs ---

std::string error_of(aws::AttributeDatatype value) {
  return from_wire(aws::AttributeValue(std::move(value))).error().message;
}

TEST(Wire, RefusesInDynamoDbsWords) {
  EXPECT_EQ(error_of({}), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  aws::AttributeValue two(std::string("a"));
  two.several = true;
  EXPECT_EQ(
      from_wire(std::move(two)).error().message,
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  EXPECT_EQ(error_of(aws::Number{"abc"}), "The parameter cannot be converted to a numeric value: abc");
  EXPECT_EQ(error_of(aws::NumberSet{{"1", ""}}), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(error_of(aws::StringSet{{"a", "a"}}),
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
  EXPECT_EQ(error_of(aws::Null{false}),
            "One or more parameter values were invalid: Null attribute value types must have the value of true");
  EXPECT_FALSE(typed(R"({"a":{"NULL":false}})").has_value());
  EXPECT_EQ(error_of(aws::BinarySet{}), "One or more parameter values were invalid: Binary sets should not be empty");
  EXPECT_EQ(error_of(aws::AttributeList{{aws::AttributeMap{{"x", {}}}}}),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

TEST(Wire, TakesEmptyTexts) {
  EXPECT_EQ(unwrap(from_wire(aws::AttributeValue(std::string()))), Value(""));
  EXPECT_EQ(unwrap(from_wire(aws::AttributeValue(aws::Binary{}))), Value(Binary{}));
  EXPECT_EQ(unwrap(from_wire(aws::AttributeValue(aws::StringSet{{""}}))).type(), Type::kStringSet);
}

TEST(Wire, NestsNoDeeperThanDynamoDb) {
  for (const int wraps : {31, 32}) {
    aws::AttributeValue value(std::string("leaf"));
    for (int i = 0; i < wraps; ++i) value = aws::AttributeValue(aws::AttributeMap{{"n", value}});
    EXPECT_EQ(from_wire(std::move(value)).has_value(), wraps == 31);
  }
}

TEST(FromWire, RefusesNamesThatAttributesCannotHave) {
  const auto named = [](const std::string& name) {
    aws::AttributeMap item;
    item.emplace(name, aws::AttributeValue(std::string("x")));
    return from_wire(std::move(item));
  };
  EXPECT_EQ(named("").error().message, "Empty attribute name");
  EXPECT_EQ(named(std::string(65'536, 'n')).error().message,
            "Attribute name is too large, must be less than 65536 bytes");
  EXPECT_TRUE(named(std::string(65'535, 'n')).has_value());
}

}  // namespace
}  // namespace caudal::items
