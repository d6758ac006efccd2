// SPDX-License-Identifier: Apache-2.0
#include "payments/remote/webhook_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/digest.h"
#include "base/encoding.h"
#include "payments/remote/errors.h"

namespace caudal::payments {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr size_t kLeastKeyBytes = 24;
constexpr size_t kMostKeyBytes = 64;
// Of ids, times and lists of signatures: what is longer nobody sends.
constexpr size_t kLongestHeader = 4096;

Error refused(std::string what) { return {RemoteErrc::invalid_webhook, std::move(what)}; }

std::string signature_of(std::string_view key, std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string text;
  text.reserve(id.size() + timestamp.size() + body.size() + 2);
  text.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return to_base64(view(hmac_sha256(key, text)));
}

std::optional<int64_t> seconds_of(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  // A century around now: nothing that arithmetic could overflow.
  if (is_whole && seconds > 0 && seconds < 10'000'000'000) return seconds;
  return std::nullopt;
}

}  // namespace

Result<WebhookSecrets> WebhookSecrets::parse(const std::vector<std::string>& texts) {
  std::vector<std::string> keys;
  for (const std::string& text : texts) {
    auto key = text.starts_with(kSecretPrefix) ? from_base64(std::string_view(text).substr(kSecretPrefix.size()))
                                               : std::nullopt;
    if (!key || key->size() < kLeastKeyBytes || key->size() > kMostKeyBytes) {
      return refused(fmt::format("a webhook secret must be 'whsec_' and the base64 of {} to {} bytes", kLeastKeyBytes,
                                 kMostKeyBytes));
    }
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return refused("there is no webhook secret");
  return WebhookSecrets(std::move(keys));
}

Result<void> WebhookSecrets::verify(const WebhookHeaders& headers, std::string_view body, Timestamp now) const {
  const bool is_whole = !headers.id.empty() && !headers.timestamp.empty() && !headers.signature.empty();
  if (!is_whole) return refused("webhook-id, webhook-timestamp and webhook-signature go together");
  if (std::max({headers.id.size(), headers.timestamp.size(), headers.signature.size()}) > kLongestHeader)
    return refused("the webhook headers are too long");
  const auto seconds = seconds_of(headers.timestamp);
  if (!seconds) return refused("webhook-timestamp must be seconds since 1970");
  const auto age = now - Timestamp(std::chrono::seconds(*seconds));
  if (age > kTolerance) return refused("webhook-timestamp is too old");
  if (age < -kTolerance) return refused("webhook-timestamp is in the future");
  bool is_one = false;
  for (const std::string& key : keys_) {
    const std::string expected = signature_of(key, headers.id, headers.timestamp, body);
    for (std::string_view rest = headers.signature; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view one = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!one.starts_with(kVersion)) continue;  // of a kind that is not known here
      // All are compared: how long it takes tells nothing.
      is_one |= equal_in_constant_time(one.substr(kVersion.size()), expected);
    }
  }
  if (is_one) return {};
  return refused("webhook-signature is none of this body");
}

std::string WebhookSecrets::sign(std::string_view id, std::chrono::sys_seconds at, std::string_view body) const {
  return std::string(kVersion) + signature_of(keys_.front(), id, std::to_string(at.time_since_epoch().count()), body);
}

}  // namespace caudal::payments
