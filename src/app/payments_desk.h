// SPDX-License-Identifier: Apache-2.0
// Room payments on a Platform, as the settings have it: for the commands and for the server.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/wiring.h"
#include "base/config.h"
#include "payments/hand_over.h"
#include "payments/payments.h"
#include "payments/timetable/timetable.h"
#include "payments/transaction_service.h"

namespace caudal::app {

struct PaymentsDesk {
  std::unique_ptr<payments::Payments> payments;
  std::unique_ptr<payments::TransactionService> service;
  std::unique_ptr<payments::HandOver> hand_over;
};

// Errors of class kUsage for settings that make no sense.
Result<payments::Options> payments_options(const Config& config);

// `platform` and `clock` outlive it. `who`: as the journal knows those who hand over. Errors of class kUsage for
// settings that make no sense, and those of the rooms.
Result<PaymentsDesk> open_payments(Platform& platform, const Config& config, Clock& clock, std::string who);

// `desk` and `clock` outlive it. `log` takes a line and is thread-safe.
Result<std::unique_ptr<payments::Timetable>> open_timetable(const PaymentsDesk& desk, const Config& config,
                                                            Clock& clock, std::function<void(std::string_view)> log);

}  // namespace caudal::app
