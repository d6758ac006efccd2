// SPDX-License-Identifier: Apache-2.0
#include "api/s3/call.h"

#include <algorithm>

#include "api/s3/lifecycle.h"

namespace caudal::api::s3 {

ServiceError Call::refused(const Error& error, std::string_view version, std::string_view upload) {
  if (body.refusal()) return *body.refusal();
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

Outcome<void> Call::know_existing_tags() {
  constexpr std::string_view kKey = "s3:ExistingObjectTag/";
  if (request.key.empty()) return {};
  const auto held_to = TRY(said(settings.of(request.bucket)));
  const auto asks = [&](const auto& policy) { return policy && policy->mentions(kKey); };
  if (!asks(held_to->policy) && std::ranges::none_of(caller.policies, asks)) return {};
  std::optional<std::string> version;
  for (const auto& [name, value] : request.parameters) {
    if (name == "versionId") version = value;
  }
  // An object that is not there has no tags; that it is not there is told, or not, once the decision is made.
  if (const auto info = store.head(ref(), version)) {
    for (const auto& [name, value] : info->tags) circumstances.add(std::string(kKey) + name, value);
  }
  return {};
}

std::optional<std::string> Call::expiration_of(const objects::ObjectInfo& info) {
  const auto held_to = settings.of(request.bucket);
  if (!held_to || (*held_to)->lifecycle.empty()) return std::nullopt;
  return expiration_text((*held_to)->lifecycle, info);
}

ServiceError Call::absent() {
  const auto held_to = settings.of(request.bucket);
  if (!held_to) return refused(held_to.error());
  if (!access::may_learn_absence(request.bucket, circumstances, caller, (*held_to)->policy.get())) {
    return access_denied();
  }
  return in_s3_words({objects::Errc::no_such_key, ""}, {.bucket = request.bucket, .key = request.key});
}

Outcome<void> Call::require(std::string_view action, const std::string& bucket, const std::string& key) {
  const std::string full = std::string("s3:").append(action);
  const std::string resource = key.empty() ? access::bucket_arn(bucket) : access::object_arn(bucket, key);
  const auto decision = TRY(decide({.action = full, .resource = resource, .circumstances = circumstances}, bucket));
  if (!decision.allowed()) return access_denied();
  return {};
}

}  // namespace caudal::api::s3
