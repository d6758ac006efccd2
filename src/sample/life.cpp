// SPDX-License-Identifier: Apache-2.0
// Spending by season, balances that roll over at interest, and five ways to pay.
#include "sample/life.h"

#include <algorithm>

#include "base/random.h"

namespace caudal::sample {
namespace {

constexpr int kDaysToPay = 10;
constexpr int kLongestDelay = 75;  // days; the calendar reaches past it
constexpr int64_t kLeastInvoice = 25'00;
constexpr int64_t kMinimumShare = 15;  // percent of the invoice
constexpr int64_t kLeastMinimum = 20'00;
constexpr int64_t kInterestPercent = 9;  // a month, on what is left unpaid
constexpr int kUnpaidToBlock = 3;        // invoices in a row without payment before spending stops

int64_t percent(int64_t amount, int64_t share) { return amount * share / 100; }

// The way a migrant pays in each of its three phases: some fall, some recover.
Segment migrant_phase(uint64_t path, int phase) {
  constexpr Segment kPaths[4][3] = {{Segment::kOnTime, Segment::kLate, Segment::kNever},
                                    {Segment::kEarly, Segment::kOnTime, Segment::kPartial},
                                    {Segment::kLate, Segment::kPartial, Segment::kOnTime},
                                    {Segment::kNever, Segment::kPartial, Segment::kEarly}};
  return kPaths[path % 4][std::min(phase, 2)];
}

// Nobody is of one piece: now and then a client pays like a neighbouring segment.
Segment drift(Segment segment, Random& random) {
  const uint64_t draw = random.below(100);
  if (draw >= 12) return segment;
  switch (segment) {
    case Segment::kEarly: return draw < 10 ? Segment::kOnTime : Segment::kLate;
    case Segment::kOnTime: return draw < 6 ? Segment::kEarly : Segment::kLate;
    case Segment::kLate: return draw < 7 ? Segment::kOnTime : Segment::kNever;
    case Segment::kPartial: return draw < 6 ? Segment::kLate : Segment::kNever;
    case Segment::kNever:
    case Segment::kMigrant: return draw < 4 ? Segment::kPartial : segment;
  }
  return segment;
}

void pay(Invoice& invoice, int day, int64_t amount_minor) {
  if (amount_minor <= 0) return;
  const int count = invoice.payment_count++;
  invoice.payment_slots[static_cast<size_t>(count)] = {count + 1, day, amount_minor};
}

// Days late: most by a few days, some by weeks, a tail of months.
int draw_delay(Random& random) {
  const uint64_t draw = random.below(100);
  if (draw < 55) return static_cast<int>(random.between(1, 9));
  if (draw < 88) return static_cast<int>(random.between(10, 34));
  return static_cast<int>(random.between(35, kLongestDelay));
}

void pay_in_part(Invoice& invoice, Random& random) {
  const int day = invoice.due_day + static_cast<int>(random.between(-3, 6));
  const uint64_t draw = random.below(100);
  if (draw < 12) return pay(invoice, day, percent(invoice.minimum_minor, random.between(30, 95)));
  if (draw < 45) return pay(invoice, day, invoice.minimum_minor);
  const int64_t first = std::max(invoice.minimum_minor, percent(invoice.amount_minor, random.between(20, 70)));
  pay(invoice, day, first);
  if (draw < 75) return;
  // Drawn one by one: the order in which a call's arguments are evaluated is the compiler's choice.
  const int later = static_cast<int>(random.between(3, 25));
  const int64_t share = random.between(25, 100);
  pay(invoice, day + later, percent(invoice.amount_minor - first, share));
}

void pay_as(Segment segment, Invoice& invoice, Random& random) {
  switch (segment) {
    case Segment::kEarly:
      return pay(invoice, invoice.due_day - static_cast<int>(random.between(2, kDaysToPay - 1)), invoice.amount_minor);
    case Segment::kOnTime: {
      const int before = random.below(100) < 70 ? 0 : static_cast<int>(random.between(1, 2));
      return pay(invoice, invoice.due_day - before, invoice.amount_minor);
    }
    case Segment::kLate: {
      const int day = invoice.due_day + draw_delay(random);
      if (random.below(100) < 70) return pay(invoice, day, invoice.amount_minor);
      const int64_t first = percent(invoice.amount_minor, random.between(30, 80));
      pay(invoice, invoice.due_day, first);
      return pay(invoice, day, invoice.amount_minor - first);
    }
    case Segment::kPartial: return pay_in_part(invoice, random);
    case Segment::kNever:
    case Segment::kMigrant: return;
  }
}

}  // namespace

void live(const Client& client, const Calendar& calendar, std::vector<Invoice>& invoices) {
  invoices.clear();
  Random random(client.life_seed);
  const uint64_t path = random.next();
  const int phase_months = static_cast<int>(random.between(3, 6));
  int64_t use_permille = client.usual_use_permille;
  int64_t carried_minor = 0;
  int unpaid_in_a_row = 0;
  for (int month = client.first_month; month < calendar.months(); ++month) {
    const int age = month - client.first_month;
    Invoice& invoice = invoices.emplace_back();
    invoice.number = age + 1;
    invoice.month = month;
    invoice.issue_day = calendar.day_of(month, client.closing_day);
    invoice.due_day = invoice.issue_day + kDaysToPay;
    const int64_t plain = client.limit_minor * use_permille / 1000;
    const int64_t spent = percent(percent(plain, calendar.season_percent(month)), random.between(55, 145));
    const int64_t cents = random.between(0, 99);
    const int64_t wanted = carried_minor + (unpaid_in_a_row >= kUnpaidToBlock ? 0 : spent + cents);
    invoice.amount_minor =
        std::max(kLeastInvoice + cents, std::min(wanted, client.limit_minor + percent(carried_minor, 20)));
    invoice.minimum_minor =
        std::min(invoice.amount_minor, std::max(kLeastMinimum, percent(invoice.amount_minor, kMinimumShare)));
    const Segment base = client.segment == Segment::kMigrant ? migrant_phase(path, age / phase_months) : client.segment;
    pay_as(drift(base, random), invoice, random);
    int64_t paid_minor = 0;
    for (const Payment& payment : invoice.payments()) paid_minor += payment.amount_minor;
    unpaid_in_a_row = paid_minor == 0 ? unpaid_in_a_row + 1 : 0;
    const int64_t left = std::max<int64_t>(0, invoice.amount_minor - paid_minor);
    carried_minor = std::min(left + percent(left, kInterestPercent), client.limit_minor * 3);
    use_permille = std::clamp<int64_t>(use_permille + use_permille * client.growth_permille / 1000, 60, 950);
  }
}

}  // namespace caudal::sample
