// SPDX-License-Identifier: Apache-2.0
#include "api/s3/conditions.h"

#include <charconv>

#include "api/s3/fields.h"

namespace caudal::api::s3 {
namespace {

std::optional<uint64_t> number(std::string_view digits) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> parse_etags(const std::optional<std::string>& text) {
  std::vector<std::string> etags;
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    etags.push_back(etag_of(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return etags;
}

Outcome<objects::Preconditions> write_conditions(const std::optional<std::string>& if_match,
                                                 const std::optional<std::string>& if_none_match) {
  objects::Preconditions conditions;
  if (if_match) conditions.if_match = etag_of(*if_match);
  if (if_none_match) conditions.if_none_match = etag_of(*if_none_match);
  if (conditions.if_none_match && *conditions.if_none_match != "*") {
    return not_offered("If-None-Match of a write with anything but *");
  }
  return conditions;
}

std::optional<objects::ByteRange> parse_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view first = text.substr(0, dash);
  const std::string_view last = text.substr(dash + 1);
  if (first.empty()) {
    const auto size_bytes = number(last);
    return size_bytes ? std::optional(objects::ByteRange::suffix(*size_bytes)) : std::nullopt;
  }
  const auto from = number(first);
  if (!from) return std::nullopt;
  if (last.empty()) return objects::ByteRange::from(*from);
  const auto to = number(last);
  if (!to || *to < *from) return std::nullopt;
  return objects::ByteRange::between(*from, *to);
}

}  // namespace caudal::api::s3
