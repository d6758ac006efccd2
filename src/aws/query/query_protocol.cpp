// SPDX-License-Identifier: Apache-2.0
#include "aws/query/query_protocol.h"

#include <algorithm>
#include <array>

#include "aws/uri.h"
#include "aws/xml/xml_writer.h"

namespace caudal::aws {
namespace {

constexpr int kFirstServerError = 500;

struct Name {
  std::string_view json;
  std::string_view query;
  int status;
};

constexpr std::array<Name, 5> kNames = {{
    {"UnrecognizedClientException", "InvalidClientTokenId", 403},
    {"MissingAuthenticationTokenException", "MissingAuthenticationToken", 403},
    {"InvalidSignatureException", "SignatureDoesNotMatch", 403},
    {"IncompleteSignatureException", "IncompleteSignature", 400},
    {"ExpiredTokenException", "ExpiredToken", 403},
}};

void open(std::string& out, std::string_view name) { out.append("<").append(name).append(">"); }
void close(std::string& out, std::string_view name) { out.append("</").append(name).append(">"); }

std::string root(std::string_view name, std::string_view xml_namespace) {
  std::string out = "<";
  out.append(name);
  append_xml_attribute(out, "xmlns", xml_namespace);
  return out + ">";
}

}  // namespace

QueryParameters::QueryParameters(std::string_view query, std::string_view form) : all_(query_parameters(query)) {
  for (auto& parameter : query_parameters(form)) all_.push_back(std::move(parameter));
}

std::string_view QueryParameters::operator[](std::string_view name) const {
  const auto found = std::ranges::find(all_, name, [](const auto& one) { return std::string_view(one.first); });
  return found == all_.end() ? std::string_view() : found->second;
}

std::string result_document(std::string_view operation, std::string_view result, std::string_view xml_namespace,
                            std::string_view request_id) {
  const std::string response = std::string(operation) + "Response";
  std::string out = root(response, xml_namespace);
  if (!result.empty()) {
    const std::string name = std::string(operation) + "Result";
    open(out, name);
    out += result;
    close(out, name);
  }
  open(out, "ResponseMetadata");
  append_xml_element(out, "RequestId", request_id);
  close(out, "ResponseMetadata");
  close(out, response);
  return out;
}

std::string error_document(const ServiceError& error, std::string_view xml_namespace, std::string_view request_id) {
  std::string out = root("ErrorResponse", xml_namespace);
  open(out, "Error");
  append_xml_element(out, "Type", error.status >= kFirstServerError ? "Receiver" : "Sender");
  append_xml_element(out, "Code", error.code);
  append_xml_element(out, "Message", error.message);
  close(out, "Error");
  append_xml_element(out, "RequestId", request_id);
  close(out, "ErrorResponse");
  return out;
}

ServiceError in_query_words(ServiceError error) {
  const auto found = std::ranges::find(kNames, error.code, [](const Name& name) { return std::string(name.json); });
  if (found == kNames.end()) return error;
  error.code = found->query;
  error.status = found->status;
  return error;
}

}  // namespace caudal::aws
