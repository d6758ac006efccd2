// SPDX-License-Identifier: Apache-2.0
// Signatures of callbacks, as standardwebhooks.com specifies them: HMAC-SHA256 over id, time and body, in the headers
// webhook-id, webhook-timestamp and webhook-signature. Symmetric ones (v1) alone.
//
//   const auto secrets = TRY(WebhookSecrets::parse({"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}));
//   TRY(secrets.verify({.id = ..., .timestamp = ..., .signature = ...}, body, clock.now()));
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace caudal::payments {

// The three headers, as they came.
struct WebhookHeaders {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};

// Immutable. Several while one is taken over by the next: each of them verifies, the first signs.
class WebhookSecrets {
 public:
  // How far the sender's clock may be off, and how late a callback may be: what is older is sent again, or is a replay.
  static constexpr std::chrono::minutes kTolerance{5};

  // "whsec_" and base64 of 24 to 64 bytes. Errors: invalid_webhook, without telling the secret.
  static Result<WebhookSecrets> parse(const std::vector<std::string>& texts);

  // Errors: invalid_webhook, which says which header is wrong; never how.
  Result<void> verify(const WebhookHeaders& headers, std::string_view body, Timestamp now) const;
  // "v1,<base64>".
  std::string sign(std::string_view id, std::chrono::sys_seconds at, std::string_view body) const;

 private:
  explicit WebhookSecrets(std::vector<std::string> keys) : keys_(std::move(keys)) {}
  std::vector<std::string> keys_;
};

}  // namespace caudal::payments
