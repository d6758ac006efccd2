// SPDX-License-Identifier: Apache-2.0
// Where notices go and how hard sending is tried. Filled by the app from flags, environment and file; nothing is read
// here.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/result.h"

namespace caudal::notices {

// Text that must not be shown: it does not print, compare or convert by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

struct EmailConfiguration {
  std::string name = "email";  // what flows call this channel; unique, and not "log"
  enum class Security {
    kNone,      // plain SMTP: for a relay on the same machine
    kStartTls,  // plain connection that must become TLS before anything is said
    kTls        // TLS from the first byte
  };
  std::string host = {};
  uint16_t port = 25;
  Security security = Security::kNone;
  std::string user = {};  // empty: no authentication
  Secret password = {};
  std::string from = {};             // "Caudal <caudal@example.org>" or an address alone
  std::vector<std::string> to = {};  // likewise, at least one
  std::string ca_file = {};          // PEM; empty: the system's certificates
};

struct WebhookConfiguration {
  Secret url = {};            // http:// or https://; the path of a chat's webhook is a password, so all of it is secret
  std::string name = "chat";  // what flows call this channel; unique, and not "log"
  std::string ca_file = {};
};

struct RetryPolicy {
  Backoff backoff = {.attempts = 4,
                     .first_delay = std::chrono::seconds(1),
                     .factor = 3.0,
                     .max_delay = std::chrono::minutes(1),
                     .jitter = 0.25};
  std::chrono::milliseconds attempt_timeout = std::chrono::seconds(10);
};

struct Configuration {
  std::vector<EmailConfiguration> emails = {};
  std::vector<WebhookConfiguration> webhooks = {};
  RetryPolicy retry = {};
  size_t queue_length = 256;  // notices waiting for one channel; one more is dropped, reported and logged
};

// Errc::invalid_configuration naming the key ("notices.email.to") and what was expected.
Result<void> check(const Configuration& configuration);

}  // namespace caudal::notices
