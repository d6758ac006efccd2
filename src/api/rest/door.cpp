// SPDX-License-Identifier: Apache-2.0
#include "api/rest/door.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/ascii.h"
#include "api/gate/authenticator.h"
#include "api/rest/cursor.h"
#include "api/rest/docs_page.h"
#include "api/rest/openapi.h"
#include "api/rest/request.h"
#include "aws/request_ids.h"
#include "base/digest.h"
#include "base/encoding.h"

namespace caudal::api::rest {
namespace {

constexpr std::string_view kPrefix = "/v1/";
// What clients of other HTTP APIs sign for by themselves.
constexpr std::string_view kGatewayService = "execute-api";

// A page for everybody: it tells nothing about this house.
struct PublicPage {
  std::string_view path;
  std::string_view operation;
  std::string_view content_type;
  std::string body;
};

// What a header changes must be signed, as the body is: whoever saw a request could send it again under another key.
Outcome<void> require_signed(const Route& route, const Visit& visit, const aws::Claim& claim) {
  if (route.method == "GET") return {};  // nothing is changed
  for (const Parameter& parameter : route.parameters) {
    if (parameter.in != Parameter::In::kHeader || !visit.request().headers.find(parameter.name)) continue;
    if (std::ranges::binary_search(claim.signed_headers, access::lower(parameter.name))) continue;
    return Problem{.kind = Kind::kUnauthenticated,
                   .detail = fmt::format("The header {} is not signed. Add it to the signed headers.", parameter.name)};
  }
  return {};
}

}  // namespace

struct RestDoor::Impl {
  Impl(const access::Identities& identities, const Clock& the_clock, DoorOptions the_options)
      : options(std::move(the_options)),
        clock(the_clock),
        own(identities, the_clock, "caudal", aws::Dialect::kJson),
        gateway(identities, the_clock, std::string(kGatewayService), aws::Dialect::kJson),
        cursors(std::string(identities.derive_key("rest cursors").reveal())),
        ids(options.seed),
        pages{{"/v1/openapi.json", "GetOpenApi", "application/json", openapi_document()},
              {"/v1/docs", "GetDocs", "text/html; charset=utf-8", docs_page()}} {}

  Outcome<Authenticated> authenticate(Visit& visit, const Route& route, std::string_view body);
  Outcome<Reply> operate(Visit& visit, http::Headers& headers);
  Outcome<Reply> operate_on(Visit& visit, const Matched& matched);
  void send(Visit& visit, Reply reply) const;

  const DoorOptions options;
  const Clock& clock;
  Authenticator own;
  Authenticator gateway;
  const Cursors cursors;
  aws::RequestIds ids;
  const std::vector<PublicPage> pages;
  const access::Identity nobody = {};
};

Outcome<Authenticated> RestDoor::Impl::authenticate(Visit& visit, const Route& route, std::string_view body) {
  Authenticator& one = aws::signed_service(visit.head.get()) == kGatewayService ? gateway : own;
  auto who = one.authenticate(visit, to_hex(view(sha256(body))));
  if (!who) return Problem{.kind = Kind::kUnauthenticated, .detail = who.error().message};
  if (!who->claim) return Problem{.kind = Kind::kUnauthenticated, .detail = "The request is not signed."};
  TRY(require_signed(route, visit, *who->claim));
  return *std::move(who);
}

Outcome<Reply> RestDoor::Impl::operate_on(Visit& visit, const Matched& matched) {
  visit.record.operation = matched.route->operation;
  const std::string sent = TRY(read_body(visit, *matched.route));
  Authenticated who;
  if (matched.route->is_callback)
    TRY(verify_callback(options.callbacks, visit, sent, clock.now()));
  else
    who = TRY(authenticate(visit, *matched.route, sent));
  auto parameters = TRY(read_parameters(visit.request(), matched));
  JsonValue body = TRY(read_json(visit.request(), *matched.route, sent));
  payments::Payments* const payments = matched.route->is_of_payments ? TRY(said(options.payments())) : nullptr;
  Call call{.visit = visit,
            .route = *matched.route,
            .payments = payments,
            .cursors = cursors,
            .caller = who.identity ? *who.identity : nobody,
            .region = options.region,
            .parameters = std::move(parameters),
            .body = std::move(body),
            .sent = sent,
            .callbacks = &options.callbacks,
            .backups = options.backups};
  return matched.route->handle(call);
}

Outcome<Reply> RestDoor::Impl::operate(Visit& visit, http::Headers& headers) {
  const http::Request& request = visit.request();
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  Matched matched = match(request.method, request.path);
  for (const PublicPage& page : pages) {
    if (request.path != page.path) continue;
    matched.allowed = "GET, HEAD";
    if (!is_read) break;
    visit.record.operation = page.operation;
    return Reply{.body = page.body,
                 .headers = {{"Content-Security-Policy", kDocsPolicy}, {"Cache-Control", "no-cache"}},
                 .content_type = page.content_type};
  }
  if (matched.route != nullptr) return operate_on(visit, matched);
  if (matched.allowed.empty())
    return Problem{.kind = Kind::kNotFound, .detail = "There is nothing at this path; /v1/docs tells what there is."};
  headers.add("Allow", matched.allowed);
  return Problem{.kind = Kind::kMethodNotAllowed, .detail = "This resource knows " + matched.allowed + "."};
}

void RestDoor::Impl::send(Visit& visit, Reply reply) const {
  http::ResponseHead head{.status = reply.status, .headers = std::move(reply.headers)};
  if (!reply.body.empty()) head.headers.add("Content-Type", reply.content_type);
  if (!head.headers.find("Cache-Control")) head.headers.add("Cache-Control", "private, no-cache");
  head.headers.add("X-Request-Id", visit.id);
  head.headers.add("X-Content-Type-Options", "nosniff");
  head.headers.add("Server", "Caudal");
  visit.record.status = reply.status;
  visit.record.bytes_out = reply.body.size();
  // Whoever asked may be gone by now.
  (void)visit.exchange.response().send(std::move(head), std::move(reply.body));
}

RestDoor::RestDoor(const access::Identities& identities, const Clock& clock, DoorOptions options)
    : impl_(std::make_unique<Impl>(identities, clock, std::move(options))) {}
RestDoor::~RestDoor() = default;

std::string RestDoor::make_request_id() { return impl_->ids.for_json(); }

bool RestDoor::takes(const http::Request& request) const {
  if (!request.path.starts_with(kPrefix) && request.path != "/v1") return false;
  return !impl_->options.is_of_bucket || !impl_->options.is_of_bucket(request.host);
}

void RestDoor::answer(std::unique_ptr<Visit> whole) {
  Visit& visit = *whole;
  visit.record.resource = visit.request().path;
  http::Headers headers;
  Outcome<Reply> outcome = impl_->operate(visit, headers);
  if (outcome) return impl_->send(visit, *std::move(outcome));
  const Problem& problem = outcome.error();
  const ProblemKind& kind = kind_of(problem.kind);
  visit.record.error = kind.name;
  visit.record.failure = problem.failure;
  if (problem.kind == Kind::kUnauthenticated && visit.record.operation != "ReportOutcome")
    headers.add("WWW-Authenticate", "AWS4-HMAC-SHA256");
  if (problem.kind == Kind::kUnavailable) headers.add("Retry-After", "1");
  impl_->send(visit, {.status = kind.status,
                      .body = to_json(problem, "urn:uuid:" + visit.id),
                      .headers = std::move(headers),
                      .content_type = "application/problem+json"});
}

}  // namespace caudal::api::rest
