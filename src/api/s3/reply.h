// SPDX-License-Identifier: Apache-2.0
// The answer on its way out: head, document or streamed object, or S3's error document.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/gate/visit.h"
#include "api/s3/call.h"

namespace caudal::api::s3 {

class Reply {
 public:
  // `visit` outlives it; what is sent is noted in its record.
  explicit Reply(Visit& visit) : visit_(visit) {}
  // What the handler left beside its output.
  void take(Call& call);
  // Drops what was taken, for another answer.
  void forget_content();
  void add_header(std::string name, std::string value) { headers_.emplace_back(std::move(name), std::move(value)); }
  // Once.
  void send(Outcome<aws::RestReply> outcome);

 private:
  // Whether it went out; if not, why stands in the record.
  bool noted(const Result<void>& sent);
  void send_error(const ServiceError& error);
  void send_content(http::ResponseHead head);
  http::ResponseHead head_of(int status, const std::vector<std::pair<std::string, std::string>>& headers) const;

  Visit& visit_;
  int status_ = 0;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::optional<objects::Reader> content_;
  std::optional<uint64_t> content_length_;
};

}  // namespace caudal::api::s3
