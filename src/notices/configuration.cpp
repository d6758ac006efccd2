// SPDX-License-Identifier: Apache-2.0
// What a configuration of notices must be, checked before anything is sent.
#include "notices/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "notices/errors.h"
#include "notices/mime.h"

namespace caudal::notices {
namespace {

Error wrong(std::string_view key, std::string_view expected) {
  return Error{Errc::invalid_configuration, fmt::format("notices.{}: {}", key, expected)};
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

Result<void> check_email(const EmailConfiguration& email) {
  if (!is_host(email.host)) return wrong("email.host", "the name or address of an SMTP server is expected");
  if (email.port == 0) return wrong("email.port", "a port from 1 to 65535 is expected");
  if (const auto from = parse_mailbox(email.from); !from) return wrong("email.from", from.error().message);
  if (email.to.empty()) return wrong("email.to", "at least one address is expected");
  for (const std::string& text : email.to) {
    if (const auto to = parse_mailbox(text); !to) return wrong("email.to", to.error().message);
  }
  if (has_control(email.user)) return wrong("email.user", "control characters are not allowed");
  if (has_control(email.password.reveal())) return wrong("email.password", "control characters are not allowed");
  if (email.user.empty() != email.password.empty())
    return wrong("email.user", "give both user and password, or neither");
  return {};
}

Result<void> check_webhook(const WebhookConfiguration& webhook) {
  const std::string& url = webhook.url.reveal();
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  // The URL itself stays out of the message: it is a password.
  if (!scheme || url.ends_with("//") || has_control(url) || url.find(' ') != std::string::npos) {
    return wrong(webhook.name + ".url", "an address that begins with https:// or http:// is expected");
  }
  return {};
}

Result<void> check_retry(const RetryPolicy& retry) {
  if (retry.backoff.attempts < 1) return wrong("retry.attempts", "at least 1 is expected");
  if (!(retry.backoff.factor >= 1.0)) return wrong("retry.factor", "at least 1 is expected");
  if (retry.backoff.first_delay.count() < 0) return wrong("retry.first_delay", "at least 0 is expected");
  if (retry.attempt_timeout.count() < 1) return wrong("retry.attempt_timeout", "at least 1 ms is expected");
  return {};
}

}  // namespace

Result<void> check(const Configuration& configuration) {
  std::set<std::string> names = {"log"};
  const auto check_name = [&](const std::string& name) -> Result<void> {
    if (name.empty() || has_control(name)) return wrong("name", "a channel's name is expected");
    if (!names.insert(name).second) return wrong(name, "this name is taken; give each channel a name of its own");
    return {};
  };
  for (const EmailConfiguration& email : configuration.emails) {
    TRY(check_name(email.name));
    TRY(check_email(email));
  }
  for (const WebhookConfiguration& webhook : configuration.webhooks) {
    TRY(check_name(webhook.name));
    TRY(check_webhook(webhook));
  }
  TRY(check_retry(configuration.retry));
  if (configuration.queue_length < 1) return wrong("queue_length", "at least 1 is expected");
  return {};
}

}  // namespace caudal::notices
