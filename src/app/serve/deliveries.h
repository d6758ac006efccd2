// SPDX-License-Identifier: Apache-2.0
// Brings the events of buckets to webhooks, each at least once and in order, also after a restart. A webhook that does
// not answer holds up its own events alone, and is tried again until an event is a day old.
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
#include "base/thread_annotations.h"
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
    std::string url;    // empty: of the one that takes nothing, so that the queue is emptied where there are no others
    uint64_t done = 0;  // guarded by mutex_ of the deliveries
    std::jthread thread = {};
  };
  Deliveries(objects::Store& store, Clock& clock, DeliveryOptions options, std::unique_ptr<http::Client> client);
  void run(Webhook& webhook, const std::stop_token& stop);
  // Until it is delivered, too old, or `stop` is requested: then false.
  bool deliver(const Webhook& webhook, const objects::Event& event, const std::stop_token& stop);
  // Whether every subscription's message was taken; when one is not, all are sent again.
  Result<bool> deliver_once(const Webhook& webhook, const objects::Event& event, const std::stop_token& stop);
  Result<std::vector<std::string>> messages(const Webhook& webhook, const objects::Event& event) const;
  Result<bool> post(const Webhook& webhook, const std::string& message, const std::stop_token& stop);
  // All events up to here need no more of this webhook.
  void finish(Webhook& webhook, uint64_t sequence) CAUDAL_EXCLUDES(mutex_);

  objects::Store& store_;
  Clock& clock_;
  const DeliveryOptions options_;
  const std::unique_ptr<http::Client> client_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Webhook>> webhooks_;
};

// "orders=https://example.org/hook", as settings have them. Errors of class kUsage.
Result<std::map<std::string, std::string>> parse_webhooks(const std::vector<std::string>& texts);

}  // namespace caudal::app
