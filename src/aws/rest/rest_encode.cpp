// SPDX-License-Identifier: Apache-2.0
// An operation's output to headers and body.
#include <algorithm>

#include "aws/rest/rest_service.h"
#include "aws/rest/scalars.h"
#include "aws/xml/xml_codec.h"
#include "aws/xml/xml_writer.h"

namespace caudal::aws {
namespace {

void add_header(const Member& member, const void* value, RestReply& reply) {
  const TimeFormat format = member.time_format == TimeFormat::kDefault ? TimeFormat::kHttp : member.time_format;
  const Shape& shape = *member.shape;
  if (shape.kind != Kind::kList) {
    reply.headers.emplace_back(member.name, scalar_text(shape, value, format));
    return;
  }
  std::string joined;
  for (size_t i = 0; i < shape.list->size(value); ++i) {
    joined.append(i == 0 ? "" : ",").append(scalar_text(*shape.element, shape.list->at(value, i), format));
  }
  reply.headers.emplace_back(member.name, std::move(joined));
}

void add_prefixed(const Member& member, const void* value, RestReply& reply) {
  struct State {
    std::string_view prefix;
    RestReply& reply;
  } state{member.name, reply};
  member.shape->map->each(value, &state, [](void* to, const std::string& key, const void* one) {
    auto& s = *static_cast<State*>(to);
    s.reply.headers.emplace_back(std::string(s.prefix) + key, *static_cast<const std::string*>(one));
  });
}

std::string xml_body(const RestService& service, const RestRoute& route, const void* output) {
  std::string body(kXmlDeclaration);
  const auto members = route.output->members;
  const auto in = [&](Place place) {
    return std::ranges::find_if(members, [place](const Member& member) { return member.place == place; });
  };
  if (const auto payload = in(Place::kPayload); payload != members.end()) {
    const void* const value = get(output, *payload);
    if (value == nullptr) return {};
    encode_xml(body, route.root, service.xml_namespace, *payload->shape, value);
    return body;
  }
  if (route.unwrapped) {
    const Member& member = *in(Place::kBody);
    const void* const value = get(output, member);
    const std::string nothing;
    encode_xml(body, route.root, service.xml_namespace, *member.shape, value == nullptr ? &nothing : value);
    return body;
  }
  encode_xml(body, route.root, service.xml_namespace, *route.output, output);
  return body;
}

}  // namespace

RestReply encode_rest(const RestService& service, const RestRoute& route, const void* output) {
  RestReply reply{.status = route.status};
  constexpr size_t kMostHave = 12;
  reply.headers.reserve(kMostHave);
  for (const Member& member : route.output->members) {
    const void* const value = get(output, member);
    if (value == nullptr) continue;
    if (member.place == Place::kHeader) add_header(member, value, reply);
    if (member.place == Place::kHeaderPrefix) add_prefixed(member, value, reply);
    if (member.place == Place::kPayload && route.response_body == Body::kText) {
      reply.body = *static_cast<const std::string*>(value);
      reply.headers.emplace_back("Content-Type", "application/json");  // the one such body is a bucket's policy
    }
  }
  if (route.response_body == Body::kXml) {
    reply.body = xml_body(service, route, output);
    if (!reply.body.empty()) reply.headers.emplace_back("Content-Type", "application/xml");
  }
  return reply;
}

}  // namespace caudal::aws
