// SPDX-License-Identifier: Apache-2.0
#include "api/s3/post_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "access/json_tree.h"
#include "api/s3/text.h"
#include "aws/times.h"
#include "base/encoding.h"

namespace caudal::api::s3 {
namespace {

using access::JsonValue;
using Kind = JsonValue::Kind;

ServiceError invalid(std::string_view why) {
  return {.code = "InvalidPolicyDocument", .status = 400, .message = fmt::format("Invalid Policy: {}", why)};
}

ServiceError failed(std::string_view condition) {
  return {.code = "AccessDenied",
          .status = 403,
          .message = fmt::format("Invalid according to Policy: Policy Condition failed: {}", condition)};
}

std::optional<uint64_t> size_of(const JsonValue& value) {
  if (!value.is(Kind::kNumber) && !value.is(Kind::kString)) return std::nullopt;
  uint64_t size_bytes = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [at, error] = std::from_chars(value.text.data(), end, size_bytes);
  if (error != std::errc() || at != end) return std::nullopt;
  return size_bytes;
}

// Fields that need no condition: those that make the signature, and those that say that they want none.
bool is_free(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kFree = {"policy", "x-amz-signature", "file"};
  return std::ranges::find(kFree, name) != kFree.end() || name.starts_with("x-ignore-");
}

// Of Content-Type, every one of a list must begin so.
bool starts_with(std::string_view name, std::string_view value, std::string_view beginning) {
  if (name != "content-type") return value.starts_with(beginning);
  while (true) {
    const size_t comma = std::min(value.find(','), value.size());
    if (!value.substr(0, comma).starts_with(beginning)) return false;
    if (comma == value.size()) return true;
    value.remove_prefix(comma + 1);
  }
}

}  // namespace

Outcome<PostPolicy> PostPolicy::parse(std::string_view base64) {
  const auto text = from_base64(base64);
  if (!text) return invalid("it is not base64.");
  const auto document = access::parse_json(*text);
  if (!document) return invalid(document.error().message);
  const JsonValue* const expiration = document->find("expiration");
  const JsonValue* const conditions = document->find("conditions");
  if (expiration == nullptr || !expiration->is(Kind::kString)) return invalid("Policy missing expiration.");
  if (conditions == nullptr || !conditions->is(Kind::kArray)) return invalid("Policy missing conditions.");
  const auto until = aws::parse_iso_time(expiration->text);
  if (!until) return invalid(fmt::format("Invalid 'expiration' value: '{}'", expiration->text));
  PostPolicy policy;
  policy.expiration_ = *until;
  for (const JsonValue& one : conditions->elements) {
    if (one.is(Kind::kObject)) {
      for (const auto& [name, value] : one.members) {
        if (!value.is(Kind::kString)) return invalid("Invalid Simple-Condition: value must be a string.");
        policy.conditions_.push_back({.name = lower(name),
                                      .value = value.text,
                                      .text = fmt::format("[\"eq\", \"${}\", \"{}\"]", name, value.text)});
      }
      continue;
    }
    if (!one.is(Kind::kArray) || one.elements.size() != 3)
      return invalid("Invalid Condition: wrong number of arguments.");
    const std::string operation = lower(one.elements[0].text);
    if (operation == "content-length-range") {
      const auto least = size_of(one.elements[1]);
      const auto most = size_of(one.elements[2]);
      if (least && most) {
        policy.min_bytes_ = std::max(*least, policy.min_bytes_.value_or(*least));
        policy.max_bytes_ = std::min(*most, policy.max_bytes_.value_or(*most));
      }
      if (!least || !most) return invalid("Invalid content-length-range: not whole numbers.");
      continue;
    }
    if (operation != "eq" && operation != "starts-with") {
      return invalid(fmt::format("Invalid Condition: unknown operation '{}'.", one.elements[0].text));
    }
    if (!one.elements[1].text.starts_with('$') || !one.elements[2].is(Kind::kString)) {
      return invalid("Invalid Condition: the form field's name begins with '$', its value is a string.");
    }
    policy.conditions_.push_back(
        {.kind = operation == "eq" ? Condition::Kind::kEquals : Condition::Kind::kStartsWith,
         .name = lower(std::string_view(one.elements[1].text).substr(1)),
         .value = one.elements[2].text,
         .text = fmt::format("[\"{}\", \"{}\", \"{}\"]", operation, one.elements[1].text, one.elements[2].text)});
  }
  return policy;
}

Outcome<void> PostPolicy::check(const FormFields& fields, Timestamp now) const {
  if (now >= expiration_) {
    return ServiceError{
        .code = "AccessDenied", .status = 403, .message = "Invalid according to Policy: Policy expired."};
  }
  for (const Condition& condition : conditions_) {
    const auto value = field(fields, condition.name);
    const bool holds =
        value && (condition.kind == Condition::Kind::kEquals ? *value == condition.value
                                                             : starts_with(condition.name, *value, condition.value));
    if (!holds) return failed(condition.text);
  }
  for (const auto& [name, value] : fields) {
    const auto names = [&](const Condition& condition) { return condition.name == name; };
    if (is_free(name) || name == "bucket" || std::ranges::any_of(conditions_, names)) continue;
    return ServiceError{.code = "AccessDenied",
                        .status = 403,
                        .message = fmt::format("Invalid according to Policy: Extra input fields: {}", name)};
  }
  return {};
}

}  // namespace caudal::api::s3
