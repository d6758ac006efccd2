// SPDX-License-Identifier: Apache-2.0
#include "api/sts/query_protocol.h"

#include <algorithm>
#include <array>

#include "aws/uri.h"
#include "aws/xml/xml_writer.h"

namespace caudal::api::sts {
namespace {

constexpr std::string_view kNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";
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

std::string root(std::string_view name) {
  std::string out = "<";
  out.append(name);
  aws::append_xml_attribute(out, "xmlns", kNamespace);
  return out + ">";
}

}  // namespace

QueryParameters::QueryParameters(std::string_view query, std::string_view form) : all_(aws::query_parameters(query)) {
  for (auto& parameter : aws::query_parameters(form)) all_.push_back(std::move(parameter));
}

std::string_view QueryParameters::operator[](std::string_view name) const {
  const auto found = std::ranges::find(all_, name, [](const auto& one) { return std::string_view(one.first); });
  return found == all_.end() ? std::string_view() : found->second;
}

std::string result_document(std::string_view operation, const Members& members, std::string_view request_id) {
  const std::string response = std::string(operation) + "Response";
  const std::string result = std::string(operation) + "Result";
  std::string out = root(response);
  open(out, result);
  for (const auto& [name, value] : members) aws::append_xml_element(out, name, value);
  close(out, result);
  open(out, "ResponseMetadata");
  aws::append_xml_element(out, "RequestId", request_id);
  close(out, "ResponseMetadata");
  close(out, response);
  return out;
}

std::string error_document(const aws::ServiceError& error, std::string_view request_id) {
  std::string out = root("ErrorResponse");
  open(out, "Error");
  aws::append_xml_element(out, "Type", error.status >= kFirstServerError ? "Receiver" : "Sender");
  aws::append_xml_element(out, "Code", error.code);
  aws::append_xml_element(out, "Message", error.message);
  close(out, "Error");
  aws::append_xml_element(out, "RequestId", request_id);
  close(out, "ErrorResponse");
  return out;
}

aws::ServiceError in_query_words(aws::ServiceError error) {
  const auto found = std::ranges::find(kNames, error.code, [](const Name& name) { return std::string(name.json); });
  if (found == kNames.end()) return error;
  error.code = found->query;
  error.status = found->status;
  return error;
}

}  // namespace caudal::api::sts
