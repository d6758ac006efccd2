// SPDX-License-Identifier: Apache-2.0
// DynamoDB's AttributeValue, by hand: the model's struct of ten optional members would take hundreds of bytes for each
// number. Numbers stay as they were written; whether they are numbers is for whoever knows DynamoDB's rules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace caudal::aws {

struct AttributeValue;

struct Number {
  std::string text;
  friend bool operator==(const Number&, const Number&) = default;
};
struct Binary {
  std::string bytes;
  friend bool operator==(const Binary&, const Binary&) = default;
};
struct Null {
  bool value = true;  // what came after "NULL": DynamoDB refuses false
  friend bool operator==(const Null&, const Null&) = default;
};
struct StringSet {
  std::vector<std::string> values;  // as they came: in their order, perhaps twice
  friend bool operator==(const StringSet&, const StringSet&) = default;
};
struct NumberSet {
  std::vector<std::string> values;
  friend bool operator==(const NumberSet&, const NumberSet&) = default;
};
struct BinarySet {
  std::vector<std::string> values;
  friend bool operator==(const BinarySet&, const BinarySet&) = default;
};
using AttributeList = std::vector<AttributeValue>;
using AttributeMap = std::map<std::string, AttributeValue, std::less<>>;

// monostate: {} came, without a datatype.
using AttributeDatatype = std::variant<std::monostate, std::string, Number, Binary, bool, Null, StringSet, NumberSet,
                                       BinarySet, AttributeList, AttributeMap>;

struct AttributeValue {
  AttributeDatatype value;
  bool several;  // more than one datatype came; the last of them is held

  // Written out, since a default cannot be asked for while the type is still part of itself.
  AttributeValue() : value(), several(false) {}
  AttributeValue(AttributeDatatype datatype)  // NOLINT(google-explicit-constructor)
      : value(std::move(datatype)), several(false) {}
  friend bool operator==(const AttributeValue&, const AttributeValue&) = default;
};

}  // namespace caudal::aws
