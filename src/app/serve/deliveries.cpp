// SPDX-License-Identifier: Apache-2.0
#include "app/serve/deliveries.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/s3/event_message.h"
#include "api/s3/notifications.h"
#include "app/errors.h"
#include "base/random.h"

namespace caudal::app {
namespace {

constexpr size_t kEventsAtOnce = 100;
constexpr auto kGivenUpAfter = std::chrono::hours(24);
constexpr auto kFirstPause = std::chrono::seconds(1);
constexpr auto kLongestPause = std::chrono::minutes(5);

}  // namespace

Result<std::map<std::string, std::string>> parse_webhooks(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> webhooks;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string url = equals == std::string::npos ? "" : text.substr(equals + 1);
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    if (name.empty() || name.contains(':') || !http) {
      return Error{Errc::usage,
                   fmt::format("server.webhooks: \"{}...\" is not of the form NAME=https://HOST/PATH", name)};
    }
    if (!webhooks.emplace(name, url).second) {
      return Error{Errc::usage, fmt::format("server.webhooks names {} twice", name)};
    }
  }
  return webhooks;
}

Deliveries::Deliveries(objects::Store& store, Clock& clock, DeliveryOptions options,
                       std::unique_ptr<http::Client> client)
    : store_(store), clock_(clock), options_(std::move(options)), client_(std::move(client)) {
  for (const auto& [name, url] : options_.webhooks) {
    webhooks_.push_back(std::make_unique<Webhook>(Webhook{.name = name, .url = url}));
  }
  if (webhooks_.empty()) webhooks_.push_back(std::make_unique<Webhook>());
}

Result<std::unique_ptr<Deliveries>> Deliveries::open(objects::Store& store, Clock& clock, DeliveryOptions options) {
  // Tried again here, with the time that an event is good for.
  auto client = TRY(http::Client::open({.retries = {.attempts = 1}}, clock, secure_random_u64()));
  std::unique_ptr<Deliveries> deliveries(new Deliveries(store, clock, std::move(options), std::move(client)));
  for (const auto& webhook : deliveries->webhooks_) {
    webhook->thread = std::jthread(
        [all = deliveries.get(), one = webhook.get()](const std::stop_token& stop) { all->run(*one, stop); });
  }
  return deliveries;
}

Deliveries::~Deliveries() {
  for (const auto& webhook : webhooks_) webhook->thread.request_stop();
  for (const auto& webhook : webhooks_) {
    if (webhook->thread.joinable()) webhook->thread.join();
  }
}

void Deliveries::run(Webhook& webhook, const std::stop_token& stop) {
  uint64_t after = 0;
  while (store_.wait_for_events(after, stop)) {
    const auto events = store_.read_events(after, kEventsAtOnce);
    if (!events) {
      options_.log(fmt::format("events cannot be read: {}", events.error().to_string()));
      clock_.wait_until(clock_.now() + kLongestPause, stop);
      continue;
    }
    for (const objects::Event& event : *events) {
      if (!webhook.url.empty() && !deliver(webhook, event, stop)) return;
      after = event.sequence;
    }
    finish(webhook, after);
  }
}

Result<std::vector<std::string>> Deliveries::messages(const Webhook& webhook, const objects::Event& event) const {
  std::vector<std::string> messages;
  const auto document = store_.get_setting(event.bucket, objects::settings::kNotification);
  // The bucket is gone, or nobody wants its events any more.
  if (!document && document.error().is(ErrorClass::kNotFound)) return messages;
  if (!document) return document.error();
  if (!*document) return messages;
  for (const api::s3::Subscription& subscription : TRY(api::s3::read_subscriptions(**document))) {
    if (subscription.destination != webhook.name || !subscription.wants(event)) continue;
    messages.push_back(api::s3::event_message(event, subscription.id, options_.region));
  }
  return messages;
}

Result<bool> Deliveries::post(const Webhook& webhook, const std::string& message, const std::stop_token& stop) {
  const http::ClientResponse answer = TRY(client_->send({.method = "POST",
                                                         .url = webhook.url,
                                                         .headers = {{"Content-Type", "application/json"}},
                                                         .body = message,
                                                         .timeout = std::chrono::seconds(10),
                                                         .retry = http::Retry::kAlways,
                                                         .stop = stop}));
  constexpr int kFirstOk = 200;
  constexpr int kFirstNotOk = 300;
  if (answer.status >= kFirstOk && answer.status < kFirstNotOk) return true;
  options_.log(fmt::format("webhook {} answered {}; it is tried again", webhook.name, answer.status));
  return false;
}

bool Deliveries::deliver(const Webhook& webhook, const objects::Event& event, const std::stop_token& stop) {
  std::chrono::microseconds pause = kFirstPause;
  for (;;) {
    if (clock_.now() - event.time > kGivenUpAfter) {
      options_.log(fmt::format("webhook {} did not take event {} of {}/{} in a day; it is given up", webhook.name,
                               event.sequence, event.bucket, event.key));
      return true;
    }
    const auto delivered = deliver_once(webhook, event, stop);
    if (delivered && *delivered) return true;
    if (stop.stop_requested()) return false;
    if (!delivered) {
      options_.log(fmt::format("an event of bucket {} did not reach webhook {} ({}); it is tried again", event.bucket,
                               webhook.name, delivered.error().to_string()));
    }
    if (!clock_.wait_until(clock_.now() + pause, stop)) return false;
    pause = std::min<std::chrono::microseconds>(pause * 2, kLongestPause);
  }
}

Result<bool> Deliveries::deliver_once(const Webhook& webhook, const objects::Event& event,
                                      const std::stop_token& stop) {
  for (const std::string& message : TRY(messages(webhook, event))) {
    if (!TRY(post(webhook, message, stop))) return false;
  }
  return true;
}

void Deliveries::finish(Webhook& webhook, uint64_t sequence) {
  MutexLock lock(mutex_);
  webhook.done = sequence;
  uint64_t all_done = sequence;
  for (const auto& one : webhooks_) all_done = std::min(all_done, one->done);
  if (all_done == 0) return;
  if (const auto forgotten = store_.acknowledge_events(all_done); !forgotten) {
    // They come again after the next start, as events may.
    options_.log(fmt::format("delivered events cannot be forgotten: {}", forgotten.error().to_string()));
  }
}

}  // namespace caudal::app
