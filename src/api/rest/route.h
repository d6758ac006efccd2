// SPDX-License-Identifier: Apache-2.0
// The one table of what this API has: which requests are taken, what they may say, who answers them, and what they are
// told to be. Requests are routed and checked by it, and the OpenAPI document and the page are made of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/rest/call.h"
#include "api/rest/problem.h"
#include "api/rest/schema.h"

namespace caudal::api::rest {

struct Parameter {
  enum class In : uint8_t { kPath, kQuery, kHeader };
  In in;
  std::string_view name;
  const Schema* schema;
  std::string_view description;
};

struct Answer {
  int status;
  std::string_view description;
  const Schema* schema = nullptr;                  // nothing: no body
  std::span<const std::string_view> headers = {};  // beside X-Request-Id, which all have
};

struct Route {
  std::string_view method;
  std::string_view path;       // "/v1/payments/{payment}"
  std::string_view operation;  // "GetPayment"; in policies caudal:GetPayment
  std::string_view resource;   // that policies name: "account/{account}/payment/{sequence}"
  std::string_view summary;
  std::string_view description;
  std::span<const Parameter> parameters = {};
  const Schema* body = nullptr;
  bool needs_body = false;
  bool takes_lines = false;      // the body is one value a line, which the handler reads with read_lines()
  std::string_view action = {};  // in policies, where that is another operation's
  // Sent by a transaction service, signed as webhooks are; by no caller of this house.
  bool is_callback = false;
  bool is_of_payments = true;  // else they are not opened for it
  std::span<const Answer> answers = {};
  std::span<const Kind> problems = {};  // beside those that every route has
  Outcome<Reply> (*handle)(Call&) = nullptr;
};

// "caudal:" and this is what policies allow.
inline std::string_view action_of(const Route& route) { return route.action.empty() ? route.operation : route.action; }

std::span<const Route> routes();
// Problems that every route can answer.
std::span<const Kind> common_problems();

// What every answer of the kind says of itself.
std::string_view meaning_of_header(std::string_view name);

// Of bodies that are lines.
inline constexpr std::string_view kLinesType = "application/x-ndjson";

struct Matched {
  const Route* route = nullptr;  // nothing: there is no such resource, or it has no such method
  std::vector<std::pair<std::string_view, std::string>> values = {};  // of the path, decoded
  std::string allowed = {};  // methods of the resource, for Allow; empty: there is no such resource
};

// HEAD is taken where GET is. `path` as it was sent.
Matched match(std::string_view method, std::string_view path);

}  // namespace caudal::api::rest
