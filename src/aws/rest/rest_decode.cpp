// SPDX-License-Identifier: Apache-2.0
// An operation's input from where its members stand: path, query, headers, body.
#include <fmt/format.h>

#include "aws/rest/rest_service.h"
#include "aws/rest/scalars.h"
#include "aws/xml/xml_codec.h"
#include "base/check.h"

namespace caudal::aws {
namespace {

ServiceError invalid_argument(const Member& member, std::string_view value, std::string message) {
  return {.code = "InvalidArgument",
          .status = 400,
          .message = std::move(message),
          .members = {{"ArgumentName", std::string(member.name)}, {"ArgumentValue", std::string(value)}}};
}

ServiceError missing(const Member& member) {
  if (member.place == Place::kHeader) {
    return {.code = "MissingSecurityHeader",
            .status = 400,
            .message = "Your request was missing a required header",
            .members = {{"MissingHeaderName", std::string(member.name)}}};
  }
  return invalid_argument(member, {}, fmt::format("The parameter {} is required", member.name));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string unreadable(const Shape& shape, std::string_view name) {
  if (shape.kind == Kind::kInteger || shape.kind == Kind::kLong) {
    return fmt::format("Provided {} not an integer or within integer range", name);
  }
  if (shape.kind == Kind::kBoolean) return fmt::format("Provided {} is neither true nor false", name);
  return fmt::format("Provided {} is not a valid value", name);
}

Outcome<void> read_text(const Member& member, std::string_view text, void* target) {
  const Shape& shape = *member.shape;
  if (shape.kind == Kind::kList) {
    void* const list = make(target, member);
    while (!text.empty()) {
      const size_t end = std::min(text.find(','), text.size());
      read_scalar(trimmed(text.substr(0, end)), *shape.element, shape.list->append(list));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
  }
  // A scratch value, so that a member whose text means nothing stays without one.
  if (shape.kind == Kind::kTimestamp) {
    Timestamp instant{};
    if (!read_scalar(text, shape, &instant)) {
      // RFC 9110, 13.1.3: a condition whose date cannot be read is ignored.
      if (member.name.find("odified-") != std::string_view::npos) return {};
      return invalid_argument(member, text, unreadable(shape, member.name));
    }
    *static_cast<Timestamp*>(make(target, member)) = instant;
    return {};
  }
  // S3 takes an empty number for none.
  if (text.empty() && shape.kind != Kind::kString) return {};
  if (!read_scalar(text, shape, make(target, member))) {
    return invalid_argument(member, text, unreadable(shape, member.name));
  }
  return {};
}

void read_prefixed(const Member& member, const RestRequest& request, void* target) {
  void* map = nullptr;
  for (const Header& header : request.head.headers) {
    if (header.name.size() <= member.name.size() ||
        !same_name(header.name.substr(0, member.name.size()), member.name)) {
      continue;
    }
    if (map == nullptr) map = make(target, member);
    std::string key(header.name.substr(member.name.size()));
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    *static_cast<std::string*>(member.shape->map->insert(map, std::move(key))) = trimmed(header.value);
  }
}

Outcome<void> read_body(const RestRoute& route, const Member& member, std::string_view body, void* target) {
  if (route.request_body == Body::kText) {
    *static_cast<std::string*>(make(target, member)) = body;
    return {};
  }
  // A body may be left out where the model does not ask for it: CreateBucket without a configuration.
  if (body.empty() && !member.required) return {};
  return decode_xml(body, *member.shape, make(target, member));
}

std::optional<std::string_view> text_of(const Member& member, const RestRequest& request) {
  switch (member.place) {
    case Place::kUri: return member.name == "Bucket" ? request.bucket : request.key;
    case Place::kHeader: {
      const auto value = request.head.header(member.name);
      return value ? std::optional(trimmed(*value)) : std::nullopt;
    }
    case Place::kQuery:
      for (const auto& [name, value] : request.parameters) {
        if (name == member.name) return value;
      }
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

Outcome<void> decode_rest(const RestRoute& route, const RestRequest& request, std::string_view body, void* target) {
  for (const Member& member : route.input->members) {
    switch (member.place) {
      case Place::kPayload: TRY(read_body(route, member, body, target)); break;
      case Place::kHeaderPrefix: read_prefixed(member, request, target); break;
      case Place::kUri:
      case Place::kQuery:
      case Place::kHeader: {
        const auto text = text_of(member, request);
        if (text) TRY(read_text(member, *text, target));
        if (!text && member.required) return missing(member);
        break;
      }
      case Place::kBody:
      case Place::kStatus:
      case Place::kStream: CHECK(false, "a request of S3 has no such member");
    }
  }
  return {};
}

}  // namespace caudal::aws
