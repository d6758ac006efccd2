// SPDX-License-Identifier: Apache-2.0
// Room payments on a Platform, as the settings have it: for the commands and for the server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/wiring.h"
#include "base/config.h"
#include "payments/built_in_transactions.h"
#include "payments/hand_over.h"
#include "payments/payments.h"
#include "payments/remote/http_transactions.h"
#include "payments/remote/webhook_signature.h"
#include "payments/timetable/timetable.h"
#include "payments/transaction_service.h"

namespace caudal::app {

struct PaymentsDesk {
  std::unique_ptr<payments::Payments> payments;
  std::unique_ptr<payments::TransactionService> service;
  std::unique_ptr<payments::HandOver> hand_over;
};

// Which transaction service, and how it is spoken to.
struct TransactionSettings {
  payments::BuiltInOptions built_in = {};
  std::optional<payments::HttpTransactionOptions> http = {};     // instead of the built-in one
  std::optional<payments::WebhookSecrets> webhook_secrets = {};  // of its callbacks; nothing: none are taken
};

struct PaymentsSettings {
  payments::Options payments = {};
  payments::HandOverOptions hand_over = {};
  TransactionSettings transactions = {};
};

// `who`: as the journal knows those who hand over. Errors of class kUsage for settings that make no sense.
Result<PaymentsSettings> payments_settings(const Config& config, std::string who);

// Both outlive it. Errors: those of the rooms.
Result<PaymentsDesk> open_payments(items::Store& store, const PaymentsSettings& settings, Clock& clock);

// `desk` and `clock` outlive it. `log` takes a line and is thread-safe.
Result<std::unique_ptr<payments::Timetable>> open_timetable(const PaymentsDesk& desk, const Config& config,
                                                            Clock& clock, std::function<void(std::string_view)> log);

}  // namespace caudal::app
