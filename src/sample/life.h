// SPDX-License-Identifier: Apache-2.0
// A client's life with the card: the invoices that close each month and the payments that follow, in whole cents.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sample/calendar.h"
#include "sample/client.h"

namespace caudal::sample {

struct Payment {
  int number = 0;  // 1 or 2 of its invoice
  int day = 0;     // of the calendar; may lie past the period
  int64_t amount_minor = 0;
};

struct Invoice {
  int number = 0;  // of the client, from 1
  int month = 0;
  int issue_day = 0;
  int due_day = 0;
  int64_t amount_minor = 0;
  int64_t minimum_minor = 0;
  std::array<Payment, 2> payment_slots = {};
  int payment_count = 0;
  std::span<const Payment> payments() const { return {payment_slots.data(), static_cast<size_t>(payment_count)}; }
};

// Replaces `invoices` by those of the client, in order of month. What a longer calendar adds comes after; the months
// that two calendars share are the same.
void live(const Client& client, const Calendar& calendar, std::vector<Invoice>& invoices);

}  // namespace caudal::sample
