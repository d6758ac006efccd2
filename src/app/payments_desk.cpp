// SPDX-License-Identifier: Apache-2.0
// Which settings become which options of room payments.
#include "app/payments_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/errors.h"
#include "payments/built_in_transactions.h"

namespace caudal::app {
namespace {

constexpr int64_t kMostShards = 1000;

Result<int64_t> within(const Config& config, std::string_view name, int64_t least, int64_t most) {
  const int64_t value = config.whole(name);
  if (value >= least && value <= most) return value;
  return Error{Errc::usage, fmt::format("{} must be from {} to {}, found {}", name, least, most, value)};
}

Result<std::chrono::minutes> time_of_day(const Config& config, const std::string& name) {
  auto time = payments::parse_time_of_day(config.text(name));
  if (time) return time;
  return Error{Errc::usage, name + ": " + time.error().message};
}

}  // namespace

Result<payments::Options> payments_options(const Config& config) {
  return payments::Options{.tables = {.payments = config.text("payments.tables.payments"),
                                      .processed = config.text("payments.tables.processed"),
                                      .journal = config.text("payments.tables.journal"),
                                      .work = config.text("payments.tables.work")},
                           .shards = static_cast<uint32_t>(TRY(within(config, "payments.shards", 1, kMostShards))),
                           .zone = config.text("payments.timetable.zone")};
}

Result<PaymentsDesk> open_payments(Platform& platform, const Config& config, Clock& clock, std::string who) {
  items::Store& store = *TRY(platform.items());
  payments::Options options = TRY(payments_options(config));
  payments::HandOverOptions hand_over{.who = std::move(who)};
  hand_over.lease = std::chrono::seconds(TRY(within(config, "payments.lease", 1, 86'400)));
  hand_over.retries.attempts = static_cast<int>(TRY(within(config, "payments.retries.attempts", 1, 100)));
  hand_over.retries.first_delay = std::chrono::minutes(TRY(within(config, "payments.retries.first_delay", 0, 10'080)));
  payments::BuiltInOptions built_in;
  built_in.table = config.text("payments.built_in.table");
  built_in.seed = static_cast<uint64_t>(config.whole("payments.built_in.seed"));
  built_in.refused = static_cast<uint32_t>(TRY(within(config, "payments.built_in.refused", 0, 1000)));
  built_in.refused_first = static_cast<uint32_t>(TRY(within(config, "payments.built_in.refused_for_now", 0, 1000)));
  built_in.unanswered = static_cast<uint32_t>(TRY(within(config, "payments.built_in.unanswered", 0, 1000)));
  built_in.repeated = static_cast<uint32_t>(TRY(within(config, "payments.built_in.repeated", 0, 1000)));
  built_in.delay = std::chrono::seconds(TRY(within(config, "payments.built_in.delay", 0, 86'400)));
  PaymentsDesk desk;
  desk.payments = TRY(payments::Payments::open(store, clock, std::move(options)));
  desk.service = TRY(payments::BuiltInTransactions::open(store, clock, std::move(built_in)));
  desk.hand_over = std::make_unique<payments::HandOver>(*desk.payments, *desk.service, clock, std::move(hand_over));
  return desk;
}

Result<std::unique_ptr<payments::Timetable>> open_timetable(const PaymentsDesk& desk, const Config& config,
                                                            Clock& clock, std::function<void(std::string_view)> log) {
  payments::TimetableOptions options{.zone = config.text("payments.timetable.zone"),
                                     .load_at = TRY(time_of_day(config, "payments.timetable.load")),
                                     .archive_at = TRY(time_of_day(config, "payments.timetable.archive")),
                                     .inbox = config.path("payments.timetable.inbox"),
                                     .log = std::move(log)};
  options.hand_over_every = std::chrono::minutes(TRY(within(config, "payments.timetable.hand_over_every", 1, 1440)));
  options.days.works_on_weekends = config.boolean("payments.timetable.weekends");
  for (const std::string& text : config.texts("payments.timetable.holidays")) {
    const auto date = parse_date(text);
    if (!date) return Error{Errc::usage, "payments.timetable.holidays: " + date.error().message};
    options.days.holidays.insert(*date);
  }
  return payments::Timetable::open(*desk.payments, *desk.hand_over, clock, std::move(options));
}

}  // namespace caudal::app
