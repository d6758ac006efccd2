// SPDX-License-Identifier: Apache-2.0
#include "aws/shapes/violations.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/shapes/pattern.h"

namespace caudal::aws {
namespace {

constexpr size_t kMostTold = 10;
constexpr size_t kLongestValueTold = 1'024;

// Java's String.length(): units of UTF-16.
int64_t length_of(std::string_view text) {
  int64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

using Broken = std::vector<std::string>;

// Shortest-first is the order in which the services tell them: maximum, minimum, then what the text may be.
void lengths_broken(const Limits& limits, int64_t length, Broken& broken) {
  if (limits.max != Limits::kNone && length > limits.max) {
    broken.push_back(fmt::format("Member must have length less than or equal to {}", limits.max));
  }
  if (limits.min != Limits::kNone && length < limits.min) {
    broken.push_back(fmt::format("Member must have length greater than or equal to {}", limits.min));
  }
}

Broken text_broken(const Limits& limits, std::string_view text) {
  Broken broken;
  if (limits.max != Limits::kNone || limits.min != Limits::kNone) lengths_broken(limits, length_of(text), broken);
  if (!limits.pattern.empty() && !matches_pattern(limits.pattern, text)) {
    broken.push_back(fmt::format("Member must satisfy regular expression pattern: {}", limits.pattern));
  }
  if (!limits.values.empty() && std::ranges::find(limits.values, text) == limits.values.end()) {
    broken.push_back(fmt::format("Member must satisfy enum value set: [{}]", fmt::join(limits.values, ", ")));
  }
  return broken;
}

// What the limits of a collection's elements say all together, as they are told of one that breaks them.
std::string all_limits(const Limits& limits) {
  std::vector<std::string> all;
  if (limits.max != Limits::kNone)
    all.push_back(fmt::format("Member must have length less than or equal to {}", limits.max));
  if (limits.min != Limits::kNone)
    all.push_back(fmt::format("Member must have length greater than or equal to {}", limits.min));
  if (!limits.pattern.empty())
    all.push_back(fmt::format("Member must satisfy regular expression pattern: {}", limits.pattern));
  if (!limits.values.empty())
    all.push_back(fmt::format("Member must satisfy enum value set: [{}]", fmt::join(limits.values, ", ")));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

// As Java prints it, without what stands inside structures.
std::string shown(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::kString: return *static_cast<const std::string*>(value);
    case Kind::kBoolean: return *static_cast<const bool*>(value) ? "true" : "false";
    case Kind::kInteger: return fmt::to_string(*static_cast<const int32_t*>(value));
    case Kind::kLong: return fmt::to_string(*static_cast<const int64_t*>(value));
    case Kind::kDouble: return fmt::to_string(*static_cast<const double*>(value));
    case Kind::kList: {
      std::vector<std::string> parts;
      for (size_t i = 0; i < shape.list->size(value); ++i)
        parts.push_back(shown(*shape.element, shape.list->at(value, i)));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    }
    case Kind::kMap: {
      struct State {
        const Shape& shape;
        std::vector<std::string> parts;
      } state{shape, {}};
      shape.map->each(value, &state, [](void* to, const std::string& key, const void* one) {
        auto& s = *static_cast<State*>(to);
        s.parts.push_back(fmt::format("{}={}", key, shown(*s.shape.element, one)));
      });
      return fmt::format("{{{}}}", fmt::join(state.parts, ", "));
    }
    default: return fmt::format("{}()", shape.name);
  }
}

int64_t size_of(const Shape& shape, const void* value) {
  return static_cast<int64_t>(shape.kind == Kind::kList ? shape.list->size(value) : shape.map->size(value));
}

// Of a string or of a collection inside a collection: told at the outer one.
bool element_broken(const Shape& shape, const void* value) {
  if (shape.limits == nullptr) return false;
  if (shape.kind == Kind::kString) return !text_broken(*shape.limits, *static_cast<const std::string*>(value)).empty();
  if (shape.kind != Kind::kList && shape.kind != Kind::kMap) return false;
  Broken broken;
  lengths_broken(*shape.limits, size_of(shape, value), broken);
  return !broken.empty();
}

}  // namespace

std::string Path::to_string() const {
  if (parent == nullptr) return {};
  std::string out = parent->to_string();
  if (!out.empty()) out.push_back('.');
  if (of_map) return out.append(name).append(".member");
  if (name.empty()) return out + fmt::format("{}.member", index + 1);
  const size_t begin = out.size();
  out.append(name);
  if (out[begin] >= 'A' && out[begin] <= 'Z') out[begin] = static_cast<char>(out[begin] + ('a' - 'A'));
  return out;
}

void Violations::add(const Path& path, std::string_view value, std::string_view constraint) {
  if (++count_ > kMostTold) return;
  if (count_ > 1) text_.append("; ");
  fmt::format_to(std::back_inserter(text_), "Value {}at '{}' failed to satisfy constraint: {}",
                 value.size() > kLongestValueTold ? "" : fmt::format("'{}' ", value), path.to_string(), constraint);
}

void Violations::missing(const Path& path) {
  if (++count_ > kMostTold) return;
  if (count_ > 1) text_.append("; ");
  fmt::format_to(std::back_inserter(text_), "Value null at '{}' failed to satisfy constraint: Member must not be null",
                 path.to_string());
}

void Violations::check_text(const Path& path, const Shape& shape, std::string_view text) {
  // An element of a list or map is told where the whole list or map is checked.
  if (shape.limits == nullptr || path.of_map || path.name.empty()) return;
  for (const std::string& constraint : text_broken(*shape.limits, text)) add(path, text, constraint);
}

void Violations::check_number(const Path& path, const Shape& shape, int64_t value) {
  if (shape.limits == nullptr) return;
  if (shape.limits->max != Limits::kNone && value > shape.limits->max) {
    add(path, fmt::to_string(value), fmt::format("Member must have value less than or equal to {}", shape.limits->max));
  }
  if (shape.limits->min != Limits::kNone && value < shape.limits->min) {
    add(path, fmt::to_string(value),
        fmt::format("Member must have value greater than or equal to {}", shape.limits->min));
  }
}

void Violations::check_number(const Path& path, const Shape& shape, double value) {
  if (shape.limits == nullptr) return;
  if (shape.limits->max != Limits::kNone && value > static_cast<double>(shape.limits->max)) {
    add(path, fmt::to_string(value), fmt::format("Member must have value less than or equal to {}", shape.limits->max));
  }
  if (shape.limits->min != Limits::kNone && value < static_cast<double>(shape.limits->min)) {
    add(path, fmt::to_string(value),
        fmt::format("Member must have value greater than or equal to {}", shape.limits->min));
  }
}

void Violations::check_blob(const Path& path, const Shape& shape, std::string_view bytes) {
  if (shape.limits == nullptr) return;
  Broken broken;
  lengths_broken(*shape.limits, static_cast<int64_t>(bytes.size()), broken);
  for (const std::string& constraint : broken) {
    add(path, fmt::format("java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.size()), constraint);
  }
}

void Violations::check_collection(const Path& path, const Shape& shape, const void* value) {
  const bool nested = path.of_map || path.name.empty();
  if (shape.limits != nullptr && !nested) {
    Broken broken;
    lengths_broken(*shape.limits, size_of(shape, value), broken);
    for (const std::string& constraint : broken) add(path, shown(shape, value), constraint);
  }
  if (shape.kind == Kind::kList) {
    for (size_t i = 0; i < shape.list->size(value); ++i) {
      if (!element_broken(*shape.element, shape.list->at(value, i))) continue;
      add(path, shown(shape, value), "Member must satisfy constraint: " + all_limits(*shape.element->limits));
      break;
    }
    return;
  }
  struct State {
    const Shape& shape;
    bool key = false;
    bool element = false;
  } state{.shape = shape};
  shape.map->each(value, &state, [](void* to, const std::string& key, const void* one) {
    auto& s = *static_cast<State*>(to);
    s.key = s.key || (s.shape.key != nullptr && element_broken(*s.shape.key, &key));
    s.element = s.element || element_broken(*s.shape.element, one);
  });
  if (state.key) add(path, shown(shape, value), "Map keys must satisfy constraint: " + all_limits(*shape.key->limits));
  if (state.element) {
    add(path, shown(shape, value), "Map value must satisfy constraint: " + all_limits(*shape.element->limits));
  }
}

std::string Violations::to_string() const {
  return fmt::format("{} validation error{} detected: {}", count_, count_ == 1 ? "" : "s", text_);
}

}  // namespace caudal::aws
