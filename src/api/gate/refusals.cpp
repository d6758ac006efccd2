// SPDX-License-Identifier: Apache-2.0
#include "api/gate/refusals.h"

#include "api/gate/front.h"
#include "api/gate/head.h"
#include "aws/error_reply.h"
#include "aws/json/json_writer.h"
#include "http/response.h"

namespace caudal::api {
namespace {

using Kind = http::Refusal::Kind;

struct Words {
  std::string_view s3;
  std::string_view json;
  std::string_view message;  // empty: the server's own
};

Words words_of(Kind kind) {
  switch (kind) {
    case Kind::kMalformed: return {"BadRequest", "SerializationException", ""};
    case Kind::kTooLarge:
      return {"EntityTooLarge", "RequestTooLargeException", "Your proposed upload exceeds the maximum allowed size"};
    case Kind::kTimedOut:
      return {"RequestTimeout", "RequestTimeout",
              "Your socket connection to the server was not read from or written to within the timeout period. Idle "
              "connections will be closed."};
    case Kind::kOverloaded: return {"SlowDown", "ThrottlingException", "Please reduce your request rate."};
    case Kind::kFailed:
      return {"InternalError", "InternalFailure", "We encountered an internal error. Please try again."};
  }
  return {"InternalError", "InternalFailure", ""};
}

// RFC 9457; what went wrong has no type of its own, since no door has looked at the request.
http::Response as_problem(int status, std::string_view message, std::string_view request_id) {
  http::Response response{.head = {.status = status}};
  response.head.headers.add("Content-Type", "application/problem+json");
  response.head.headers.add("X-Request-Id", request_id);
  response.body = "{\"type\":\"about:blank\",\"title\":";
  aws::append_json(response.body, http::reason_phrase(status));
  response.body.append(",\"status\":").append(std::to_string(status)).append(",\"detail\":");
  aws::append_json(response.body, message);
  response.body += '}';
  return response;
}

// An error in the form that the client of `request` reads; nullptr: there is none yet.
http::Response told(const Words& words, int status, std::string_view message, const http::Request* request,
                    std::string_view request_id) {
  http::Response response{.head = {.status = status}};
  if (request != nullptr && request->headers.find("X-Amz-Target")) {
    response.head.headers.add("Content-Type", "application/x-amz-json-1.0");
    response.head.headers.add("x-amzn-RequestId", request_id);
    response.body.append("{\"__type\":")
        .append("\"com.amazon.coral.service#")
        .append(words.json)
        .append("\",\"message\":");
    aws::append_json(response.body, message);
    response.body += '}';
    return response;
  }
  const std::string_view resource = request != nullptr ? request->path : std::string_view("/");
  if (request != nullptr && service_of(Head(*request).get()) == "caudal")
    return as_problem(status, message, request_id);
  const aws::RestReply reply = aws::s3_error_reply(
      {.code = std::string(words.s3), .status = status, .message = std::string(message)}, resource, request_id);
  for (const auto& [name, value] : reply.headers) response.head.headers.add(name, value);
  response.body = reply.body;
  return response;
}

}  // namespace

http::Response refusal(const http::Refusal& what) {
  const Words words = words_of(what.kind);
  http::Response response =
      told(words, what.status, words.message.empty() ? what.why : words.message, what.request, what.request_id);
  if (what.kind == Kind::kOverloaded) response.head.headers.add("Retry-After", "1");
  return response;
}

http::Response refusal_of_unrecorded(const http::Request& request, std::string_view request_id) {
  constexpr int kUnavailable = 503;
  http::Response response = told(
      {"ServiceUnavailable", "ServiceUnavailable", ""}, kUnavailable,
      "Requests cannot be recorded at the moment, and unrecorded ones are not served; the log of the server tells why.",
      &request, request_id);
  response.head.headers.add("Retry-After", "1");
  return response;
}

}  // namespace caudal::api
