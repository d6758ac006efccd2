// SPDX-License-Identifier: Apache-2.0
#include "aws/uri.h"

#include <algorithm>

namespace caudal::aws {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_encoded_byte(std::string& out, char byte, bool keep_slashes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (is_unreserved(byte) || (keep_slashes && byte == '/')) {
    out.push_back(byte);
    return;
  }
  out.push_back('%');
  out.push_back(kDigits[static_cast<unsigned char>(byte) >> 4]);
  out.push_back(kDigits[static_cast<unsigned char>(byte) & 15]);
}

// The byte that `text` begins with, and how many characters spell it.
std::pair<char, size_t> decoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return {text[0], 1};
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  if (high < 0 || low < 0) return {text[0], 1};
  return {static_cast<char>(high << 4 | low), 3};
}

void append_recoded(std::string& out, std::string_view text, bool keep_slashes, bool plus_is_space) {
  while (!text.empty()) {
    const auto [byte, length] = decoded_byte(text);
    append_encoded_byte(out, plus_is_space && length == 1 && byte == '+' ? ' ' : byte, keep_slashes);
    text.remove_prefix(length);
  }
}

// Calls `each(name, value)` for the still encoded pairs of a query.
template <class Each>
void for_each_parameter(std::string_view query, const Each& each) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    each(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
}

// RFC 3986, 5.2.4, and empty segments gone as well.
void append_normalised(std::string& out, std::string_view path) {
  std::vector<std::string_view> segments;
  const bool ends_in_slash = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  for (const std::string_view segment : segments) {
    out.push_back('/');
    append_uri_encoded(out, segment);
  }
  if (segments.empty() || ends_in_slash) out.push_back('/');
}

}  // namespace

void append_uri_encoded(std::string& out, std::string_view bytes, bool keep_slashes) {
  for (const char byte : bytes) append_encoded_byte(out, byte, keep_slashes);
}

std::string uri_encoded(std::string_view bytes) {
  std::string out;
  append_uri_encoded(out, bytes);
  return out;
}

std::string uri_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [byte, length] = decoded_byte(text);
    out.push_back(plus_is_space && length == 1 && byte == '+' ? ' ' : byte);
    text.remove_prefix(length);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for_each_parameter(query, [&](std::string_view name, std::string_view value) {
    parameters.emplace_back(uri_decoded(name, true), uri_decoded(value, true));
  });
  return parameters;
}

void append_canonical_path(std::string& out, std::string_view raw_path, PathStyle style) {
  if (style == PathStyle::kNormalisedEncoded) return append_normalised(out, raw_path);
  if (raw_path.empty()) out.push_back('/');
  append_recoded(out, raw_path, true, false);
}

void append_canonical_query(std::string& out, std::string_view raw_query, std::string_view without) {
  if (raw_query.empty()) return;
  std::vector<std::pair<std::string, std::string>> parameters;
  for_each_parameter(raw_query, [&](std::string_view raw_name, std::string_view raw_value) {
    std::pair<std::string, std::string> pair;
    append_recoded(pair.first, raw_name, false, true);
    if (!without.empty() && pair.first == without) return;
    append_recoded(pair.second, raw_value, false, true);
    parameters.push_back(std::move(pair));
  });
  std::ranges::sort(parameters);
  bool first = true;
  for (const auto& [name, value] : parameters) {
    if (!first) out.push_back('&');
    first = false;
    out.append(name).append("=").append(value);
  }
}

}  // namespace caudal::aws
