// SPDX-License-Identifier: Apache-2.0
// Foreign text as an object's address: what is accepted keeps its bytes, and holds every rule that parts of it hold.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "objects/names.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caudal::objects;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ref = parse_s3_uri(text)) {
    CHECK(to_string(*ref) == text, "an address changed by parsing");
    CHECK(check_bucket_name(ref->bucket).has_value() && check_key(ref->key).has_value(), "parts of an address");
    CHECK(ref->bucket.size() <= 63 && !ref->key.empty() && ref->key.size() <= kMaxKeyBytes, "limits");
    CHECK(parse_s3_prefix(text).has_value(), "every address is a prefix");
  }
  if (check_key(text)) CHECK(is_utf8(text), "a key is UTF-8");
  return 0;
}
