// SPDX-License-Identifier: Apache-2.0
#include "api/s3/door.h"

#include <algorithm>

#include "access/decide.h"
#include "api/gate/authenticator.h"
#include "api/s3/address.h"
#include "api/s3/cors.h"
#include "api/s3/operations.h"
#include "api/s3/permissions.h"
#include "api/s3/reply.h"
#include "aws/error_reply.h"
#include "aws/request_ids.h"
#include "aws/uri.h"

namespace caudal::api::s3 {
namespace {

// DeleteObjects with 1,000 keys of 1,024 bytes, each percent-encoded into entities, and CompleteMultipartUpload with
// 10,000 parts fit.
constexpr uint64_t kLargestDocumentBytes = uint64_t{8} << 20;

access::Circumstances circumstances_of(const http::Request& request, const aws::RestRequest& rest) {
  access::Circumstances circumstances;
  circumstances.now = request.received_at;
  circumstances.source_ip = request.peer_address;
  circumstances.secure_transport = request.tls;
  if (const auto agent = rest.head.header("User-Agent")) circumstances.add("aws:UserAgent", std::string(*agent));
  if (const auto referer = rest.head.header("Referer")) circumstances.add("aws:Referer", std::string(*referer));
  add_circumstances(rest, circumstances);
  return circumstances;
}

bool has_parameter(const aws::RestRequest& request, std::string_view name) {
  return std::ranges::any_of(request.parameters, [&](const auto& parameter) { return parameter.first == name; });
}

Outcome<void> require_digest(const RequestBody& body, const aws::RequestHead& head) {
  if (head.header("Content-MD5") || body.trailing_checksum() || TRY(announced_checksum(head))) return {};
  return invalid_request("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

}  // namespace

struct S3Door::Impl {
  Impl(objects::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options)
      : store(store),
        settings(store),
        authenticator(identities, clock, "s3", aws::Dialect::kS3),
        addresses(std::move(options.domains)),
        region(std::move(options.region)),
        ids(options.seed) {}

  objects::Store& store;
  AllBucketSettings settings;
  Authenticator authenticator;
  Addresses addresses;
  std::string region;
  aws::RequestIds ids;
  Dispatcher dispatcher{aws::s3::service()};

  static Outcome<void> authorise(Call& call, Record& record);
  // The answer to a browser that asks first; it comes unsigned.
  Outcome<aws::RestReply> preflight(Visit& visit, const aws::RestRequest& request, Reply& reply);
  // Adds what a browser needs to hand the answer to a page of another origin.
  void tell_browser(const aws::RestRequest& request, Reply& reply);
  Outcome<aws::RestReply> perform(Visit& visit, const aws::RestRequest& request, Reply& reply);
};

Outcome<void> S3Door::Impl::authorise(Call& call, Record& record) {
  for (const char* header : {"x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"}) {
    if (const auto expected = call.header(header); expected && *expected != access::kAccount) return access_denied();
  }
  const std::string action = action_of(call.route.name, has_parameter(call.request, "versionId"));
  if (action.empty()) return {};
  const std::string resource = resource_of(call.request);
  const access::Decision decision = TRY(
      call.decide({.action = action, .resource = resource, .circumstances = call.circumstances}, call.request.bucket));
  record.decision = access::to_string(decision.verdict);
  record.decided_by = decision.describe();
  if (!decision.allowed()) return access_denied();
  if (action == "s3:PutObject" && call.header("x-amz-tagging")) {
    TRY(call.require("PutObjectTagging", call.request.bucket, call.request.key));
  }
  return {};
}

Outcome<aws::RestReply> S3Door::Impl::perform(Visit& visit, const aws::RestRequest& request, Reply& reply) {
  const auto route = aws::find_route(aws::s3::service(), request);
  if (route) visit.record.operation = (*route)->name;
  const Authenticated who = TRY(authenticator.authenticate(visit));
  if (!route) return route.error();
  access::Circumstances circumstances = circumstances_of(visit.request(), request);
  RequestBody body = TRY(RequestBody::open(visit.exchange, request.head, who.claim ? &*who.claim : nullptr,
                                           who.verified ? &*who.verified : nullptr));
  Call call{.exchange = visit.exchange,
            .request = request,
            .route = **route,
            .body = body,
            .caller = who.identity,
            .circumstances = circumstances,
            .store = store,
            .settings = settings,
            .identities = authenticator.identities(),
            .region = region};
  const auto done = [&]() -> Outcome<aws::RestReply> {
    TRY(authorise(call, visit.record));
    std::string document;
    if (call.route.request_body == aws::Body::kXml || call.route.request_body == aws::Body::kText) {
      if (call.route.name == "DeleteObjects") TRY(require_digest(body, request.head));
      document = TRY(read_document(body, request.head, kLargestDocumentBytes));
    }
    return dispatcher.call(call.route, request, document, call);
  }();
  visit.record.bytes_in = body.wire_bytes();
  visit.record.failure = std::move(call.failure);
  reply.take(call);
  return done;
}

Outcome<aws::RestReply> S3Door::Impl::preflight(Visit& visit, const aws::RestRequest& request, Reply& reply) {
  visit.record.operation = "OPTIONS";
  const auto held_to = settings.of(request.bucket);
  if (!held_to) {
    visit.record.failure = held_to.error().to_string();
    return in_s3_words(held_to.error(), {.bucket = request.bucket});
  }
  const auto& cors = (*held_to)->cors;
  for (auto& [name, value] : TRY(s3::preflight(cors ? &*cors : nullptr, request.head))) {
    reply.add_header(std::move(name), std::move(value));
  }
  return aws::RestReply{.status = 200};
}

void S3Door::Impl::tell_browser(const aws::RestRequest& request, Reply& reply) {
  const auto held_to = settings.of(request.bucket);
  if (!held_to || !(*held_to)->cors) return;
  for (auto& [name, value] : cors_headers(*(*held_to)->cors, request.head)) {
    reply.add_header(std::move(name), std::move(value));
  }
}

S3Door::S3Door(objects::Store& store, const access::Identities& identities, const Clock& clock, DoorOptions options)
    : impl_(std::make_unique<Impl>(store, identities, clock, std::move(options))) {
  offer_buckets(impl_->dispatcher);
  offer_reads(impl_->dispatcher);
  offer_writes(impl_->dispatcher);
  offer_removals(impl_->dispatcher);
  offer_listings(impl_->dispatcher);
  offer_multipart(impl_->dispatcher);
  offer_tags(impl_->dispatcher);
  offer_settings(impl_->dispatcher);
  offer_policies(impl_->dispatcher);
}

S3Door::~S3Door() = default;

std::string S3Door::make_request_id() { return impl_->ids.for_s3(); }

void S3Door::answer(Visit& visit) {
  const http::Request& request = visit.request();
  Address address = impl_->addresses.of(request.host, request.path);
  const aws::RestRequest rest{.head = visit.head.get(),
                              .bucket = std::move(address.bucket),
                              .key = std::move(address.key),
                              .parameters = aws::query_parameters(request.query)};
  visit.record.resource = resource_of(rest);
  Reply reply(visit);
  const bool from_browser = rest.head.header("Origin").has_value() && !rest.bucket.empty();
  if (rest.head.method == "OPTIONS") return reply.send(impl_->preflight(visit, rest, reply));
  auto outcome = impl_->perform(visit, rest, reply);
  if (from_browser) impl_->tell_browser(rest, reply);
  reply.send(std::move(outcome));
}

}  // namespace caudal::api::s3
