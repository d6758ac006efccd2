// SPDX-License-Identifier: Apache-2.0
// Conditions and ranges as requests have them (RFC 9110, 13 and 14).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3/errors.h"
#include "objects/object.h"

namespace caudal::api::s3 {

// ETags as clients list them: "*", or quoted ones.
std::vector<std::string> parse_etags(const std::optional<std::string>& text);

// `In`: a shape with the four conditions of a read.
template <class In>
objects::ReadConditions read_conditions(const In& in) {
  return {.if_match = parse_etags(in.if_match),
          .if_none_match = parse_etags(in.if_none_match),
          .if_modified_since = in.if_modified_since,
          .if_unmodified_since = in.if_unmodified_since};
}

// `In`: a shape with the four conditions on the source of a copy.
template <class In>
objects::ReadConditions source_conditions(const In& in) {
  return {.if_match = parse_etags(in.copy_source_if_match),
          .if_none_match = parse_etags(in.copy_source_if_none_match),
          .if_modified_since = in.copy_source_if_modified_since,
          .if_unmodified_since = in.copy_source_if_unmodified_since};
}

// If-Match and If-None-Match of a write, without their quotes. S3 takes no list there, and of If-None-Match nothing but
// "*": who may write but not read could otherwise guess the ETag of what is there. Errors: NotImplemented.
Outcome<objects::Preconditions> write_conditions(const std::optional<std::string>& if_match,
                                                 const std::optional<std::string>& if_none_match);

// One range of bytes. Nothing for what is to be ignored, which is everything that is not one well-formed range.
std::optional<objects::ByteRange> parse_range(std::string_view text);

}  // namespace caudal::api::s3
