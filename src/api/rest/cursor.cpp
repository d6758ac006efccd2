// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA256, cut to 16 bytes as RFC 2104 allows, before the position; both as base64 that URLs carry (RFC 4648, 5).
#include "api/rest/cursor.h"

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::rest {
namespace {

constexpr size_t kSealBytes = 16;
// Several times what any key of a table needs.
constexpr size_t kLongestCursor = 8192;

std::string for_urls(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::string> from_urls(std::string_view cursor) {
  if (cursor.size() > kLongestCursor || cursor.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string text(cursor);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return from_base64(text);
}

}  // namespace

std::string Cursors::seal_of(std::string_view question, std::string_view position) const {
  // The length keeps a question that ends otherwise from meaning the same.
  std::string text = std::to_string(question.size());
  text.append(1, '\n').append(question).append(position);
  return std::string(view(hmac_sha256(key_, text)).substr(0, kSealBytes));
}

std::string Cursors::seal(std::string_view question, std::string_view position) const {
  return for_urls(to_base64(seal_of(question, position).append(position)));
}

std::optional<std::string> Cursors::open(std::string_view question, std::string_view cursor) const {
  const auto bytes = from_urls(cursor);
  if (!bytes || bytes->size() <= kSealBytes) return std::nullopt;
  std::string position = bytes->substr(kSealBytes);
  const std::string_view sealed = std::string_view(*bytes).substr(0, kSealBytes);
  if (!equal_in_constant_time(seal_of(question, position), sealed)) return std::nullopt;
  return position;
}

}  // namespace caudal::api::rest
