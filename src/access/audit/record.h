// SPDX-License-Identifier: Apache-2.0
// One request, as the audit log keeps it: who, what, on what, with which outcome, from where, how long. There is no
// field for headers, queries or bodies, so no signature, token or secret has a place in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.h"
#include "base/result.h"

namespace caudal::audit {

// What the log writes about itself has this service.
inline constexpr std::string_view kOwnService = "audit";
// That records older than those to be kept were removed; the resource is the sequence of the first one left.
inline constexpr std::string_view kForgetOperation = "Forget";

template <class Text>
struct BasicRecord {
  Timestamp time = {};  // when the request arrived
  Text request_id = {};
  Text service = {};        // "s3"
  Text operation = {};      // "GetObject"
  Text principal = {};      // ARN, or "anonymous"
  Text access_key_id = {};  // as claimed; empty without a signature
  Text source = {};         // address
  Text resource = {};       // "bucket/key", a table's name; never with a query
  uint16_t status = 0;      // HTTP
  Text error_code = {};     // "AccessDenied"; empty when it went well
  Text decision = {};       // "allow", "explicit_deny", "implicit_deny"; empty when it did not come to one
  Text decided_by = {};     // the statement
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t duration_us = 0;
  Text user_agent = {};

  // The same with texts of its own, or with views into these.
  template <class Other>
    requires(!std::is_same_v<Other, Text>)
  operator BasicRecord<Other>() const {
    return {.time = time,
            .request_id = Other(request_id),
            .service = Other(service),
            .operation = Other(operation),
            .principal = Other(principal),
            .access_key_id = Other(access_key_id),
            .source = Other(source),
            .resource = Other(resource),
            .status = status,
            .error_code = Other(error_code),
            .decision = Other(decision),
            .decided_by = Other(decided_by),
            .bytes_in = bytes_in,
            .bytes_out = bytes_out,
            .duration_us = duration_us,
            .user_agent = Other(user_agent)};
  }
};
using Record = BasicRecord<std::string>;
// For writing: every request makes one, and its texts are all there already.
using RecordView = BasicRecord<std::string_view>;

// Longest texts that are kept; what is longer is cut. A presigned URL's signature and token that come by a text all the
// same are cut off too.
inline constexpr size_t kMaxTextBytes = 256;
inline constexpr size_t kMaxResourceBytes = 2048;

// Appends the record with its length in front.
void append_record(std::string& to, const RecordView& record);
// Takes the next record off `bytes`. Errors: corrupt.
Result<Record> take_record(std::string_view& bytes);

}  // namespace caudal::audit
