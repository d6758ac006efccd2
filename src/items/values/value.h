// SPDX-License-Identifier: Apache-2.0
// What an attribute holds: DynamoDB's ten types, and items, which are sorted flat maps from names to values. Any Value
// that exists is one that DynamoDB takes, but for what depends on where it stands: depth, size, keys (see checks.h).
//
//   Item item;
//   item.set("id", Value("p-1"));
//   item.set("amount", Value(TRY(Number::parse("12.50"))));
//   if (const Number* amount = item.find("amount")->get_if<Number>()) ...
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "items/values/number.h"
#include "items/values/set.h"

namespace caudal::items {

// In the order of Value's alternatives.
enum class Type : uint8_t {
  kString,
  kNumber,
  kBinary,
  kBoolean,
  kNull,
  kStringSet,
  kNumberSet,
  kBinarySet,
  kList,
  kMap,
};
inline constexpr int kTypes = 10;

// "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M".
std::string_view to_string(Type type);
std::optional<Type> parse_type(std::string_view name);

struct Binary {
  std::string bytes;
  // Unsigned bytes.
  friend auto operator<=>(const Binary&, const Binary&) = default;
};
struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};
using StringSet = SetOf<std::string>;
using NumberSet = SetOf<Number>;
using BinarySet = SetOf<Binary>;

class Value;
struct Attribute;
using List = std::vector<Value>;

// Attributes, sorted by the bytes of their names, each name once. A map is the same.
class Item {
 public:
  Item();
  Item(const Item&);
  Item(Item&&) noexcept;
  Item& operator=(const Item&);
  Item& operator=(Item&&) noexcept;
  ~Item();

  bool empty() const { return attributes_.empty(); }
  size_t size() const;
  const Attribute* begin() const;
  const Attribute* end() const;
  // For changing values in place; names must stay as they are.
  Attribute* begin();
  Attribute* end();

  // nullptr when there is none. Until the item is changed.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  // In place of what was there. Quick when names come in order.
  Value& set(std::string name, Value value);
  // Whether it was there.
  bool erase(std::string_view name);
  void reserve(size_t attributes);

  bool operator==(const Item& other) const;

 private:
  std::vector<Attribute> attributes_;
};
using Map = Item;

class Value {
 public:
  using Data = std::variant<std::string, Number, Binary, bool, Null, StringSet, NumberSet, BinarySet, List, Map>;

  // Null.
  Value() : data_(Null{}) {}
  explicit Value(std::string text) : data_(std::move(text)) {}
  explicit Value(std::string_view text) : data_(std::string(text)) {}
  explicit Value(const char* text) : data_(std::string(text)) {}
  explicit Value(const Number& number) : data_(number) {}
  explicit Value(Binary binary) : data_(std::move(binary)) {}
  template <std::same_as<bool> B>  // no pointer becomes a truth value
  explicit Value(B truth) : data_(truth) {}
  explicit Value(Null null) : data_(null) {}
  explicit Value(StringSet set) : data_(std::move(set)) {}
  explicit Value(NumberSet set) : data_(std::move(set)) {}
  explicit Value(BinarySet set) : data_(std::move(set)) {}
  explicit Value(List list) : data_(std::move(list)) {}
  explicit Value(Map map) : data_(std::move(map)) {}

  Type type() const { return static_cast<Type>(data_.index()); }
  bool is(Type type) const { return this->type() == type; }
  // S, N, B, BOOL and NULL.
  bool is_scalar() const { return type() <= Type::kNull; }
  // SS, NS and BS.
  bool is_set() const { return type() >= Type::kStringSet && type() <= Type::kBinarySet; }
  // nullptr when it is of another type.
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get_if() {
    return std::get_if<T>(&data_);
  }
  const Data& data() const { return data_; }

  // Of the same type and equal: numbers as numbers, sets whatever their order.
  bool operator==(const Value& other) const;

 private:
  Data data_;
};

struct Attribute {
  std::string name;
  Value value;
};

// How two values of type S, N or B compare; nothing for other types, or two unlike ones.
std::optional<std::strong_ordering> compare(const Value& left, const Value& right);
// The bytes of a S or B.
std::optional<std::string_view> bytes_of(const Value& value);

inline Item::Item() = default;
inline Item::Item(const Item&) = default;
inline Item::Item(Item&&) noexcept = default;
inline Item& Item::operator=(const Item&) = default;
inline Item& Item::operator=(Item&&) noexcept = default;
inline Item::~Item() = default;
inline size_t Item::size() const { return attributes_.size(); }
inline const Attribute* Item::begin() const { return attributes_.data(); }
inline const Attribute* Item::end() const { return attributes_.data() + attributes_.size(); }
inline Attribute* Item::begin() { return attributes_.data(); }
inline Attribute* Item::end() { return attributes_.data() + attributes_.size(); }
inline void Item::reserve(size_t attributes) { attributes_.reserve(attributes); }

}  // namespace caudal::items
