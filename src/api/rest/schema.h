// SPDX-License-Identifier: Apache-2.0
// What bodies and parameters may be. The same tables check what comes and are told by the OpenAPI document, so that the
// two cannot differ.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/json_tree.h"
#include "api/rest/problem.h"
#include "base/result.h"

namespace caudal::api::rest {

using access::JsonValue;

struct Schema;

struct Member {
  std::string_view name;
  const Schema* schema;
  bool is_required = false;
};

// Constant tables; those that have a name are told once, and referred to.
struct Schema {
  enum class Type : uint8_t { kText, kWhole, kBoolean, kArray, kObject };

  Type type = Type::kText;
  std::string_view name = {};         // in the document's components: "Payment"
  std::string_view description = {};  // what it is; ends the sentence of a refusal: "must be ..."
  std::string_view must_be = {};      // "a date such as 2027-01-20"
  std::string_view example = {};
  std::string_view format = {};                      // as JSON Schema knows it: "date"
  std::string_view pattern = {};                     // what `rule` takes, as far as a regular expression says it
  int64_t least = 0;                                 // characters, elements or the number itself
  int64_t most = INT64_MAX;                          // likewise
  std::span<const std::string_view> choices = {};    // nothing else is taken
  std::string_view otherwise = {};                   // what absence means
  Result<void> (*rule)(std::string_view) = nullptr;  // of a text, beside the rest
  const Schema* elements = nullptr;                  // of an array
  std::span<const Member> members = {};              // of an object; it has no others, but where it is open
  bool is_open = false;                              // members that are not known are ignored
};

// At most so many mistakes of one request are told.
inline constexpr size_t kMostMistakes = 20;

// Adds what is wrong with a value of the body that stands at `pointer` ("#", "#/amount").
void check(const Schema& schema, const JsonValue& value, const std::string& pointer, std::vector<Mistake>& mistakes);
// Adds what is wrong with the text of a parameter.
void check(const Schema& schema, std::string_view text, Mistake::In in, std::string_view name,
           std::vector<Mistake>& mistakes);

}  // namespace caudal::api::rest
