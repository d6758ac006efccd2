// SPDX-License-Identifier: Apache-2.0
// Attempts, and the waits between them.
#include "notices/lane.h"

#include <fmt/format.h>

#include "notices/errors.h"

namespace caudal::notices {

Notifier::Lane::Lane(Notifier& notifier, std::unique_ptr<Channel> channel, size_t queue_length, uint64_t seed)
    : notifier_(notifier),
      channel_(std::move(channel)),
      name_(channel_->name()),
      queue_length_(queue_length),
      random_(seed),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Notifier::Lane::~Lane() {
  thread_.request_stop();
  thread_.join();
}

bool Notifier::Lane::push(Delivery delivery) {
  {
    const MutexLock lock(mutex_);
    if (queue_.size() >= queue_length_) return false;
    queue_.push_back(std::move(delivery));
  }
  pushed_.notify_one();
  return true;
}

// The next delivery; false when there is none and none will come.
bool Notifier::Lane::take(Delivery& delivery, const std::stop_token& stop) {
  MutexLock lock(mutex_);
  pushed_.wait(lock, stop, [this]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS { return !queue_.empty(); });
  if (queue_.empty()) return false;
  delivery = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void Notifier::Lane::run(const std::stop_token& stop) {
  Delivery delivery;
  while (take(delivery, stop)) deliver(delivery, stop);
}

void Notifier::Lane::deliver(const Delivery& delivery, const std::stop_token& stop) {
  for (int attempt = 1;; ++attempt) {
    if (stop.stop_requested()) {
      if (attempt == 1) notifier_.change(delivery.number, 0, "stopped before it could be sent");
      return notifier_.finish(delivery.number, Outcome::State::kUndelivered);
    }
    const auto sent = channel_->send(delivery.notice, delivery.token, notifier_.retry_.attempt_timeout, stop);
    notifier_.change(delivery.number, attempt, sent ? *sent : sent.error().message);
    if (sent) return notifier_.finish(delivery.number, Outcome::State::kDelivered);
    const auto delay = delay_after(notifier_.retry_.backoff, attempt, random_);
    if (sent.error().code == Errc::rejected || !delay) {
      return notifier_.finish(delivery.number, Outcome::State::kUndelivered);
    }
    notifier_.log(LogLevel::kWarning,
                  fmt::format("notice by {}: attempt {} failed: {}; the next in {:.1f} s", name_, attempt,
                              sent.error().message, static_cast<double>(delay->count()) / 1000));
    notifier_.clock_.wait_until(notifier_.clock_.now() + *delay, stop);
  }
}

}  // namespace caudal::notices
