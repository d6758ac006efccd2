// SPDX-License-Identifier: Apache-2.0
#include "api/s3/turn.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "access/decide.h"
#include "api/gate/sender.h"
#include "api/s3/cors.h"
#include "api/s3/fields.h"
#include "api/s3/permissions.h"
#include "aws/xml/xml_codec.h"
#include "aws/xml/xml_elements.h"
#include "objects/names.h"

namespace caudal::api::s3 {
namespace {

// DeleteObjects with 1,000 keys of 1,024 bytes, each percent-encoded into entities, and CompleteMultipartUpload with
// 10,000 parts fit.
constexpr uint64_t kLargestDocumentBytes = uint64_t{8} << 20;

// 50 times what ten tags need.
constexpr uint64_t kLargestTaggingBytes = uint64_t{256} << 10;

// Documents hold a thread of the pool while they come, whoever sends them. What is done with them has the time that a
// request has anyway.
constexpr std::chrono::seconds kDocumentTime(30);
constexpr std::chrono::hours kTimeOfWork(1);

// Each element costs memory many times its bytes, so they are counted before any is made. An object to be removed has
// 12 marks at most, for itself and five members; a part of an upload 16.
constexpr ptrdiff_t kMostMarksOfRemovals = 16'000;
constexpr ptrdiff_t kMostMarks = 200'000;

// Operations whose bodies take as long as they take; the server sees to it that they move.
constexpr std::array<std::string_view, 3> kStreaming = {"GetObject", "PutObject", "UploadPart"};

// What cannot be read is refused later, by whoever would store it.
void add_document_tags(std::string_view document, access::Circumstances& circumstances) {
  wire::Tagging tagging;
  if (!aws::decode_xml(document, aws::shape_of<wire::Tagging>(), &tagging)) return;
  for (const wire::Tag& tag : tagging.tag_set) {
    circumstances.add("s3:RequestObjectTag/" + tag.key, tag.value);
    circumstances.add("s3:RequestObjectTagKeys", tag.key);
  }
}

// A parameter that comes twice means one thing to whoever decides and another to whoever acts.
Outcome<void> refuse_repeats(const aws::RestRequest& request) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : request.parameters) names.push_back(name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return {};
  return invalid_argument("A query parameter may be given once only.", *repeated, "");
}

bool has_parameter(const aws::RestRequest& request, std::string_view name) {
  return std::ranges::any_of(request.parameters, [&](const auto& parameter) { return parameter.first == name; });
}

Outcome<void> require_digest(const RequestBody& body, const aws::RequestHead& head) {
  if (head.header("Content-MD5") || body.trailing_checksum() || TRY(announced_checksum(head))) return {};
  return invalid_request("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

// That no bucket is meant that cannot be: policies are looked up by names, and rows by bytes.
Outcome<void> check_address(const aws::RestRequest& request) {
  if (request.bucket.empty()) return {};
  const auto named = objects::check_bucket_name(request.bucket);
  if (named) return {};
  return in_s3_words(named.error(), {.bucket = request.bucket});
}

Outcome<std::string> take_document(Call& call, const aws::RequestHead& head, uint64_t limit_bytes) {
  call.exchange.set_deadline(kDocumentTime);
  auto document = read_document(call.body, head, limit_bytes);
  call.exchange.set_deadline(kTimeOfWork);
  const bool removals = call.route.name == "DeleteObjects";
  if (document && std::ranges::count(*document, '<') > (removals ? kMostMarksOfRemovals : kMostMarks)) {
    return malformed_xml();
  }
  return document;
}

}  // namespace

Call Turn::make_call(const aws::RestRequest& request, const aws::RestRoute& route, RequestBody& body,
                     const access::Identity& caller, access::Circumstances& circumstances) {
  return {.visit = visit_,
          .exchange = visit_.exchange,
          .request = request,
          .route = route,
          .body = body,
          .caller = caller,
          .circumstances = circumstances,
          .of_the_sender = sender_,
          .store = parts_.store,
          .settings = parts_.settings,
          .identities = parts_.authenticator.identities(),
          .region = parts_.region,
          .destinations = parts_.destinations};
}

access::Circumstances Turn::sender_of(const Visit& visit) {
  access::Circumstances circumstances = api::sender_of(visit);
  if (const auto referer = visit.request().headers.find("Referer"))
    circumstances.add("aws:Referer", std::string(*referer));
  return circumstances;
}

Outcome<void> Turn::authorise(Call& call) {
  for (const char* header : {"x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"}) {
    if (const auto expected = call.header(header); expected && *expected != access::kAccount) return access_denied();
  }
  const std::string action = action_of(call.route.name, has_parameter(call.request, "versionId"));
  if (action.empty()) return {};
  TRY(call.know_existing_tags());
  const std::string resource = resource_of(call.request);
  const access::Decision decision = TRY(
      call.decide({.action = action, .resource = resource, .circumstances = call.circumstances}, call.request.bucket));
  visit_.record.decision = access::to_string(decision.verdict);
  visit_.record.decided_by = decision.describe();
  if (!decision.allowed()) return access_denied();
  if (action == "s3:PutObject" && call.header("x-amz-tagging")) {
    TRY(call.require("PutObjectTagging"));
  }
  return {};
}

Outcome<void> Turn::admit(Call& call, std::string& document) {
  const bool decided_by_document = call.route.name == "PutObjectTagging";
  if (decided_by_document) {
    // Policies may ask about the tags that it brings.
    document = TRY(take_document(call, call.request.head, kLargestTaggingBytes));
    add_document_tags(document, call.circumstances);
  }
  TRY(authorise(call));
  if (decided_by_document) return {};
  const bool streams = std::ranges::find(kStreaming, call.route.name) != kStreaming.end();
  if (streams) call.exchange.set_deadline(std::nullopt);
  if (call.route.request_body == aws::Body::kXml || call.route.request_body == aws::Body::kText) {
    if (call.route.name == "DeleteObjects") TRY(require_digest(call.body, call.request.head));
    // The checksum that comes with CompleteMultipartUpload is the object's, not the document's.
    const bool of_object = call.route.name == "CompleteMultipartUpload";
    const aws::RequestHead head = of_object ? aws::RequestHead{} : call.request.head;
    document = TRY(take_document(call, head, kLargestDocumentBytes));
    // What is not understood narrows a rule down, so without it objects would go that nobody meant.
    if (call.route.name == "PutBucketLifecycleConfiguration") {
      TRY(aws::check_elements(document, aws::shape_of<wire::BucketLifecycleConfiguration>()));
    }
  }
  return {};
}

Outcome<aws::RestReply> Turn::run(Call& call) {
  std::string document;
  TRY(admit(call, document));
  return parts_.dispatcher.call(call.route, call.request, document, call);
}

void Turn::note(Call& call) {
  visit_.record.bytes_in = call.body.wire_bytes();
  visit_.record.failure = std::move(call.failure);
  visit_.record.touched = std::move(call.touched);
  if (!call.denied.empty()) {
    visit_.record.decision = call.denied.substr(0, call.denied.find(':'));
    visit_.record.decided_by = std::move(call.denied);
  }
  reply_.take(call);
}

Outcome<void> Turn::begin() {
  const auto route = aws::find_route(aws::s3::service(), request_);
  if (route) visit_.record.operation = (*route)->name;
  who_ = TRY(parts_.authenticator.authenticate(visit_));
  if (!route) return route.error();
  route_ = *route;
  TRY(refuse_repeats(request_));
  TRY(check_address(request_));
  circumstances_ = sender_;
  add_circumstances(request_, circumstances_);
  body_.emplace(TRY(RequestBody::open(visit_.exchange, request_.head, who_.claim ? &*who_.claim : nullptr,
                                      who_.verified ? &*who_.verified : nullptr)));
  call_.emplace(make_call(request_, *route_, *body_, *who_.identity, circumstances_));
  return admit(*call_, document_);
}

void Turn::operation(Answer answer) {
  if (auto begun = begin(); !begun) {
    if (call_) note(*call_);
    return answer(std::move(begun).error());
  }
  parts_.dispatcher.call_later(*route_, request_, document_, *call_,
                               [this, answer = std::move(answer)](Outcome<aws::RestReply> done) mutable {
                                 note(*call_);
                                 answer(std::move(done));
                               });
}

Outcome<aws::RestReply> Turn::preflight() {
  visit_.record.operation = "OPTIONS";
  const auto held_to = parts_.settings.of(request_.bucket);
  if (!held_to) {
    visit_.record.failure = held_to.error().to_string();
    return in_s3_words(held_to.error(), {.bucket = request_.bucket});
  }
  const auto& cors = (*held_to)->cors;
  for (auto& [name, value] : TRY(s3::preflight(cors ? &*cors : nullptr, request_.head))) {
    reply_.add_header(std::move(name), std::move(value));
  }
  return aws::RestReply{.status = 200};
}

void Turn::tell_browser() {
  if (request_.bucket.empty() || !request_.head.header("Origin")) return;
  const auto held_to = parts_.settings.of(request_.bucket);
  if (!held_to || !(*held_to)->cors) return;
  for (auto& [name, value] : cors_headers(*(*held_to)->cors, request_.head)) {
    reply_.add_header(std::move(name), std::move(value));
  }
}

}  // namespace caudal::api::s3
