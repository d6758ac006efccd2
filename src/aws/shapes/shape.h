// SPDX-License-Identifier: Apache-2.0
// Descriptions of the generated structs: what members they have, what they are called on the wire, what values are
// allowed. The codecs are written once against these, so that the generated code is tables and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace caudal::aws {

// The C++ type behind each kind is named beside it.
enum class Kind : uint8_t {
  kString,          // std::string; enums too, so that a value of tomorrow can be passed on
  kBoolean,         // bool
  kInteger,         // int32_t
  kLong,            // int64_t
  kDouble,          // double
  kTimestamp,       // Timestamp
  kBlob,            // std::string of any bytes
  kStructure,       // a generated struct
  kList,            // std::vector<T>
  kMap,             // Map<T>
  kAttributeValue,  // AttributeValue, of DynamoDB
};

template <class T>
using Map = std::map<std::string, T, std::less<>>;

// What the model allows: lengths of strings, lists and maps, values of numbers.
struct Limits {
  static constexpr int64_t kNone = std::numeric_limits<int64_t>::min();
  int64_t min = kNone;
  int64_t max = kNone;
  std::string_view pattern = {};                  // a regular expression that the whole text matches
  std::span<const std::string_view> values = {};  // of an enum
};

struct ListOps {
  void* (*append)(void* list);
  size_t (*size)(const void* list);
  const void* (*at)(const void* list, size_t index);
};

struct MapOps {
  // Replaces what was there under the same key.
  void* (*insert)(void* map, std::string key);
  size_t (*size)(const void* map);
  void (*each)(const void* map, void* state, void (*visit)(void* state, const std::string& key, const void* value));
};

struct OptionalOps {
  void* (*emplace)(void* optional);
  const void* (*get)(const void* optional);  // nullptr when there is no value
};

struct Member;

struct Shape {
  Kind kind;
  std::string_view name = {};            // the model's
  std::span<const Member> members = {};  // kStructure
  const Shape* element = nullptr;        // kList, kMap
  const Shape* key = nullptr;            // kMap
  const ListOps* list = nullptr;
  const MapOps* map = nullptr;
  const Limits* limits = nullptr;
  std::string_view element_name = {};  // XML: of a list's elements
};

// Where a member of an HTTP request or answer stands. JSON services know only the body.
enum class Place : uint8_t { kBody, kPayload, kStream, kHeader, kHeaderPrefix, kQuery, kUri, kStatus };
enum class TimeFormat : uint8_t { kDefault, kIso, kHttp, kEpoch };

struct Member {
  std::string_view name;  // on the wire: of a field, an element, a header, a parameter
  uint32_t offset;        // in the struct
  bool required;
  const OptionalOps* optional;  // nullptr: the struct holds the plain value
  const Shape* shape;
  Place place = Place::kBody;
  TimeFormat time_format = TimeFormat::kDefault;
  bool flattened = false;               // XML: a list without an element around its elements
  bool attribute = false;               // XML
  std::string_view xml_namespace = {};  // XML: declared on the element

  // Refinements of needed() and maybe(), for the generated tables.
  constexpr Member in(Place where) const {
    Member copy = *this;
    copy.place = where;
    return copy;
  }
  constexpr Member as(TimeFormat format) const {
    Member copy = *this;
    copy.time_format = format;
    return copy;
  }
  constexpr Member flat() const {
    Member copy = *this;
    copy.flattened = true;
    return copy;
  }
  constexpr Member xml_attribute() const {
    Member copy = *this;
    copy.attribute = true;
    return copy;
  }
  constexpr Member with_namespace(std::string_view uri) const {
    Member copy = *this;
    copy.xml_namespace = uri;
    return copy;
  }
};

inline void* at(void* structure, const Member& member) { return static_cast<char*>(structure) + member.offset; }
inline const void* at(const void* structure, const Member& member) {
  return static_cast<const char*>(structure) + member.offset;
}
// The place of the value, made if need be.
inline void* make(void* structure, const Member& member) {
  void* const slot = at(structure, member);
  return member.optional == nullptr ? slot : member.optional->emplace(slot);
}
// nullptr when there is none.
inline const void* get(const void* structure, const Member& member) {
  const void* const slot = at(structure, member);
  return member.optional == nullptr ? slot : member.optional->get(slot);
}

template <class T>
inline constexpr OptionalOps kOptional = {
    [](void* slot) -> void* { return &static_cast<std::optional<T>*>(slot)->emplace(); },
    [](const void* slot) -> const void* {
      const auto& value = *static_cast<const std::optional<T>*>(slot);
      return value ? &*value : nullptr;
    }};

constexpr Member needed(std::string_view name, size_t offset, const Shape* shape) {
  return {.name = name, .offset = static_cast<uint32_t>(offset), .required = true, .optional = nullptr, .shape = shape};
}
// A member of type std::optional<T>.
template <class T>
constexpr Member maybe(std::string_view name, size_t offset, const Shape* shape) {
  return {.name = name,
          .offset = static_cast<uint32_t>(offset),
          .required = false,
          .optional = &kOptional<T>,
          .shape = shape};
}

template <class T>
inline constexpr ListOps kListOf = {
    [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
    [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    [](const void* list, size_t index) -> const void* { return &(*static_cast<const std::vector<T>*>(list))[index]; }};

template <class T>
inline constexpr MapOps kMapOf = {
    [](void* map, std::string key) -> void* {
      return &static_cast<Map<T>*>(map)->insert_or_assign(std::move(key), T()).first->second;
    },
    [](const void* map) { return static_cast<const Map<T>*>(map)->size(); },
    [](const void* map, void* state, void (*visit)(void*, const std::string&, const void*)) {
      for (const auto& [key, value] : *static_cast<const Map<T>*>(map)) visit(state, key, &value);
    }};

// Scalars that the model does not limit.
inline constexpr Shape kAnyString{.kind = Kind::kString};
inline constexpr Shape kAnyBoolean{.kind = Kind::kBoolean};
inline constexpr Shape kAnyInteger{.kind = Kind::kInteger};
inline constexpr Shape kAnyLong{.kind = Kind::kLong};
inline constexpr Shape kAnyDouble{.kind = Kind::kDouble};
inline constexpr Shape kAnyTimestamp{.kind = Kind::kTimestamp};
inline constexpr Shape kAnyBlob{.kind = Kind::kBlob};
inline constexpr Shape kAnyAttributeValue{.kind = Kind::kAttributeValue};

// The description of a generated struct; specialised beside it.
template <class T>
const Shape& shape_of();

}  // namespace caudal::aws
