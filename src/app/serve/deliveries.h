// SPDX-License-Identifier: Apache-2.0
// Brings the events of buckets to webhooks, to each subscription at least once and in order, also after a restart. A
// webhook that does not answer holds up its own events alone, and is tried again until an event is a day old.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "objects/store.h"

namespace caudal::app {

struct DeliveryOptions {
  std::map<std::string, std::string> webhooks = {};  // URL by name
  std::string region = "us-east-1";
  std::function<void(std::string_view)> log = {};  // takes a line, without anything that a URL may hide; thread-safe
};

class Deliveries {
 public:
  // Begins. `store` and `clock` outlive it.
  static Result<std::unique_ptr<Deliveries>> open(objects::Store& store, Clock& clock, DeliveryOptions options);
  ~Deliveries();

 private:
  struct Webhook {
    std::string name;
    std::string url;
    std::jthread thread = {};
  };
  Deliveries(objects::Store& store, Clock& clock, DeliveryOptions options, std::unique_ptr<http::Client> client);
  void run(const Webhook& webhook, const std::stop_token& stop);
  // Until it is delivered, too old, or `stop` is requested: then false.
  bool deliver(const Webhook& webhook, const objects::QueuedEvent& queued, const std::stop_token& stop);
  Result<bool> post(const Webhook& webhook, const std::string& message, const std::stop_token& stop);
  // What is for webhooks that the settings do not name any more goes when it is a day old: they may be named again.
  void forget_strangers(const std::stop_token& stop);
  void forget_old(const std::string& destination);
  // All events of that destination up to here need no more of it.
  void forget(const std::string& destination, uint64_t sequence);
  bool is_too_old(const objects::Event& event) const;

  objects::Store& store_;
  Clock& clock_;
  const DeliveryOptions options_;
  const std::unique_ptr<http::Client> client_;
  std::vector<std::unique_ptr<Webhook>> webhooks_;
  std::jthread strangers_;
};

// "orders=https://example.org/hook", as settings have them. Errors of class kUsage.
Result<std::map<std::string, std::string>> parse_webhooks(const std::vector<std::string>& texts);

}  // namespace caudal::app
