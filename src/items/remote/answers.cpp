// SPDX-License-Identifier: Apache-2.0
#include "items/remote/answers.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace caudal::items::remote {
namespace {

constexpr int kFirstServerError = 500;
constexpr int kTooManyRequests = 429;

// Refused before anything was done, for a while.
constexpr std::array<std::string_view, 7> kForAWhile = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ThrottledException",
};
constexpr std::array<std::string_view, 7> kOfPermission = {
    "AccessDeniedException",        "UnrecognizedClientException",         "InvalidSignatureException",
    "IncompleteSignatureException", "MissingAuthenticationTokenException", "MissingAuthenticationToken",
    "ExpiredTokenException",
};

bool is_one_of(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

std::string text_of(simdjson::dom::element document, const char* name) {
  std::string_view text;
  return document[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool says(const Refusal& refusal, std::string_view words) { return refusal.message.find(words) != std::string::npos; }

Errc code_of(std::string_view operation, const Refusal& refusal) {
  const std::string_view type = refusal.type;
  if (type == "ResourceNotFoundException") return Errc::no_such_table;
  if (type == "TableNotFoundException") return Errc::no_such_table;
  if (type == "TableAlreadyExistsException") return Errc::table_exists;
  if (type == "ResourceInUseException") return operation == "CreateTable" ? Errc::table_exists : Errc::table_in_use;
  if (type == "LimitExceededException") return Errc::limit_exceeded;
  if (type == "IdempotentParameterMismatchException") return Errc::token_mismatch;
  if (type == "UnknownOperationException") return Errc::not_offered;
  if (is_one_of(kOfPermission, type)) return Errc::not_allowed;
  if (type == "ValidationException" && says(refusal, "does not have the specified index")) return Errc::no_such_index;
  if (type == "ValidationException" && says(refusal, "protected against deletion")) return Errc::deletion_protected;
  return meaning_of(refusal) == Meaning::kFinal ? Errc::invalid_request : Errc::unavailable;
}

}  // namespace

Refusal read_refusal(int status, std::string body) {
  Refusal refusal{.status = status};
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body).get(document) == simdjson::SUCCESS) {
    refusal.type = text_of(document, "__type");
    refusal.type.erase(0, refusal.type.rfind('#') + 1);
    refusal.message = text_of(document, "message");
    if (refusal.message.empty()) refusal.message = text_of(document, "Message");
  }
  refusal.body = std::move(body);
  return refusal;
}

Meaning meaning_of(const Refusal& refusal) {
  if (is_one_of(kForAWhile, refusal.type) || refusal.status == kTooManyRequests) return Meaning::kNotDone;
  return refusal.status >= kFirstServerError ? Meaning::kUnknown : Meaning::kFinal;
}

Error error_of(std::string_view operation, const Refusal& refusal) {
  const Errc code = code_of(operation, refusal);
  // These are told to clients in the words of the service, as the embedded store's are.
  if (code == Errc::invalid_request && refusal.type == "ValidationException") return Error{code, refusal.message};
  switch (code) {
    case Errc::no_such_table:
    case Errc::no_such_index:
    case Errc::table_exists:
    case Errc::table_in_use:
    case Errc::limit_exceeded:
    case Errc::deletion_protected:
    case Errc::token_mismatch: return Error{code, refusal.message};
    case Errc::not_offered:
      return Error{code, fmt::format("the remote store does not offer {}; use one that does", operation)};
    case Errc::not_allowed:
      // Their first line: AWS adds all that was signed.
      return Error{code, fmt::format("the remote store refused {}: {} ({}); check its keys and what they may do",
                                     operation, refusal.message.substr(0, refusal.message.find('\n')), refusal.type)};
    default:
      return Error{code, fmt::format("the remote store answered {} with {} {}{}{}", operation, refusal.status,
                                     refusal.type.empty() ? "an answer that is none of DynamoDB's" : refusal.type,
                                     refusal.message.empty() ? "" : ": ", refusal.message)};
  }
}

}  // namespace caudal::items::remote
