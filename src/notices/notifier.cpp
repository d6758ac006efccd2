// SPDX-License-Identifier: Apache-2.0
// Handing notices to their channels, and keeping the account of what became of them.
#include "notices/notifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "notices/email.h"
#include "notices/errors.h"
#include "notices/lane.h"
#include "notices/render.h"
#include "notices/webhook.h"

namespace caudal::notices {
namespace {

constexpr const char* kLog = "log";

LogLevel level_of(Event event) {
  switch (event) {
    case Event::kFailed:
    case Event::kRefused: return LogLevel::kError;
    case Event::kLate: return LogLevel::kWarning;
    case Event::kSucceeded:
    case Event::kRecovered: break;
  }
  return LogLevel::kInformation;
}

bool wanted(const Notice& notice, const std::string& channel) {
  return notice.channels.empty() || std::ranges::find(notice.channels, channel) != notice.channels.end();
}

std::string attempts_text(int attempts) { return fmt::format("{} attempt{}", attempts, attempts == 1 ? "" : "s"); }

}  // namespace

Result<std::unique_ptr<Notifier>> Notifier::open(const Configuration& configuration, Clock& clock, Logger logger) {
  TRY(check(configuration));
  std::vector<std::unique_ptr<Channel>> channels;
  for (const EmailConfiguration& email : configuration.emails) channels.push_back(TRY(EmailChannel::open(email)));
  for (const WebhookConfiguration& webhook : configuration.webhooks) {
    channels.push_back(TRY(WebhookChannel::open(webhook)));
  }
  return std::make_unique<Notifier>(std::move(channels), configuration.retry, configuration.queue_length, clock,
                                    std::move(logger), secure_random_u64());
}

Notifier::Notifier(std::vector<std::unique_ptr<Channel>> channels, const RetryPolicy& retry, size_t queue_length,
                   Clock& clock, Logger logger, uint64_t seed)
    : clock_(clock), retry_(retry), logger_(std::move(logger)), random_(seed) {
  for (auto& channel : channels) {
    lanes_.push_back(std::make_unique<Lane>(*this, std::move(channel), queue_length, seed + lanes_.size()));
  }
}

// All are told before the first is waited for.
Notifier::~Notifier() {
  for (const auto& lane : lanes_) lane->request_stop();
}

std::vector<std::string> Notifier::channel_names() const {
  std::vector<std::string> names;
  for (const auto& lane : lanes_) names.push_back(lane->name());
  names.emplace_back(kLog);
  return names;
}

uint64_t Notifier::notify(Notice notice) {
  if (notice.happened == Timestamp()) notice.happened = clock_.now();
  log(level_of(notice.event), log_line(notice));
  std::string token;
  Outcome outcome{.event = notice.event, .flow = notice.flow, .run = notice.run, .channel = {}};
  {
    const MutexLock lock(mutex_);
    outcome.notice = ++last_notice_;
    token = fmt::format("{:016x}{:016x}", random_.next(), random_.next());
  }
  const auto begin = [&](const std::string& channel) {
    const MutexLock lock(mutex_);
    outcome.channel = channel;
    under_way_.emplace(++last_delivery_, outcome);
    return last_delivery_;
  };
  for (const auto& lane : lanes_) {
    if (!wanted(notice, lane->name())) continue;
    const uint64_t delivery = begin(lane->name());
    if (lane->push({.number = delivery, .notice = notice, .token = token})) continue;
    change(delivery, 0, "too many notices are waiting for this channel");
    finish(delivery, Outcome::State::kDropped);
  }
  const auto known = channel_names();
  for (const std::string& channel : notice.channels) {
    if (std::ranges::find(known, channel) != known.end()) continue;
    const uint64_t delivery = begin(channel);
    change(delivery, 0, fmt::format("no channel '{}' is configured; there are: {}", channel, fmt::join(known, ", ")));
    finish(delivery, Outcome::State::kUnconfigured);
  }
  return outcome.notice;
}

std::vector<Outcome> Notifier::flush(std::chrono::milliseconds deadline, std::stop_token stop) {
  MutexLock lock(mutex_);
  const uint64_t last = last_delivery_;
  changed_.wait_for(lock, std::move(stop), deadline, [this, last]() CAUDAL_NO_THREAD_SAFETY_ANALYSIS {
    return under_way_.empty() || under_way_.begin()->first > last;
  });
  std::vector<Outcome> outcomes(std::make_move_iterator(finished_.begin()), std::make_move_iterator(finished_.end()));
  finished_.clear();
  for (const auto& [number, outcome] : under_way_) {
    if (number <= last) outcomes.push_back(outcome);
  }
  return outcomes;
}

void Notifier::log(LogLevel level, const std::string& line) {
  if (!logger_) return;
  const MutexLock lock(logging_);
  logger_(level, line);
}

void Notifier::change(uint64_t delivery, int attempts, const std::string& error) {
  const MutexLock lock(mutex_);
  Outcome& outcome = under_way_.at(delivery);
  outcome.attempts = attempts;
  outcome.error = error;
}

void Notifier::finish(uint64_t delivery, Outcome::State state) {
  Outcome outcome;
  {
    const MutexLock lock(mutex_);
    outcome = under_way_.at(delivery);
  }
  outcome.state = state;
  const std::string what = fmt::format("notice '{} {}'", one_line(outcome.flow, 100), to_string(outcome.event));
  if (state == Outcome::State::kDelivered) {
    const std::string remark = outcome.error.empty() ? "" : "; " + outcome.error;
    log(remark.empty() ? LogLevel::kInformation : LogLevel::kWarning,
        fmt::format("{} delivered by {} ({}){}", what, outcome.channel, attempts_text(outcome.attempts), remark));
  } else if (state != Outcome::State::kUnconfigured) {
    log(LogLevel::kError, fmt::format("{} NOT delivered by {} ({}): {}", what, outcome.channel,
                                      attempts_text(outcome.attempts), outcome.error));
  }
  // Only now, so that whoever waits in flush() finds it logged.
  {
    const MutexLock lock(mutex_);
    under_way_.erase(delivery);
    finished_.push_back(std::move(outcome));
    if (finished_.size() > kMostOutcomes) finished_.pop_front();
  }
  changed_.notify_all();
}

}  // namespace caudal::notices
