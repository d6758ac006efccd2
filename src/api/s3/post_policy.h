// SPDX-License-Identifier: Apache-2.0
// The policy of a form: until when it holds, and what the form's fields may say. Its signature is checked elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/s3/form.h"
#include "base/clock.h"

namespace caudal::api::s3 {

class PostPolicy {
 public:
  // From base64 of JSON, as the form has it. Errors: InvalidPolicyDocument.
  static Outcome<PostPolicy> parse(std::string_view base64);

  // That it has not expired, that each condition holds, and that each field is named by a condition. `fields`: all of
  // them, with "bucket" and the key as it will be. Errors: AccessDenied with the condition that failed.
  Outcome<void> check(const FormFields& fields, Timestamp now) const;

  // Of the file; nothing: no condition.
  std::optional<uint64_t> min_bytes() const { return min_bytes_; }
  std::optional<uint64_t> max_bytes() const { return max_bytes_; }

 private:
  struct Condition {
    enum class Kind { kEquals, kStartsWith };
    Kind kind = Kind::kEquals;
    std::string name = {};  // in lower case
    std::string value = {};
    std::string text = {};  // as messages repeat it
  };
  Timestamp expiration_{};
  std::vector<Condition> conditions_;
  std::optional<uint64_t> min_bytes_;
  std::optional<uint64_t> max_bytes_;
};

}  // namespace caudal::api::s3
