// SPDX-License-Identifier: Apache-2.0
// A bank's day: files are loaded at a time, due payments are handed over every so many minutes while the bank is open,
// and what is done is archived at a time. Which slots were kept is remembered in BankPaymentsWork, so a slot that was
// missed is caught up, once, by whoever looks next. Several may keep the same timetable: nothing is done twice.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "payments/files/load.h"
#include "payments/hand_over.h"
#include "payments/payments.h"
#include "payments/timetable/slots.h"

namespace caudal::payments {

struct TimetableOptions {
  std::string zone = "UTC";
  std::chrono::minutes load_at = std::chrono::hours(1);
  std::chrono::minutes hand_over_every = std::chrono::minutes(15);
  std::chrono::minutes archive_at = std::chrono::hours(23) + std::chrono::minutes(30);
  BankDays days = {};
  // The folder whose files are loaded, each once, by their names in order; they stay there. Empty: none.
  std::filesystem::path inbox = {};
  LoadOptions load = {};
  std::string who = "timetable";
  std::function<void(std::string_view)> log = {};  // takes a line; thread-safe
};

// tick() and run() are for one thread.
class Timetable {
 public:
  // All must outlive it. Errors of class kUsage: a zone that there is not.
  static Result<std::unique_ptr<Timetable>> open(Payments& payments, HandOver& hand_over, Clock& clock,
                                                 TimetableOptions options);

  // Does what is due, and answers when to look again. What went wrong is logged, and due again in a minute.
  Timestamp tick(const std::stop_token& stop = {});
  // Until `stop` is requested.
  void run(const std::stop_token& stop);

 private:
  Timetable(Payments& payments, HandOver& hand_over, Clock& clock, TimetableOptions options, const TimeZone& zone);
  // Does `work` when `slot` was not kept yet.
  Result<void> keep(const std::string& name, Timestamp slot, const std::stop_token& stop,
                    const std::function<Result<void>()>& work);
  Result<std::optional<Timestamp>> kept(const std::string& name);
  Result<void> load(const std::stop_token& stop);
  Result<void> hand_over(const std::stop_token& stop);
  Result<void> archive(const std::stop_token& stop);
  void log(std::string_view line) const;

  Payments& payments_;
  HandOver& hand_over_;
  Clock& clock_;
  const TimetableOptions options_;
  const DailySlot load_slot_;
  const RepeatedSlot hand_over_slot_;
  const DailySlot archive_slot_;
  std::map<std::string, Timestamp> kept_;  // as this process knows it
};

}  // namespace caudal::payments
