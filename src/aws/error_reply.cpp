// SPDX-License-Identifier: Apache-2.0
#include "aws/error_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/json/json_writer.h"
#include "aws/request_ids.h"
#include "aws/xml/xml_writer.h"
#include "base/crc.h"

namespace caudal::aws {
namespace {

// Errors that come from the framework in front of DynamoDB rather than from DynamoDB carry its prefix.
constexpr std::array<std::string_view, 11> kFrameworkErrors = {"AccessDeniedException",
                                                               "ExpiredTokenException",
                                                               "IncompleteSignatureException",
                                                               "InternalFailure",
                                                               "InvalidSignatureException",
                                                               "MissingAuthenticationTokenException",
                                                               "SerializationException",
                                                               "ServiceUnavailable",
                                                               "UnknownOperationException",
                                                               "UnrecognizedClientException",
                                                               "RequestTimeout"};

std::string type_of(const JsonService& service, std::string_view code) {
  if (service.words != JsonWords::kDynamoDb) return std::string(code);
  if (code == "ValidationException") return "com.amazon.coral.validate#ValidationException";
  if (code == "ThrottlingException") return "com.amazon.coral.availability#ThrottlingException";
  const bool framework = std::ranges::find(kFrameworkErrors, code) != kFrameworkErrors.end();
  return fmt::format("{}{}", framework ? "com.amazon.coral.service#" : "com.amazonaws.dynamodb.v20120810#", code);
}

void add_headers(const JsonService& service, std::string_view request_id, JsonReply& reply) {
  reply.headers.emplace_back("x-amzn-RequestId", request_id);
  reply.headers.emplace_back("Content-Type", service.content_type);
  // The SDKs check it, and try again when it does not fit.
  if (service.words == JsonWords::kDynamoDb)
    reply.headers.emplace_back("x-amz-crc32", fmt::to_string(crc32(0, reply.body)));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> s3_headers(std::string_view request_id) {
  return {{"x-amz-request-id", std::string(request_id)}, {"x-amz-id-2", host_id_of(request_id)}};
}

RestReply s3_error_reply(const ServiceError& error, std::string_view resource, std::string_view request_id) {
  RestReply reply{.status = error.status, .headers = s3_headers(request_id)};
  reply.headers.emplace_back("Content-Type", "application/xml");
  reply.body.append(kXmlDeclaration).append("<Error>");
  append_xml_element(reply.body, "Code", error.code);
  append_xml_element(reply.body, "Message", error.message);
  for (const auto& [name, value] : error.members) append_xml_element(reply.body, name, value);
  append_xml_element(reply.body, "Resource", resource);
  append_xml_element(reply.body, "RequestId", request_id);
  append_xml_element(reply.body, "HostId", host_id_of(request_id));
  reply.body.append("</Error>");
  return reply;
}

JsonReply json_reply(const JsonService& service, std::string body, std::string_view request_id) {
  JsonReply reply{.status = 200, .headers = {}, .body = std::move(body)};
  add_headers(service, request_id, reply);
  return reply;
}

JsonReply json_error_reply(const JsonService& service, const ServiceError& error, std::string_view request_id) {
  JsonReply reply{.status = error.status};
  std::string& body = reply.body;
  body.append("{");
  append_json_name(body, "__type");
  append_json(body, type_of(service, error.code));
  if (!error.json_members.empty()) body.append(",").append(error.json_members);
  body.append(",");
  append_json_name(body, service.words == JsonWords::kDynamoDb ? "message" : "Message");
  append_json(body, error.message);
  body.append("}");
  add_headers(service, request_id, reply);
  return reply;
}

}  // namespace caudal::aws
