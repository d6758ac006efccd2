// SPDX-License-Identifier: Apache-2.0
// Names of buckets and objects, within the limits of Amazon S3 (general purpose buckets).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace caudal::objects {

inline constexpr size_t kMaxKeyBytes = 1024;

// An object by name. The key is any UTF-8 of 1 to 1024 bytes: slashes, dots, NUL and line ends mean nothing special.
struct ObjectRef {
  std::string bucket;
  std::string key;
  friend auto operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

// "s3://bucket/key", as it is typed and logged. Nothing is escaped; see parse_s3_uri.
std::string to_string(const ObjectRef& ref);

// "s3://bucket/key" with a valid bucket and key; everything after the third slash is the key, byte by byte.
// Errors: invalid_uri, invalid_bucket_name, invalid_key.
Result<ObjectRef> parse_s3_uri(std::string_view uri);
// "s3://bucket", "s3://bucket/" or "s3://bucket/prefix": as above, but the key may be empty.
Result<ObjectRef> parse_s3_prefix(std::string_view uri);

// 3 to 63 of a-z 0-9 . -, starting and ending with a letter or digit, no "..", not like an IP address, and none of the
// prefixes and suffixes that Amazon reserves. Errors: invalid_bucket_name, with the rule that was broken.
Result<void> check_bucket_name(std::string_view name);
// Errors: invalid_key (empty, longer than 1024 bytes, not UTF-8).
Result<void> check_key(std::string_view key);

bool is_utf8(std::string_view bytes);

}  // namespace caudal::objects
