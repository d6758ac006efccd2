// SPDX-License-Identifier: Apache-2.0
// Values from the wire's structs and to them.
#include "items/values/wire.h"

#include "items/values/checks.h"
#include "items/values/errors.h"

namespace caudal::items {
namespace {

Error invalid(const char* message) { return {ValueErrc::invalid_value, message}; }

Result<Value> value_of(aws::AttributeValue&& value, int levels_left);

Result<Map> map_of(aws::AttributeMap&& map, int levels_left) {
  Map all;
  all.reserve(map.size());
  while (!map.empty()) {
    auto node = map.extract(map.begin());  // the only way to move a key out
    TRY(check_name(node.key()));
    Value value = TRY(value_of(std::move(node.mapped()), levels_left));
    all.set(std::move(node.key()), std::move(value));
  }
  return all;
}

struct FromWire {
  int levels_left;  // below this one

  Result<Value> operator()(std::monostate) const {
    return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  Result<Value> operator()(std::string&& text) const { return Value(std::move(text)); }
  Result<Value> operator()(aws::Number&& number) const { return Value(TRY(Number::parse(number.text))); }
  Result<Value> operator()(aws::Binary&& binary) const { return Value(Binary{std::move(binary.bytes)}); }
  Result<Value> operator()(bool truth) const { return Value(truth); }
  Result<Value> operator()(aws::Null null) const {
    if (null.value) return Value();
    return not_null();
  }
  Result<Value> operator()(aws::StringSet&& set) const { return Value(TRY(string_set(std::move(set.values)))); }
  Result<Value> operator()(aws::NumberSet&& set) const {
    std::vector<Number> members;
    members.reserve(set.values.size());
    for (const std::string& text : set.values) members.push_back(TRY(Number::parse(text)));
    return Value(TRY(number_set(std::move(members))));
  }
  Result<Value> operator()(aws::BinarySet&& set) const {
    std::vector<Binary> members;
    members.reserve(set.values.size());
    for (std::string& bytes : set.values) members.push_back({std::move(bytes)});
    return Value(TRY(binary_set(std::move(members))));
  }
  Result<Value> operator()(aws::AttributeList&& list) const {
    List all;
    all.reserve(list.size());
    for (aws::AttributeValue& one : list) all.push_back(TRY(value_of(std::move(one), levels_left)));
    return Value(std::move(all));
  }
  Result<Value> operator()(aws::AttributeMap&& map) const { return Value(TRY(map_of(std::move(map), levels_left))); }
};

Result<Value> value_of(aws::AttributeValue&& value, int levels_left) {
  if (levels_left == 0) return too_many_levels();
  Value result = TRY(std::visit(FromWire{levels_left - 1}, std::move(value.value)));
  if (value.several) {
    return invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  }
  return result;
}

struct ToWire {
  Value& value;

  template <class T>
  T&& given() const {
    return std::move(*value.get_if<T>());
  }
  aws::AttributeDatatype operator()(const std::string&) const { return given<std::string>(); }
  aws::AttributeDatatype operator()(const Number& number) const { return aws::Number{number.to_string()}; }
  aws::AttributeDatatype operator()(const Binary&) const { return aws::Binary{std::move(given<Binary>().bytes)}; }
  aws::AttributeDatatype operator()(bool truth) const { return truth; }
  aws::AttributeDatatype operator()(Null) const { return aws::Null{}; }
  aws::AttributeDatatype operator()(const StringSet& set) const { return aws::StringSet{set.members()}; }
  aws::AttributeDatatype operator()(const NumberSet& set) const {
    aws::NumberSet all;
    all.values.reserve(set.size());
    for (const Number& number : set) all.values.push_back(number.to_string());
    return all;
  }
  aws::AttributeDatatype operator()(const BinarySet& set) const {
    aws::BinarySet all;
    all.values.reserve(set.size());
    for (const Binary& binary : set) all.values.push_back(binary.bytes);
    return all;
  }
  aws::AttributeDatatype operator()(const List&) const {
    aws::AttributeList all;
    List list = given<List>();
    all.reserve(list.size());
    for (Value& one : list) all.push_back(to_wire(std::move(one)));
    return all;
  }
  aws::AttributeDatatype operator()(const Map&) const { return to_wire(given<Map>()); }
};

}  // namespace

Result<Value> from_wire(aws::AttributeValue&& value) { return value_of(std::move(value), kMostLevels); }

Result<Item> from_wire(aws::AttributeMap&& item) { return map_of(std::move(item), kMostLevels); }

aws::AttributeValue to_wire(Value&& value) { return {std::visit(ToWire{value}, value.data())}; }

aws::AttributeMap to_wire(Item&& item) {
  aws::AttributeMap all;
  for (Attribute& attribute : item) {
    all.emplace_hint(all.end(), std::move(attribute.name), to_wire(std::move(attribute.value)));
  }
  return all;
}

}  // namespace caudal::items
