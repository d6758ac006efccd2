// SPDX-License-Identifier: Apache-2.0
// Sends one notice as the command line says, so that tests can put servers that nobody here wrote at the other end. Not
// part of Caudal. Outcomes go to stdout, one JSON a line, the log to stderr; ends with 0 when all was delivered.
#include <fmt/format.h>

#include <cstdio>
#include <span>

#include "notices/notifier.h"
#include "notices/render.h"

namespace caudal::notices {
namespace {

struct Arguments {
  Configuration configuration;
  EmailConfiguration email = {.from = "Caudal <caudal@example.org>"};
  Notice notice = {.flow = "invoices", .run = "run-1"};
};

void take_server(Arguments& out, const std::string& value) {
  const size_t colon = value.rfind(':');
  out.email.host = value.substr(0, colon);
  out.email.port = static_cast<uint16_t>(std::strtoul(value.c_str() + colon + 1, nullptr, 10));
}

void take_security(Arguments& out, const std::string& value) {
  using Security = EmailConfiguration::Security;
  out.email.security = value == "tls" ? Security::kTls : value == "starttls" ? Security::kStartTls : Security::kNone;
}

void take_fact(Arguments& out, const std::string& value) {
  const size_t equals = value.find('=');
  out.notice.facts.emplace_back(value.substr(0, equals), value.substr(equals + 1));
}

bool take(Arguments& out, std::string_view option, const std::string& value) {
  if (option == "--smtp") return take_server(out, value), true;
  if (option == "--security") return take_security(out, value), true;
  if (option == "--fact") return take_fact(out, value), true;
  if (option == "--to") return out.email.to.push_back(value), true;
  if (option == "--user") return out.email.user = value, true;
  if (option == "--password") return out.email.password = Secret(value), true;
  if (option == "--ca-file") return out.email.ca_file = value, true;
  if (option == "--webhook") return out.configuration.webhooks.push_back({.url = Secret(value)}), true;
  if (option == "--event") return out.notice.event = parse_event(value).value_or(Event::kFailed), true;
  if (option == "--title") return out.notice.title = value, true;
  if (option == "--error") return out.notice.error = value, true;
  if (option == "--command") return out.notice.command = value, true;
  return false;
}

std::string json_line(const Outcome& outcome) {
  constexpr const char* kStates[] = {"delivered", "undelivered", "dropped", "pending"};
  std::string error;
  for (const char c : one_line(outcome.error, 500)) {
    if (c == '"' || c == '\\') error += '\\';
    error += c;
  }
  return fmt::format(R"({{"channel":"{}","state":"{}","attempts":{},"error":"{}"}})", outcome.channel,
                     kStates[static_cast<int>(outcome.state)], outcome.attempts, error);
}

int send(std::span<char*> arguments) {
  Arguments options;
  for (size_t i = 1; i + 1 < arguments.size(); i += 2) {
    if (take(options, arguments[i], arguments[i + 1])) continue;
    fmt::print(stderr, "what is {}?\n", arguments[i]);
    return 2;
  }
  if (options.email.to.empty()) options.email.to = {"team@example.org"};
  if (!options.email.host.empty()) options.configuration.emails.push_back(options.email);
  options.configuration.retry.backoff.first_delay = std::chrono::milliseconds(1);
  SystemClock clock;
  auto notifier = Notifier::open(options.configuration, clock,
                                 [](LogLevel, std::string_view line) { fmt::print(stderr, "{}\n", line); });
  if (!notifier) {
    fmt::print(stderr, "{}\n", notifier.error().to_string());
    return 2;
  }
  (*notifier)->notify(options.notice);
  bool all = true;
  for (const Outcome& outcome : (*notifier)->flush(std::chrono::seconds(30))) {
    fmt::print("{}\n", json_line(outcome));
    all = all && outcome.state == Outcome::State::kDelivered;
  }
  return all ? 0 : 1;
}

}  // namespace
}  // namespace caudal::notices

int main(int argc, char** argv) { return caudal::notices::send({argv, static_cast<size_t>(argc)}); }
