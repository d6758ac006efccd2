// SPDX-License-Identifier: Apache-2.0
// One request, as the audit log keeps it: who, what, on what, with which outcome, from where, how long. There is no
// field for headers, queries or bodies, so no signature, token or secret has a place in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace caudal::audit {

// What the log writes about itself has this service.
inline constexpr std::string_view kOwnService = "audit";
// That records older than those to be kept were removed; the resource is the sequence of the first one left.
inline constexpr std::string_view kForgetOperation = "Forget";

struct Record {
  Timestamp time = {};  // when the request arrived
  std::string request_id = {};
  std::string service = {};        // "s3"
  std::string operation = {};      // "GetObject"
  std::string principal = {};      // ARN, or "anonymous"
  std::string access_key_id = {};  // as claimed; empty without a signature
  std::string source = {};         // address
  std::string resource = {};       // "bucket/key", a table's name; never with a query
  uint16_t status = 0;             // HTTP
  std::string error_code = {};     // "AccessDenied"; empty when it went well
  std::string decision = {};       // "allow", "explicit_deny", "implicit_deny"; empty when it did not come to one
  std::string decided_by = {};     // the statement
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t duration_us = 0;
  std::string user_agent = {};
};

// Longest texts that are kept; what is longer is cut. A presigned URL's signature and token that come by a text all the
// same are cut off too.
inline constexpr size_t kMaxTextBytes = 256;
inline constexpr size_t kMaxResourceBytes = 2048;

// Appends the record with its length in front.
void append_record(std::string& to, const Record& record);
// Takes the next record off `bytes`. Errors: corrupt.
Result<Record> take_record(std::string_view& bytes);

}  // namespace caudal::audit
