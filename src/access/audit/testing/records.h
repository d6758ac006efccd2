// SPDX-License-Identifier: Apache-2.0
// Records and keys for the tests of the audit log.
#pragma once

#include <charconv>
#include <string>

#include "access/audit/record.h"

namespace caudal::audit {

inline constexpr std::string_view kTestKey = "the key of the links";

inline Record full_record() {
  return {.time = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)),
          .request_id = "4442587FB7D0A2F9",
          .service = "s3",
          .operation = "GetObject",
          .principal = "arn:aws:iam::000000000000:user/ana",
          .access_key_id = "AKIA2222222222222222",
          .source = "203.0.113.9",
          .resource = "lake/raw/tb_faturas_202401.csv",
          .status = 403,
          .error_code = "AccessDenied",
          .decision = "implicit_deny",
          .decided_by = "no statement",
          .bytes_in = 1,
          .bytes_out = 243,
          .duration_us = 1234,
          .user_agent = "aws-cli/2.15"};
}

// One that is told from others by its number.
inline Record numbered_record(uint64_t number) {
  Record record = full_record();
  record.resource = std::to_string(number);
  return record;
}

// Its number.
inline uint64_t number_of(const Record& record) {
  uint64_t number = 0;
  std::from_chars(record.resource.data(), record.resource.data() + record.resource.size(), number);
  return number;
}

}  // namespace caudal::audit
