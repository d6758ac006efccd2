// SPDX-License-Identifier: Apache-2.0
#include "sample/life.h"

#include <gtest/gtest.h>

namespace caudal::sample {
namespace {

const Month kStart{std::chrono::year{2023}, std::chrono::January};

std::vector<Invoice> life_of(const Client& client, const Calendar& calendar) {
  std::vector<Invoice> invoices;
  live(client, calendar, invoices);
  return invoices;
}

TEST(Live, GivesOneInvoiceAMonthWithAmountsThatMakeSense) {
  const Calendar calendar(kStart, 13);
  for (int number = 1; number <= 2'000; ++number) {
    const Client client = make_client(number, 9, 13);
    const auto invoices = life_of(client, calendar);
    ASSERT_EQ(invoices.size(), static_cast<size_t>(13 - client.first_month));
    for (size_t index = 0; index < invoices.size(); ++index) {
      const Invoice& invoice = invoices[index];
      EXPECT_EQ(invoice.number, static_cast<int>(index) + 1);
      EXPECT_EQ(calendar.month_of_day(invoice.issue_day), invoice.month);
      EXPECT_EQ(invoice.due_day, invoice.issue_day + 10);
      EXPECT_GT(invoice.amount_minor, 0);
      EXPECT_GT(invoice.minimum_minor, 0);
      EXPECT_LE(invoice.minimum_minor, invoice.amount_minor);
    }
  }
}

TEST(Live, PaysAfterTheInvoiceIsIssuedAndNeverMoreThanIt) {
  const Calendar calendar(kStart, 13);
  for (int number = 1; number <= 2'000; ++number) {
    for (const Invoice& invoice : life_of(make_client(number, 9, 13), calendar)) {
      int64_t paid_minor = 0;
      for (const Payment& payment : invoice.payments()) {
        EXPECT_GT(payment.day, invoice.issue_day);
        EXPECT_GT(payment.amount_minor, 0);
        paid_minor += payment.amount_minor;
      }
      EXPECT_LE(paid_minor, invoice.amount_minor);
    }
  }
}

TEST(Live, EachSegmentPaysItsOwnWay) {
  const Calendar calendar(kStart, 13);
  int64_t invoices[kSegments] = {};
  int64_t unpaid[kSegments] = {};
  int64_t before_due[kSegments] = {};
  int64_t after_due[kSegments] = {};
  for (int number = 1; number <= 5'000; ++number) {
    const Client client = make_client(number, 9, 13);
    const auto segment = static_cast<size_t>(client.segment);
    for (const Invoice& invoice : life_of(client, calendar)) {
      ++invoices[segment];
      if (invoice.payment_count == 0) {
        ++unpaid[segment];
      } else {
        before_due[segment] += invoice.payment_slots[0].day < invoice.due_day ? 1 : 0;
        after_due[segment] += invoice.payment_slots[0].day > invoice.due_day ? 1 : 0;
      }
    }
  }
  const auto share = [&](const int64_t* part, Segment segment) {
    return 100 * part[static_cast<size_t>(segment)] / invoices[static_cast<size_t>(segment)];
  };
  EXPECT_GT(share(before_due, Segment::kEarly), 80);
  EXPECT_LT(share(after_due, Segment::kOnTime), 10);
  EXPECT_GT(share(after_due, Segment::kLate), 50);
  EXPECT_GT(share(unpaid, Segment::kNever), 90);
  EXPECT_LT(share(unpaid, Segment::kPartial), 10);
  EXPECT_GT(share(unpaid, Segment::kMigrant), 10);
  EXPECT_LT(share(unpaid, Segment::kMigrant), 50);
}

TEST(Live, BalancesOfThoseWhoPayInPartGrow) {
  const Calendar calendar(kStart, 13);
  int64_t first_minor = 0;
  int64_t last_minor = 0;
  for (int number = 1; number <= 5'000; ++number) {
    const Client client = make_client(number, 9, 13);
    if (client.segment != Segment::kPartial || client.first_month > 0) continue;
    const auto invoices = life_of(client, calendar);
    first_minor += invoices.front().amount_minor;
    last_minor += invoices.back().amount_minor;  // January too: the season is the same
  }
  EXPECT_GT(last_minor, first_minor * 13 / 10);
}

TEST(Live, DecemberInvoicesExceedFebruarys) {
  const Calendar calendar(kStart, 12);
  int64_t february_minor = 0;
  int64_t december_minor = 0;
  for (int number = 1; number <= 3'000; ++number) {
    const Client client = make_client(number, 9, 12);
    if (client.segment != Segment::kOnTime || client.first_month > 0) continue;
    const auto invoices = life_of(client, calendar);
    february_minor += invoices[1].amount_minor;
    december_minor += invoices[11].amount_minor;
  }
  EXPECT_GT(december_minor, february_minor * 13 / 10);
}

TEST(Live, ALongerPeriodOnlyAddsMonthsAtTheEnd) {
  const Calendar shorter(kStart, 6);
  const Calendar longer(kStart, 13);
  for (int number = 1; number <= 500; ++number) {
    const Client client = make_client(number, 9, 6);
    const auto few = life_of(client, shorter);
    const auto many = life_of(client, longer);
    for (size_t index = 0; index < few.size(); ++index) {
      EXPECT_EQ(few[index].amount_minor, many[index].amount_minor);
      EXPECT_EQ(few[index].payment_count, many[index].payment_count);
      EXPECT_EQ(few[index].payment_slots[0].day, many[index].payment_slots[0].day);
    }
  }
}

}  // namespace
}  // namespace caudal::sample
