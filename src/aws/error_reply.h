// SPDX-License-Identifier: Apache-2.0
// Errors as the services put them on the wire: S3's XML document, and the JSON services' object with its "__type". And
// the headers that answers of the JSON services carry, good or bad.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/json/json_service.h"
#include "aws/rest/rest_service.h"
#include "aws/service_error.h"

namespace caudal::aws {

// `resource`: the path that was asked for. To HEAD the door sends the head alone.
RestReply s3_error_reply(const ServiceError& error, std::string_view resource, std::string_view request_id);

// The headers of every answer of S3.
std::vector<std::pair<std::string, std::string>> s3_headers(std::string_view request_id);

struct JsonReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

JsonReply json_reply(const JsonService& service, std::string body, std::string_view request_id);
JsonReply json_error_reply(const JsonService& service, const ServiceError& error, std::string_view request_id);

}  // namespace caudal::aws
