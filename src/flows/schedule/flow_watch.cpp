// SPDX-License-Identifier: Apache-2.0
// The decisions of watcher.h's first comment, for one flow.
#include "flows/schedule/flow_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace caudal::schedule {
namespace {

constexpr std::chrono::months kOneMonth(1);
// Of slots missed for longer than this many, the oldest are forgotten.
constexpr size_t kMostMissedSlots = 5000;

Error at_place(Error error, const TextPlace& place) {
  error.message = fmt::format("{}: {}", place.to_string(), error.message);
  return error;
}

}  // namespace

Result<std::unique_ptr<FlowWatch>> FlowWatch::open(Surroundings around, flows::FlowDefinition definition) {
  auto zone = TimeZone::find(definition.time_zone);
  if (!zone) return std::move(zone).error().with_context("reading the time zone of flow " + definition.name);
  std::optional<Cron> cron;
  if (definition.schedule) {
    auto parsed = Cron::parse(definition.schedule->cron);
    if (!parsed) return at_place(std::move(parsed).error(), definition.schedule->place);
    cron = *std::move(parsed);
  }
  return std::unique_ptr<FlowWatch>(new FlowWatch(std::move(around), std::move(definition), *zone, std::move(cron)));
}

FlowWatch::FlowWatch(Surroundings around, flows::FlowDefinition definition, TimeZone zone, std::optional<Cron> cron)
    : around_(std::move(around)),
      definition_(std::move(definition)),
      zone_(std::move(zone)),
      cron_(std::move(cron)),
      deadlines_(definition_, zone_, around_.platform.runs, around_.state, around_.platform.notify),
      opened_(around_.platform.clock.now()),
      ending_(std::make_shared<Ending>()) {}

void FlowWatch::log(runs::LogLevel level, std::string_view text) const {
  around_.platform.log(level, fmt::format("{}: {}", definition_.name, text));
}

Result<Timestamp> FlowWatch::tick(Timestamp now) {
  TRY(take_ending(now));
  const Timestamp since = TRY(around_.state.watched_since(definition_.name, now));
  return definition_.inputs.empty() ? tick_slots(since, now) : tick_inputs(since, now);
}

Result<Timestamp> FlowWatch::tick_inputs(Timestamp since, Timestamp now) {
  const Arrivals arrivals = TRY(find_arrivals(definition_, around_.platform.files));
  Timestamp wake = TRY(deadlines_.check(arrivals, since, now));
  for (const auto& [month, arrived] : arrivals) {
    if (!is_complete(definition_, arrived)) continue;
    const Timestamp ready = std::max(settled_at(definition_, arrived), allowed_from(month));
    if (ready > now) {
      wake = std::min(wake, ready);
      continue;
    }
    StartRequest request{.flow = &definition_,
                         .month = month,
                         .files = delivered_files(definition_, arrived),
                         .trigger = cron_ ? runs::Trigger::kSchedule : runs::Trigger::kSensor};
    request.work_key = runs::month_work_key(month, request.files);
    const std::string work_key = request.work_key;
    const auto done = done_.find(month);
    if (done != done_.end() && done->second == work_key) continue;
    if (TRY(pursue(std::move(request), now, wake))) done_[month] = work_key;
  }
  return wake;
}

Result<Timestamp> FlowWatch::tick_slots(Timestamp since, Timestamp now) {
  if (!cron_) return Timestamp::max();
  const Timestamp last = TRY(around_.state.last_slot(definition_.name)).value_or(since);
  std::map<Month, Timestamp> due;  // the last slot of each month
  for (const Timestamp slot : cron_->due(last, now, zone_, kMostMissedSlots)) {
    const Month month = month_of(zone_.to_local(slot).date);
    due[definition_.is_daily ? month : month - kOneMonth] = slot;
  }
  Timestamp wake = cron_->next(now, zone_);
  for (const auto& [month, slot] : due) {
    StartRequest request{.flow = &definition_, .month = month, .trigger = runs::Trigger::kSchedule};
    request.work_key = "schedule:" + caudal::to_string(slot);
    // One after the other: a later month may build on an earlier one.
    if (!TRY(pursue(std::move(request), now, wake))) break;
    TRY(around_.state.set_last_slot(definition_.name, slot));
  }
  return wake;
}

Timestamp FlowWatch::allowed_from(Month month) const {
  if (!cron_) return Timestamp::min();
  const Timestamp month_begins = zone_.to_instant(first_day(month + kOneMonth), std::chrono::minutes(0));
  return cron_->next(month_begins - std::chrono::microseconds(1), zone_);
}

Result<bool> FlowWatch::pursue(StartRequest request, Timestamp now, Timestamp& wake) {
  if (is_under_way()) return false;
  const auto run = TRY(around_.platform.runs.find_by_work_key(definition_.name, request.work_key));
  if (run) {
    const bool left_behind = run->state == runs::RunState::kInterrupted ||
                             (run->state == runs::RunState::kCancelled && run->ended < opened_);
    if (run->state == runs::RunState::kRunning) return false;
    if (!left_behind) return true;
    if (run->attempt >= around_.options.max_interrupted_attempts) {
      const std::string why =
          fmt::format("run {} was interrupted {} times and is not taken up again", run->id.text(), run->attempt);
      log(runs::LogLevel::kError, fmt::format("{}; look at `caudal flows logs {}`, then `caudal flows resume {}`", why,
                                              run->id.text(), definition_.name));
      TRY(tell_given_up({.work_key = request.work_key, .month = request.month, .run = run->id.text(), .why = why},
                        now));
      return true;
    }
    if (!overtaken_.contains(request.work_key)) request.resume = run->id;
  }
  const auto failure = failures_.find(request.work_key);
  if (failure != failures_.end()) {
    if (!failure->second.next) return true;
    if (*failure->second.next > now) {
      wake = std::min(wake, *failure->second.next);
      return false;
    }
  }
  if (TRY(around_.platform.runs.live_run(definition_.name))) return false;  // a person's run; look again later
  start(std::move(request));
  return false;
}

void FlowWatch::start(StartRequest request) {
  log(runs::LogLevel::kInfo, request.resume ? fmt::format("run {} is taken up again", request.resume->text())
                                            : fmt::format("starts for {}", to_string(request.month)));
  started_key_ = request.work_key;
  started_month_ = request.month;
  resumed_ = request.resume.has_value();
  {
    MutexLock lock(ending_->mutex);
    ending_->under_way = true;
  }
  around_.platform.starter.start(std::move(request), [ending = ending_, wake = around_.wake](Result<void> result) {
    {
      MutexLock lock(ending->mutex);
      ending->result = std::move(result);
      ending->under_way = false;
    }
    wake();
  });
}

bool FlowWatch::is_under_way() {
  MutexLock lock(ending_->mutex);
  return ending_->under_way || ending_->result;
}

Result<void> FlowWatch::take_ending(Timestamp now) {
  std::optional<Result<void>> result;
  {
    MutexLock lock(ending_->mutex);
    result.swap(ending_->result);
  }
  if (!result) return {};
  Failure& failure = failures_[started_key_];
  if (*result) {
    // The record of the run tells the rest. Should the starter have left none, this keeps it from being begun for ever.
    failure = {};
    return {};
  }
  const Error& error = result->error();
  if (error.is(ErrorClass::kBusy) || error.is(ErrorClass::kCancelled)) {
    failure.next = now + around_.options.poll_interval;  // no attempt: it was not this flow's trouble
    return {};
  }
  if (resumed_ && error.is(ErrorClass::kConflict)) {
    log(runs::LogLevel::kInfo, fmt::format("begins anew, as the interrupted run cannot go on: {}", error.message));
    overtaken_.insert(started_key_);
    failures_.erase(started_key_);
    return {};
  }
  const auto delay = delay_after(around_.options.start_retries, ++failure.attempts, around_.random);
  failure.next = delay ? std::optional(now + *delay) : std::nullopt;
  log(runs::LogLevel::kError,
      fmt::format("could not be started: {} ({})", error.to_string(),
                  delay ? fmt::format("tried again at {}", caudal::to_string(*failure.next))
                        : std::string("given up until something new is delivered or the watch is started again")));
  if (delay) return {};
  return tell_given_up({.work_key = started_key_,
                        .month = started_month_,
                        .run = {},
                        .why = "could not be started: " + error.to_string()},
                       now);
}

// Nobody reads a log at night: people are told as of a run that failed, once for each work.
Result<void> FlowWatch::tell_given_up(const GivenUp& work, Timestamp now) {
  if (TRY(around_.state.was_given_up(definition_.name, work.work_key))) return {};
  notices::Notice notice{.event = notices::Event::kFailed, .flow = definition_.name, .run = work.run, .happened = now};
  notice.title = fmt::format("{}: {} is given up", definition_.name, to_string(work.month));
  notice.facts = {{"month", to_string(work.month)}};
  notice.error = work.why;
  notice.command = work.run.empty()
                       ? fmt::format("caudal flows run {} --month {}", definition_.name, to_string(work.month))
                       : fmt::format("caudal flows logs {} {}", definition_.name, work.run);
  const auto rule = definition_.notices.channels.find(flows::NoticeEvent::kFailed);
  if (rule != definition_.notices.channels.end()) {
    notice.channels = rule->second;
  } else if (!definition_.notices.channels.empty()) {
    notice.channels = {"log"};  // the flow names channels for other events only
  }
  around_.platform.notify(std::move(notice));
  return around_.state.give_up(definition_.name, work.work_key);
}

}  // namespace caudal::schedule
