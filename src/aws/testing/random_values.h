// SPDX-License-Identifier: Apache-2.0
// Fills any generated struct with values, along its description.
#pragma once

#include <string>

#include "aws/attribute_value.h"
#include "aws/shapes/shape.h"
#include "base/random.h"

namespace caudal::aws::testing {

inline std::string random_text(Random& random) {
  static constexpr std::string_view kPieces[] = {"a",  "Z",  "9",  " ", "<",  "&", "\"",
                                                 "\\", "\n", "\t", "é", "漢", "𝄞", "]]>"};
  std::string text;
  for (uint64_t i = random.below(8); i > 0; --i) text += kPieces[random.below(std::size(kPieces))];
  return text;
}

inline AttributeValue random_attribute(Random& random, int depth) {
  switch (random.below(depth > 3 ? 6 : 8)) {
    case 0: return AttributeValue(random_text(random));
    case 1: return AttributeValue(Number{std::to_string(random.next())});
    case 2: return AttributeValue(Binary{random_text(random)});
    case 3: return AttributeValue(random.chance(0.5));
    case 4: return AttributeValue(Null{});
    case 5: return AttributeValue(StringSet{{random_text(random), "b"}});
    case 6: return AttributeValue(AttributeList{random_attribute(random, depth + 1), AttributeValue(BinarySet{{"x"}})});
    default: return AttributeValue(AttributeMap{{random_text(random), random_attribute(random, depth + 1)}});
  }
}

// Members that may be left out are, at times; only those of the body are filled when `body_only`.
inline void fill(const Shape& shape, void* value, Random& random, bool body_only = false, int depth = 0) {
  switch (shape.kind) {
    case Kind::kString: *static_cast<std::string*>(value) = random_text(random); break;
    case Kind::kBlob: *static_cast<std::string*>(value) = random_text(random) + std::string(1, '\0'); break;
    case Kind::kBoolean: *static_cast<bool*>(value) = random.chance(0.5); break;
    case Kind::kInteger: *static_cast<int32_t*>(value) = static_cast<int32_t>(random.next()); break;
    case Kind::kLong: *static_cast<int64_t*>(value) = static_cast<int64_t>(random.next()); break;
    case Kind::kDouble: *static_cast<double*>(value) = static_cast<double>(random.between(-4'000, 4'000)) / 8; break;
    case Kind::kTimestamp:
      *static_cast<Timestamp*>(value) = Timestamp(std::chrono::milliseconds(random.between(0, 4'000'000'000'000)));
      break;
    case Kind::kStructure:
      for (const Member& member : shape.members) {
        if ((body_only && member.place != Place::kBody) || (!member.required && (depth > 6 || random.chance(0.4))))
          continue;
        fill(*member.shape, make(value, member), random, body_only, depth + 1);
      }
      break;
    case Kind::kList:
      for (uint64_t i = 1 + random.below(3); i > 0; --i)
        fill(*shape.element, shape.list->append(value), random, body_only, depth + 1);
      break;
    case Kind::kMap:
      for (uint64_t i = random.below(3); i > 0; --i) {
        fill(*shape.element, shape.map->insert(value, random_text(random)), random, body_only, depth + 1);
      }
      break;
    case Kind::kAttributeValue: *static_cast<AttributeValue*>(value) = random_attribute(random, 0); break;
  }
}

}  // namespace caudal::aws::testing
