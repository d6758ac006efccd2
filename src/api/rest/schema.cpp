// SPDX-License-Identifier: Apache-2.0
#include "api/rest/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "aws/uri.h"

namespace caudal::api::rest {
namespace {

using JsonKind = JsonValue::Kind;

JsonKind kind_of(Schema::Type type) {
  switch (type) {
    case Schema::Type::kText: return JsonKind::kString;
    case Schema::Type::kWhole: return JsonKind::kNumber;
    case Schema::Type::kBoolean: return JsonKind::kBoolean;
    case Schema::Type::kArray: return JsonKind::kArray;
    case Schema::Type::kObject: return JsonKind::kObject;
  }
  return JsonKind::kNull;
}

std::string_view word_of(Schema::Type type) {
  switch (type) {
    case Schema::Type::kText: return "a string";
    case Schema::Type::kWhole: return "a whole number";
    case Schema::Type::kBoolean: return "true or false";
    case Schema::Type::kArray: return "an array";
    case Schema::Type::kObject: return "an object";
  }
  return "something else";
}

std::string must_be(const Schema& schema) {
  return fmt::format("must be {}", schema.must_be.empty() ? word_of(schema.type) : schema.must_be);
}

// Of code points, as JSON Schema counts them.
int64_t characters_of(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::optional<std::string> wrong_number(const Schema& schema, std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (is_whole && number >= schema.least && number <= schema.most) return std::nullopt;
  if (schema.most == INT64_MAX) return must_be(schema);
  return fmt::format("must be a whole number from {} to {}", schema.least, schema.most);
}

// What is wrong with a text or a number that is written as text.
std::optional<std::string> wrong(const Schema& schema, std::string_view text) {
  if (schema.type == Schema::Type::kWhole) return wrong_number(schema, text);
  if (!schema.choices.empty()) {
    if (std::ranges::find(schema.choices, text) != schema.choices.end()) return std::nullopt;
    return fmt::format("must be one of {}", fmt::join(schema.choices, ", "));
  }
  const int64_t length = characters_of(text);
  if (length < schema.least) return must_be(schema);
  if (length > schema.most) return fmt::format("must have at most {} characters, and has {}", schema.most, length);
  if (schema.rule == nullptr) return std::nullopt;
  const Result<void> kept = schema.rule(text);
  if (kept) return std::nullopt;
  return schema.must_be.empty() ? kept.error().message : must_be(schema);
}

void add(std::vector<Mistake>& mistakes, Mistake mistake) {
  if (mistakes.size() < kMostMistakes) mistakes.push_back(std::move(mistake));
}

// RFC 6901, as the fragment of a URI.
std::string pointer_to(const std::string& pointer, std::string_view name) {
  constexpr size_t kLongestName = 64;  // of a member that somebody made up
  std::string escaped;
  for (const char c : name.substr(0, kLongestName)) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return pointer + "/" + aws::uri_encoded(escaped);
}

void check_members(const Schema& schema, const JsonValue& value, const std::string& pointer,
                   std::vector<Mistake>& mistakes) {
  std::set<std::string_view> seen;
  for (const auto& [name, member] : value.members) {
    const std::string where = pointer_to(pointer, name);
    const auto known = std::ranges::find(schema.members, name, &Member::name);
    if (known == schema.members.end()) {
      if (!schema.is_open) add(mistakes, {.where = where, .detail = "is no member that is known here"});
    } else if (!seen.insert(known->name).second) {
      add(mistakes, {.where = where, .detail = "stands here twice"});
    } else {
      check(*known->schema, member, where, mistakes);
    }
  }
  for (const Member& member : schema.members) {
    if (!member.is_required || seen.contains(member.name)) continue;
    add(mistakes, {.where = pointer_to(pointer, member.name), .detail = "is missing; it " + must_be(*member.schema)});
  }
}

}  // namespace

void check(const Schema& schema, const JsonValue& value, const std::string& pointer, std::vector<Mistake>& mistakes) {
  if (!value.is(kind_of(schema.type))) {
    add(mistakes, {.where = pointer, .detail = must_be(schema)});
    return;
  }
  switch (schema.type) {
    case Schema::Type::kObject: check_members(schema, value, pointer, mistakes); return;
    case Schema::Type::kArray:
      for (size_t n = 0; n < value.elements.size(); ++n)
        check(*schema.elements, value.elements[n], fmt::format("{}/{}", pointer, n), mistakes);
      return;
    case Schema::Type::kBoolean: return;
    case Schema::Type::kText:
    case Schema::Type::kWhole:
      if (auto what = wrong(schema, value.text)) add(mistakes, {.where = pointer, .detail = *std::move(what)});
      return;
  }
}

void check(const Schema& schema, std::string_view text, Mistake::In in, std::string_view name,
           std::vector<Mistake>& mistakes) {
  if (auto what = wrong(schema, text))
    add(mistakes, {.in = in, .where = std::string(name), .detail = *std::move(what)});
}

}  // namespace caudal::api::rest
