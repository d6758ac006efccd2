// SPDX-License-Identifier: Apache-2.0
#include "app/serve/deliveries.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/s3/event_message.h"
#include "app/errors.h"
#include "base/random.h"

namespace caudal::app {
namespace {

constexpr size_t kEventsAtOnce = 100;
constexpr auto kGivenUpAfter = std::chrono::hours(24);
constexpr auto kFirstPause = std::chrono::seconds(1);
constexpr auto kLongestPause = std::chrono::minutes(5);
constexpr auto kBetweenLooks = std::chrono::hours(1);  // at what is for nobody

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
}

Result<std::unique_ptr<Deliveries>> Deliveries::open(objects::Store& store, Clock& clock, DeliveryOptions options) {
  // Tried again here, with the time that an event is good for.
  auto client = TRY(http::Client::open({.retries = {.attempts = 1}}, clock, secure_random_u64()));
  std::unique_ptr<Deliveries> deliveries(new Deliveries(store, clock, std::move(options), std::move(client)));
  for (const auto& webhook : deliveries->webhooks_) {
    webhook->thread = std::jthread(
        [all = deliveries.get(), one = webhook.get()](const std::stop_token& stop) { all->run(*one, stop); });
  }
  deliveries->strangers_ =
      std::jthread([all = deliveries.get()](const std::stop_token& stop) { all->forget_strangers(stop); });
  return deliveries;
}

Deliveries::~Deliveries() {
  strangers_.request_stop();
  for (const auto& webhook : webhooks_) webhook->thread.request_stop();
  for (const auto& webhook : webhooks_) {
    if (webhook->thread.joinable()) webhook->thread.join();
  }
}

void Deliveries::run(const Webhook& webhook, const std::stop_token& stop) {
  uint64_t after = 0;
  for (;;) {
    const auto page = store_.read_events(webhook.name, after, kEventsAtOnce);
    if (!page) {
      options_.log(fmt::format("events cannot be read: {}", page.error().to_string()));
      if (!clock_.wait_until(clock_.now() + kLongestPause, stop)) return;
      continue;
    }
    for (const objects::QueuedEvent& queued : page->events) {
      if (!deliver(webhook, queued, stop)) return;
      after = queued.event.sequence;
      forget(webhook.name, after);
    }
    if (page->events.empty() && !store_.wait_for_events(page->seen, stop)) return;
  }
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

bool Deliveries::is_too_old(const objects::Event& event) const { return clock_.now() - event.time > kGivenUpAfter; }

bool Deliveries::deliver(const Webhook& webhook, const objects::QueuedEvent& queued, const std::stop_token& stop) {
  const objects::Event& event = queued.event;
  const std::string message = api::s3::event_message(event, queued.subscription, options_.region);
  std::chrono::microseconds pause = kFirstPause;
  for (;;) {
    if (is_too_old(event)) {
      options_.log(fmt::format("webhook {} did not take event {} of {}/{} in a day; it is given up", webhook.name,
                               event.sequence, event.bucket, event.key));
      return true;
    }
    const auto delivered = post(webhook, message, stop);
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

void Deliveries::forget(const std::string& destination, uint64_t sequence) {
  if (const auto forgotten = store_.acknowledge_events(destination, sequence); !forgotten) {
    // They come again after the next start, as events may.
    options_.log(fmt::format("delivered events cannot be forgotten: {}", forgotten.error().to_string()));
  }
}

void Deliveries::forget_strangers(const std::stop_token& stop) {
  do {
    const auto destinations = store_.event_destinations();
    if (!destinations) options_.log(fmt::format("events cannot be read: {}", destinations.error().to_string()));
    for (const std::string& destination : destinations.value_or(std::vector<std::string>())) {
      if (!options_.webhooks.contains(destination)) forget_old(destination);
    }
  } while (clock_.wait_until(clock_.now() + kBetweenLooks, stop));
}

void Deliveries::forget_old(const std::string& destination) {
  uint64_t last = 0;
  uint64_t count = 0;
  for (bool more = true; more;) {
    const auto page = store_.read_events(destination, last, kEventsAtOnce);
    if (!page) return options_.log(fmt::format("events cannot be read: {}", page.error().to_string()));
    more = page->events.size() == kEventsAtOnce;
    for (const objects::QueuedEvent& queued : page->events) {
      more = more && is_too_old(queued.event);
      if (!is_too_old(queued.event)) break;
      last = queued.event.sequence;
      ++count;
    }
  }
  if (count == 0) return;
  options_.log(
      fmt::format("server.webhooks names no {}: {} events for it are a day old and are given up", destination, count));
  forget(destination, last);
}

}  // namespace caudal::app
