// SPDX-License-Identifier: Apache-2.0
#include "api/rest/openapi.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <vector>

#include "api/rest/json_text.h"
#include "api/rest/route.h"
#include "api/rest/schemas.h"

namespace caudal::api::rest {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblemJson = "application/problem+json";
constexpr std::string_view kRequestId = "X-Request-Id";

bool is_body_of_a_route(const Schema& schema) {
  return std::ranges::any_of(routes(), [&](const Route& route) { return route.body == &schema; });
}

void append_schema(JsonText& json, const Schema& schema);

void append_reference(JsonText& json, const Schema& schema) {
  if (schema.name.empty()) return append_schema(json, schema);
  json.begin_object().member("$ref", std::string("#/components/schemas/").append(schema.name)).end_object();
}

void append_value(JsonText& json, const Schema& schema, std::string_view text) {
  if (schema.type != Schema::Type::kWhole) {
    json.value(text);
    return;
  }
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  json.value(number);
}

void append_bounds(JsonText& json, const Schema& schema, std::string_view least, std::string_view most) {
  if (schema.least != 0) json.member(least, schema.least);
  if (schema.most != INT64_MAX) json.member(most, schema.most);
}

void append_text(JsonText& json, const Schema& schema) {
  json.member("type", "string").member_if_any("format", schema.format).member_if_any("pattern", schema.pattern);
  append_bounds(json, schema, "minLength", "maxLength");
  if (schema.choices.empty()) return;
  json.name("enum").begin_array();
  for (const std::string_view choice : schema.choices) json.value(choice);
  json.end_array();
}

void append_object(JsonText& json, const Schema& schema) {
  json.member("type", "object").name("properties").begin_object();
  for (const Member& member : schema.members) {
    json.name(member.name);
    append_reference(json, *member.schema);
  }
  json.end_object();
  if (std::ranges::any_of(schema.members, &Member::is_required)) {
    json.name("required").begin_array();
    for (const Member& member : schema.members) {
      if (member.is_required) json.value(member.name);
    }
    json.end_array();
  }
  // Answers may have more one day; what is asked for may not.
  if (is_body_of_a_route(schema) && !schema.is_open) json.member("additionalProperties", false);
}

void append_schema(JsonText& json, const Schema& schema) {
  json.begin_object().member_if_any("description", schema.description);
  switch (schema.type) {
    case Schema::Type::kText: append_text(json, schema); break;
    case Schema::Type::kBoolean: json.member("type", "boolean"); break;
    case Schema::Type::kObject: append_object(json, schema); break;
    case Schema::Type::kWhole:
      json.member("type", "integer").member("format", "int64");
      append_bounds(json, schema, "minimum", "maximum");
      break;
    case Schema::Type::kArray:
      json.member("type", "array").name("items");
      append_reference(json, *schema.elements);
      break;
  }
  if (!schema.otherwise.empty()) append_value(json.name("default"), schema, schema.otherwise);
  if (!schema.example.empty()) {
    append_value(json.name("examples").begin_array(), schema, schema.example);
    json.end_array();
  }
  json.end_object();
}

std::string_view name_of(Parameter::In in) {
  switch (in) {
    case Parameter::In::kPath: return "path";
    case Parameter::In::kQuery: return "query";
    case Parameter::In::kHeader: return "header";
  }
  return "query";
}

void append_parameters(JsonText& json, const Route& route) {
  if (route.parameters.empty()) return;
  json.name("parameters").begin_array();
  for (const Parameter& parameter : route.parameters) {
    json.begin_object().member("name", parameter.name).member("in", name_of(parameter.in));
    if (parameter.in == Parameter::In::kPath || route.is_callback) json.member("required", true);
    json.member("description", parameter.description).name("schema");
    append_schema(json, *parameter.schema);
    json.end_object();
  }
  json.end_array();
}

void append_content(JsonText& json, std::string_view type, const Schema& schema) {
  json.name("content").begin_object().name(type).begin_object().name("schema");
  append_reference(json, schema);
  json.end_object().end_object();
}

void append_header(JsonText& json, std::string_view name) {
  json.name(name).begin_object().member("description", meaning_of_header(name)).name("schema").begin_object();
  json.member("type", "string").end_object().end_object();
}

void append_answer(JsonText& json, const Answer& answer) {
  json.name(std::to_string(answer.status)).begin_object().member("description", answer.description);
  json.name("headers").begin_object();
  append_header(json, kRequestId);
  for (const std::string_view name : answer.headers) append_header(json, name);
  json.end_object();
  if (answer.schema != nullptr) append_content(json, kJson, *answer.schema);
  json.end_object();
}

// Several kinds of problems may have one status.
std::map<int, std::string> problems_of(const Route& route) {
  std::map<int, std::string> titles;
  for (const std::span<const Kind> kinds : {route.problems, common_problems()}) {
    for (const Kind kind : kinds) {
      std::string& title = titles[kind_of(kind).status];
      title.append(title.empty() ? "" : "; ").append(kind_of(kind).title);
    }
  }
  return titles;
}

void append_responses(JsonText& json, const Route& route) {
  json.name("responses").begin_object();
  for (const Answer& answer : route.answers) append_answer(json, answer);
  for (const auto& [status, titles] : problems_of(route)) {
    json.name(std::to_string(status)).begin_object().member("description", titles);
    append_content(json, kProblemJson, kProblemSchema);
    json.end_object();
  }
  json.end_object();
}

void append_operation(JsonText& json, const Route& route) {
  const bool is_post = route.method == "POST";
  json.name(is_post ? "post" : "get").begin_object();
  json.member("operationId", route.operation).member("summary", route.summary).member("description", route.description);
  if (route.is_callback) {
    json.name("security").begin_array().begin_object().name("webhook").begin_array().end_array().end_object();
    json.end_array();
  } else {
    json.member("x-caudal-action", std::string("caudal:").append(action_of(route)));
    json.member("x-caudal-resource", std::string("arn:aws:caudal:{region}:000000000000:").append(route.resource));
  }
  append_parameters(json, route);
  if (route.body != nullptr) {
    json.name("requestBody").begin_object().member("required", route.needs_body);
    append_content(json, route.takes_lines ? kLinesType : kJson, *route.body);
    json.end_object();
  }
  append_responses(json, route);
  json.end_object();
}

void append_paths(JsonText& json) {
  json.name("paths").begin_object();
  std::set<std::string_view> done;
  for (const Route& first : routes()) {
    if (!done.insert(first.path).second) continue;
    json.name(first.path).begin_object();
    for (const Route& route : routes()) {
      if (route.path == first.path) append_operation(json, route);
    }
    json.end_object();
  }
  json.end_object();
}

void append_components(JsonText& json) {
  json.name("components").begin_object().name("schemas").begin_object();
  for (const Schema* const schema : named_schemas()) {
    json.name(schema->name);
    append_schema(json, *schema);
  }
  json.end_object();
  json.name("securitySchemes").begin_object().name("sigv4").begin_object();
  json.member("type", "apiKey").member("in", "header").member("name", "Authorization");
  json.member("description",
              "AWS Signature Version 4 with an access key of Caudal, for the service `caudal` or `execute-api` in any "
              "region.");
  json.member("x-amazon-apigateway-authtype", "awsSigv4").end_object();
  json.name("webhook").begin_object().member("type", "apiKey").member("in", "header");
  json.member("name", "webhook-signature").member("description", "As standardwebhooks.com specifies it.").end_object();
  json.end_object().end_object();
}

}  // namespace

std::string openapi_document() {
  JsonText json;
  json.begin_object().member("openapi", "3.1.0").name("info").begin_object();
  json.member("title", "Caudal").member("version", kApiVersion);
  json.member("description",
              "Scheduled payments of a bank's accounts, each of which moves its money once, and backups of the server. "
              "Amounts are strings, exact to the last digit. Lists go on with `next` as `cursor`. What goes wrong is "
              "told as application/problem+json.");
  json.name("license").begin_object().member("name", "Apache-2.0").member("identifier", "Apache-2.0").end_object();
  json.end_object().name("servers").begin_array().begin_object().member("url", "/").end_object().end_array();
  json.name("security").begin_array().begin_object().name("sigv4").begin_array().end_array().end_object().end_array();
  append_paths(json);
  append_components(json);
  return json.end_object().take();
}

}  // namespace caudal::api::rest
