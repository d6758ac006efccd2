// SPDX-License-Identifier: Apache-2.0
// One request on its way through the door: what handlers are given, and what they answer. Inside room api/rest only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "access/identity.h"
#include "api/gate/visit.h"
#include "api/rest/cursor.h"
#include "api/rest/problem.h"
#include "api/rest/schema.h"
#include "http/headers.h"
#include "payments/payments.h"

namespace caudal::api::rest {

struct Route;
struct Callbacks;
class BackupDesk;

struct Reply {
  int status = 200;
  std::string body = {};
  http::Headers headers = {};
  std::string_view content_type = "application/json";
};

struct Call {
  Visit& visit;
  const Route& route;
  payments::Payments* payments;  // of a route that stands on them
  const Cursors& cursors;
  const access::Identity& caller;
  const std::string& region;
  // Of the path, the query and the headers, by name; only those that the route has, held against their schemas.
  std::map<std::string_view, std::string> parameters = {};
  JsonValue body = {};                   // held against the route's schema
  std::string_view sent = {};            // the same as it came
  const Callbacks* callbacks = nullptr;  // of a route that is one
  BackupDesk* backups = nullptr;         // nothing: none are made

  // What came for a parameter, or what its absence means; nothing: neither.
  std::optional<std::string> parameter(std::string_view name) const;
  // A text of the body, or what its absence means.
  std::optional<std::string> member(std::string_view name) const;

  // Whether the caller may do what the route is for on a resource, such as "account/0001-42". Errors: kForbidden.
  Outcome<void> require(const std::string& resource);
  // On one more resource, which is recorded beside those before.
  Outcome<void> require_also(const std::string& resource);
};

// A text of an object that was held against the schema, or what its absence means.
std::optional<std::string> member_of(const Schema& schema, const JsonValue& body, std::string_view name);

}  // namespace caudal::api::rest
