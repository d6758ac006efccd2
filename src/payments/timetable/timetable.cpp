// SPDX-License-Identifier: Apache-2.0
#include "payments/timetable/timetable.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace caudal::payments {
namespace {

constexpr std::chrono::minutes kAfterTrouble{1};

using items::Item;
using items::Number;
using items::Value;

Item key_of(const std::string& name) {
  Item key;
  key.set("Part", Value(Number(0)));
  key.set("Work", Value("SLOT#" + name));
  return key;
}

Result<std::vector<std::filesystem::path>> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string ending = entry->path().extension().string();
    const bool is_known = ending == ".csv" || ending == ".jsonl" || ending == ".ndjson" || ending == ".parquet";
    if (is_known && entry->is_regular_file(error)) files.push_back(entry->path());
  }
  if (error) {
    return Error{caudal::Errc::io, fmt::format("{} cannot be looked through: {}; see payments.timetable.inbox",
                                               folder.string(), error.message())};
  }
  std::ranges::sort(files);
  return files;
}

std::string summary(const Report& report) {
  return fmt::format("{} handed over, {} processed, {} failed, {} to be retried, {} unanswered, {} archived",
                     report.handed_over, report.processed, report.failed, report.to_retry, report.unanswered,
                     report.archived);
}

}  // namespace

Timetable::Timetable(Payments& payments, HandOver& hand_over, Clock& clock, TimetableOptions options,
                     const TimeZone& zone)
    : payments_(payments),
      hand_over_(hand_over),
      clock_(clock),
      options_(std::move(options)),
      load_slot_{.at = options_.load_at, .zone = zone},
      hand_over_slot_{.every = options_.hand_over_every, .zone = zone, .days = options_.days},
      archive_slot_{.at = options_.archive_at, .zone = zone} {}

Result<std::unique_ptr<Timetable>> Timetable::open(Payments& payments, HandOver& hand_over, Clock& clock,
                                                   TimetableOptions options) {
  const TimeZone zone = TRY(TimeZone::find(options.zone));
  return std::unique_ptr<Timetable>(new Timetable(payments, hand_over, clock, std::move(options), zone));
}

void Timetable::log(std::string_view line) const {
  if (options_.log) options_.log(line);
}

Result<std::optional<Timestamp>> Timetable::kept(const std::string& name) {
  if (const auto found = kept_.find(name); found != kept_.end()) return std::optional(found->second);
  const auto got = TRY(
      payments_.store().get({.table = payments_.options().tables.work, .key = key_of(name), .is_consistent = true}));
  const Value* slot = got.item ? got.item->find("SlotUs") : nullptr;
  const auto* number = slot != nullptr ? slot->get_if<Number>() : nullptr;
  if (number == nullptr) return std::optional<Timestamp>();
  return std::optional(Timestamp(std::chrono::microseconds(number->to_int64().value_or(0))));
}

Result<void> Timetable::keep(const std::string& name, Timestamp slot, const std::stop_token& stop,
                             const std::function<Result<void>()>& work) {
  const auto before = TRY(kept(name));
  if (before && *before >= slot) return {};
  TRY(work());
  // What was ended in the middle is not kept: the next who looks does the rest.
  if (stop.stop_requested()) return {};
  Item row = key_of(name);
  row.set("SlotUs", Value(Number(slot.time_since_epoch().count())));
  TRY(payments_.store().write({.action = items::PutItem{payments_.options().tables.work, std::move(row)}}));
  kept_[name] = slot;
  return {};
}

Result<void> Timetable::load(const std::stop_token& stop) {
  if (options_.inbox.empty()) return {};
  for (const std::filesystem::path& file : TRY(files_of(options_.inbox))) {
    if (stop.stop_requested()) return {};
    const std::string name = file.filename().string();
    const auto report =
        load_file(payments_, file, options_.load, {.who = options_.who, .why = "loaded from " + name}, stop);
    if (!report) {
      // One bad file does not hold up the others.
      if (!report.error().is(ErrorClass::kUsage)) return report.error();
      log(fmt::format("payments: {} was not loaded: {}", name, report.error().message));
      continue;
    }
    log(fmt::format("payments: {}: {} inserted, {} there already, {} refused", name, report->inserted, report->repeated,
                    report->refused));
  }
  return {};
}

Result<void> Timetable::hand_over(const std::stop_token& stop) {
  // What cannot be asked for keeps nothing else from being handed over.
  Result<Report> resolved = hand_over_.resolve(stop);
  Report report = resolved ? *resolved : Report();
  report += TRY(hand_over_.hand_over(payments_.today(), stop));
  for (const std::string& problem : report.problems) log("payments: " + problem);
  if (report.handed_over + report.processed + report.failed + report.to_retry > 0) {
    log("payments: " + summary(report));
  }
  if (!resolved) return std::move(resolved).error();
  return {};
}

Result<void> Timetable::archive(const std::stop_token& stop) {
  const Report report = TRY(hand_over_.archive(stop));
  for (const std::string& problem : report.problems) log("payments: " + problem);
  log(fmt::format("payments: {} archived", report.archived));
  return {};
}

Timestamp Timetable::tick(const std::stop_token& stop) {
  const Timestamp now = clock_.now();
  Timestamp again = std::min({load_slot_.next(now), hand_over_slot_.next(now), archive_slot_.next(now)});
  const auto done = [&](std::string_view what, const Result<void>& outcome) {
    if (outcome) return;
    log(fmt::format("payments: {} did not succeed, and is tried again in a minute: {}", what,
                    outcome.error().to_string()));
    again = std::min(again, now + kAfterTrouble);
  };
  done("loading", keep("load", load_slot_.last(now), stop, [&] { return load(stop); }));
  if (const auto slot = hand_over_slot_.last(now)) {
    done("handing over", keep("hand-over", *slot, stop, [&] { return hand_over(stop); }));
  }
  done("archiving", keep("archive", archive_slot_.last(now), stop, [&] { return archive(stop); }));
  return again;
}

void Timetable::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Timestamp again = tick(stop);
    clock_.wait_until(again, stop);
  }
}

}  // namespace caudal::payments
