// SPDX-License-Identifier: Apache-2.0
#include "api/rest/request.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/uri.h"
#include "http/errors.h"
#include "http/exchange.h"

namespace caudal::api::rest {
namespace {

using Parameters = std::map<std::string_view, std::string>;

Problem not_json(std::string detail) { return {.kind = Kind::kMalformed, .detail = std::move(detail)}; }

void read_query(std::string_view query, const Route& route, Parameters& parameters, std::vector<Mistake>& mistakes) {
  for (auto& [name, value] : aws::query_parameters(query)) {
    if (name.starts_with("X-Amz-")) continue;
    const auto known = std::ranges::find_if(route.parameters, [&](const Parameter& parameter) {
      return parameter.in == Parameter::In::kQuery && parameter.name == name;
    });
    const auto add = [&](std::string_view detail) {
      constexpr size_t kLongestName = 64;
      if (mistakes.size() < kMostMistakes) {
        mistakes.push_back(
            {.in = Mistake::In::kQuery, .where = name.substr(0, kLongestName), .detail = std::string(detail)});
      }
    };
    if (known == route.parameters.end())
      add("is no parameter that is known here");
    else if (parameters.contains(known->name))
      add("stands here twice");
    else
      parameters.emplace(known->name, std::move(value));
  }
}

void read_headers(const http::Request& request, const Route& route, Parameters& parameters,
                  std::vector<Mistake>& mistakes) {
  for (const Parameter& parameter : route.parameters) {
    if (parameter.in != Parameter::In::kHeader) continue;
    const auto values = request.headers.all(parameter.name);
    if (values.empty()) continue;
    if (values.size() > 1) {
      mistakes.push_back(
          {.in = Mistake::In::kHeader, .where = std::string(parameter.name), .detail = "stands here twice"});
    }
    parameters.emplace(parameter.name, values.front());
  }
}

bool is_of_type(std::string_view type, std::string_view wanted) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return http::equals_ignoring_case(type, wanted);
}

Outcome<void> check_type(const http::Request& request, const Route& route) {
  const auto encoding = request.headers.find("Content-Encoding");
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  const bool is_plain = !encoding || *encoding == "identity";
  if (route.takes_lines) {
    if (is_plain && (is_of_type(type, kLinesType) || is_of_type(type, "application/jsonl"))) return {};
    return Problem{.kind = Kind::kUnsupportedMediaType,
                   .detail = "The body must be JSON, one object a line, with `Content-Type: application/x-ndjson`."};
  }
  if (is_plain && is_of_type(type, "application/json")) return {};
  return Problem{.kind = Kind::kUnsupportedMediaType,
                 .detail = "The body must be JSON as it is, with `Content-Type: application/json`."};
}

Outcome<JsonValue> read_value(const Schema& schema, std::string_view text) {
  auto value = access::parse_json(text);
  if (!value) {
    const Error& error = value.error();
    return not_json(error.context.empty() ? error.message
                                          : fmt::format("{}, {}", error.message, error.context.front()));
  }
  std::vector<Mistake> mistakes;
  check(schema, *value, "#", mistakes);
  if (mistakes.empty()) return *std::move(value);
  return Problem{.kind = Kind::kInvalidBody,
                 .detail = fmt::format("{} {}.", mistakes.front().where, mistakes.front().detail),
                 .mistakes = std::move(mistakes)};
}

}  // namespace

Outcome<std::string> read_body(Visit& visit, const Route& route) {
  const size_t most_bytes = route.takes_lines ? kLargestBatchBytes : kLargestBodyBytes;
  auto read = http::read_all(visit.exchange.body(), most_bytes);
  if (read) {
    visit.record.bytes_in = read->size();
    return *std::move(read);
  }
  if (read.error().code == http::Errc::body_too_large) {
    return Problem{.kind = Kind::kTooLarge, .detail = fmt::format("A body has at most {} bytes here.", most_bytes)};
  }
  return Problem{
      .kind = Kind::kMalformed, .detail = "The body did not arrive whole.", .failure = read.error().to_string()};
}

Outcome<Parameters> read_parameters(const http::Request& request, const Matched& matched) {
  Parameters parameters;
  std::vector<Mistake> mistakes;
  for (const auto& [name, value] : matched.values) parameters.emplace(name, value);
  read_query(request.query, *matched.route, parameters, mistakes);
  read_headers(request, *matched.route, parameters, mistakes);
  for (const Parameter& parameter : matched.route->parameters) {
    const auto found = parameters.find(parameter.name);
    if (found == parameters.end()) continue;
    const size_t before = mistakes.size();
    const auto in = parameter.in == Parameter::In::kHeader ? Mistake::In::kHeader : Mistake::In::kQuery;
    check(*parameter.schema, found->second, in, parameter.name, mistakes);
    if (parameter.in != Parameter::In::kPath || mistakes.size() == before) continue;
    return Problem{.kind = Kind::kNotFound,
                   .detail = fmt::format("The {} in the path {}.", parameter.name, mistakes.back().detail)};
  }
  if (mistakes.empty()) return parameters;
  return Problem{.kind = Kind::kInvalidParameters,
                 .detail = fmt::format("{} {}.", mistakes.front().where, mistakes.front().detail),
                 .mistakes = std::move(mistakes)};
}

Outcome<JsonValue> read_json(const http::Request& request, const Route& route, std::string_view body) {
  if (route.body == nullptr || (body.empty() && !route.needs_body)) return JsonValue{.kind = JsonValue::Kind::kObject};
  TRY(check_type(request, route));
  if (body.empty()) return not_json("The body is missing.");
  if (route.takes_lines) return JsonValue{.kind = JsonValue::Kind::kObject};
  return read_value(*route.body, body);
}

Outcome<std::vector<Line>> read_lines(const Route& route, std::string_view body) {
  std::vector<Line> lines;
  for (uint64_t number = 1; !body.empty(); ++number) {
    std::string_view text = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(text.size() + 1, body.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (lines.size() == kMostLines) {
      return Problem{.kind = Kind::kTooLarge, .detail = fmt::format("A body has at most {} lines here.", kMostLines)};
    }
    lines.push_back({.number = number, .value = read_value(*route.body, text)});
  }
  if (lines.empty()) return not_json("The body has no line with anything in it.");
  return lines;
}

}  // namespace caudal::api::rest
