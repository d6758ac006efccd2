// SPDX-License-Identifier: Apache-2.0
#include "api/s3/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "objects/errc.h"

#include "api/s3/lifecycle.h"

namespace caudal::api::s3 {
namespace {

// The first condition that a request makes: the one that failed, as S3's clients make one at a time.
std::string_view condition_of(const aws::RequestHead& head) {
  static constexpr std::array<std::string_view, 8> kConditions = {"If-Match",
                                                                  "If-None-Match",
                                                                  "If-Unmodified-Since",
                                                                  "If-Modified-Since",
                                                                  "x-amz-copy-source-If-Match",
                                                                  "x-amz-copy-source-If-None-Match",
                                                                  "x-amz-copy-source-If-Unmodified-Since",
                                                                  "x-amz-copy-source-If-Modified-Since"};
  for (const std::string_view name : kConditions) {
    if (head.header(name)) return name;
  }
  return {};
}

}  // namespace

ServiceError Call::refused(const Error& error, std::string_view version, std::string_view upload) {
  if (body.refusal()) return *body.refusal();
  if (error.code == objects::Errc::precondition_failed) return precondition_failed(condition_of(request.head));
  ServiceError said =
      in_s3_words(error, {.bucket = request.bucket, .key = request.key, .version = version, .upload = upload});
  if (is_internal(said)) failure = error.to_string();
  return said;
}

std::string Call::location() const {
  const http::Request& from = exchange.request();
  return std::string(from.tls ? "https://" : "http://").append(from.host).append(from.path);
}

Outcome<access::Decision> Call::decide(const access::Request& asked, const std::string& bucket) {
  if (bucket.empty()) return access::decide(asked, caller, nullptr);
  const auto held_to = TRY(said(settings.of(bucket)));
  const bool without_policy = caller.anonymous() && held_to->restricts_public();
  return access::decide(asked, caller, without_policy ? nullptr : held_to->policy.get());
}

namespace {

constexpr std::string_view kExistingTag = "s3:ExistingObjectTag/";

}  // namespace

Outcome<void> Call::add_tags(const objects::ObjectRef& of, const std::optional<std::string>& version,
                             access::Circumstances& into) {
  const auto held_to = TRY(said(settings.of(of.bucket)));
  const auto asks = [&](const auto& policy) { return policy && policy->mentions(kExistingTag); };
  if (!asks(held_to->policy) && std::ranges::none_of(caller.policies, asks)) return {};
  // An object that is not there has no tags; that it is not there is told, or not, once the decision is made.
  if (const auto info = store.head(of, version)) {
    for (const auto& [name, value] : info->tags) into.add(std::string(kExistingTag) + name, value);
  }
  return {};
}

Outcome<void> Call::know_existing_tags() {
  if (request.key.empty()) return {};
  std::optional<std::string> version;
  for (const auto& [name, value] : request.parameters) {
    if (name == "versionId") version = value;
  }
  return add_tags(ref(), version, circumstances);
}

std::optional<std::string> Call::expiration_of(const objects::ObjectInfo& info) {
  const auto held_to = settings.of(request.bucket);
  if (!held_to || (*held_to)->lifecycle.empty()) return std::nullopt;
  return expiration_text((*held_to)->lifecycle, info);
}

ServiceError Call::absent(const objects::ObjectRef& of) {
  const auto held_to = settings.of(of.bucket);
  if (!held_to) return refused(held_to.error());
  if (!access::may_learn_absence(of.bucket, of_the_sender, caller, (*held_to)->policy.get())) return access_denied();
  return in_s3_words({objects::Errc::no_such_key, ""}, {.bucket = of.bucket, .key = of.key});
}

namespace {

std::string full_name(std::string_view action) { return std::string("s3:").append(action); }

std::string arn_of(const objects::ObjectRef& of) {
  return of.key.empty() ? access::bucket_arn(of.bucket) : access::object_arn(of.bucket, of.key);
}

}  // namespace

Outcome<void> Call::require(std::string_view action) {
  return take(TRY(decide_on(action, ref(), circumstances)), action, ref());
}

size_t Call::touch(std::string_view operation, const objects::ObjectRef& of) {
  touched.push_back({.operation = std::string(operation), .resource = arn_of(of)});
  return touched.size() - 1;
}

Outcome<void> Call::require_on(std::string_view action, const objects::ObjectRef& of,
                               const std::optional<std::string>& version, size_t place) {
  access::Circumstances about = of_the_sender;
  if (version) about.add("s3:VersionId", *version);
  TRY(add_tags(of, version, about));
  const access::Decision decision = TRY(decide_on(action, of, about));
  Touched& told = touched[place];
  told.decision = access::to_string(decision.verdict);
  told.decided_by = decision.describe();
  auto allowed = take(decision, action, of);
  if (!allowed) {
    told.error = allowed.error().code;
    told.status = allowed.error().status;
  }
  return allowed;
}

Outcome<access::Decision> Call::decide_on(std::string_view action, const objects::ObjectRef& of,
                                          const access::Circumstances& about) {
  const std::string full = full_name(action);
  const std::string resource = arn_of(of);
  return decide({.action = full, .resource = resource, .circumstances = about}, of.bucket);
}

Outcome<void> Call::take(const access::Decision& decision, std::string_view action, const objects::ObjectRef& of) {
  if (decision.allowed()) return {};
  denied = fmt::format("{}: {} on {}", access::to_string(decision.verdict), full_name(action), arn_of(of));
  return access_denied();
}

}  // namespace caudal::api::s3
