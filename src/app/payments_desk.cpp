// SPDX-License-Identifier: Apache-2.0
// Which settings become which options of room payments.
#include "app/payments_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/errors.h"
#include "base/random.h"

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

Result<payments::BuiltInOptions> built_in_options(const Config& config) {
  payments::BuiltInOptions built_in;
  built_in.table = config.text("payments.built_in.table");
  built_in.seed = static_cast<uint64_t>(config.whole("payments.built_in.seed"));
  built_in.refused = static_cast<uint32_t>(TRY(within(config, "payments.built_in.refused", 0, 1000)));
  built_in.refused_first = static_cast<uint32_t>(TRY(within(config, "payments.built_in.refused_for_now", 0, 1000)));
  built_in.unanswered = static_cast<uint32_t>(TRY(within(config, "payments.built_in.unanswered", 0, 1000)));
  built_in.repeated = static_cast<uint32_t>(TRY(within(config, "payments.built_in.repeated", 0, 1000)));
  built_in.delay = std::chrono::seconds(TRY(within(config, "payments.built_in.delay", 0, 86'400)));
  return built_in;
}

Result<TransactionSettings> transaction_settings(const Config& config) {
  TransactionSettings settings{.built_in = TRY(built_in_options(config))};
  if (config.text("payments.service") != "http") return settings;
  settings.http = payments::HttpTransactionOptions{.url = config.text("payments.http.url"),
                                                   .token = config.text("payments.http.token"),
                                                   .ca_file = config.path("payments.http.ca_file").string()};
  settings.http->timeout = std::chrono::seconds(TRY(within(config, "payments.http.timeout", 1, 3600)));
  if (settings.http->url.empty())
    return Error{Errc::usage, "payments.service is http, and payments.http.url does not say where it is"};
  const auto secrets = config.texts("payments.http.webhook_secrets");
  if (secrets.empty()) return settings;
  auto parsed = payments::WebhookSecrets::parse(secrets);
  if (!parsed) return Error{Errc::usage, "payments.http.webhook_secrets: " + parsed.error().message};
  settings.webhook_secrets = *std::move(parsed);
  return settings;
}

}  // namespace

Result<PaymentsSettings> payments_settings(const Config& config, std::string who) {
  PaymentsSettings settings;
  settings.payments = {.tables = {.payments = config.text("payments.tables.payments"),
                                  .processed = config.text("payments.tables.processed"),
                                  .journal = config.text("payments.tables.journal"),
                                  .work = config.text("payments.tables.work")},
                       .shards = static_cast<uint32_t>(TRY(within(config, "payments.shards", 1, kMostShards))),
                       .zone = config.text("payments.timetable.zone")};
  payments::HandOverOptions& hand_over = settings.hand_over;
  hand_over.who = std::move(who);
  hand_over.lease = std::chrono::seconds(TRY(within(config, "payments.lease", 1, 86'400)));
  hand_over.retries.attempts = static_cast<int>(TRY(within(config, "payments.retries.attempts", 1, 100)));
  hand_over.retries.first_delay = std::chrono::minutes(TRY(within(config, "payments.retries.first_delay", 0, 10'080)));
  settings.transactions = TRY(transaction_settings(config));
  return settings;
}

Result<PaymentsDesk> open_payments(items::Store& store, const PaymentsSettings& settings, Clock& clock) {
  PaymentsDesk desk;
  desk.payments = TRY(payments::Payments::open(store, clock, settings.payments));
  if (settings.transactions.http)
    desk.service = TRY(payments::HttpTransactions::open(*settings.transactions.http, clock, secure_random_u64()));
  else
    desk.service = TRY(payments::BuiltInTransactions::open(store, clock, settings.transactions.built_in));
  desk.hand_over = std::make_unique<payments::HandOver>(*desk.payments, *desk.service, clock, settings.hand_over);
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
