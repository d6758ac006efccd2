// SPDX-License-Identifier: Apache-2.0
// The rules for names, from "Bucket naming rules" and "Naming Amazon S3 objects" of the Amazon S3 user guide.
#include "objects/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "objects/errc.h"

namespace caudal::objects {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Four groups of digits between dots, whatever their values: S3 refuses 999.1.1.1 too.
bool looks_like_ip_address(std::string_view name) {
  size_t dots = 0;
  for (const char c : name) {
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return dots == 3;
}

// The rule that `name` breaks; empty when it breaks none.
std::string_view broken_rule(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPrefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
  constexpr std::array<std::string_view, 5> kSuffixes = {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};
  if (name.size() < 3 || name.size() > 63) return "has 3 to 63 characters";
  if (!std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; })) {
    return "has only lower-case letters, digits, dots and hyphens";
  }
  if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) {
    return "begins and ends with a letter or digit";
  }
  if (name.find("..") != std::string_view::npos) return "has no two dots side by side";
  if (looks_like_ip_address(name)) return "does not look like an IP address";
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix)) return "does not begin with xn--, sthree- or amzn-s3-demo-";
  }
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix)) return "does not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3";
  }
  return {};
}

// The length of the UTF-8 sequence at the start of `bytes`; 0 when there is none. Overlong forms, surrogates and what
// lies beyond U+10FFFF are none.
size_t sequence_length(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = at(1);
  if (first == 0xe0 && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  return length;
}

Result<ObjectRef> split_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (!uri.starts_with(kScheme)) {
    return Error{Errc::invalid_uri, fmt::format("\"{}\" is not an object's address; write s3://bucket/key", uri)};
  }
  const std::string_view rest = uri.substr(kScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  ObjectRef ref{std::string(rest.substr(0, slash)), std::string(rest.substr(std::min(slash + 1, rest.size())))};
  TRY(check_bucket_name(ref.bucket));
  return ref;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_string(const ObjectRef& ref) {
  std::string uri;
  uri.reserve(6 + ref.bucket.size() + ref.key.size());
  return uri.append("s3://").append(ref.bucket).append(1, '/').append(ref.key);
}

Result<ObjectRef> parse_s3_uri(std::string_view uri) {
  ObjectRef ref = TRY(split_uri(uri));
  if (ref.key.empty()) {
    return Error{Errc::invalid_uri, fmt::format("\"{}\" names no object; write s3://bucket/key", uri)};
  }
  TRY(check_key(ref.key));
  return ref;
}

Result<ObjectRef> parse_s3_prefix(std::string_view uri) {
  ObjectRef ref = TRY(split_uri(uri));
  if (!ref.key.empty()) TRY(check_key(ref.key));
  return ref;
}

Result<void> check_bucket_name(std::string_view name) {
  const std::string_view rule = broken_rule(name);
  if (rule.empty()) return {};
  return Error{Errc::invalid_bucket_name, fmt::format("\"{}\" is not a bucket's name: such a name {}", name, rule)};
}

Result<void> check_key(std::string_view key) {
  if (key.empty()) return Error{Errc::invalid_key, "an object's key is empty; it has 1 to 1024 bytes"};
  if (key.size() > kMaxKeyBytes) {
    return Error{Errc::invalid_key, fmt::format("an object's key has {} bytes; at most {} are allowed: {}...",
                                                key.size(), kMaxKeyBytes, key.substr(0, 40))};
  }
  if (!is_utf8(key)) return Error{Errc::invalid_key, "an object's key is not UTF-8; encode it so"};
  return {};
}

}  // namespace caudal::objects
