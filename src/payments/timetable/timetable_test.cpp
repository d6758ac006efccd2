// SPDX-License-Identifier: Apache-2.0
// A bank's days under a clock that the test moves: what is done when, what is caught up, and what trouble does.
#include "payments/timetable/timetable.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "kv/testing/fault_env.h"  // what the store of the fixture stands on
#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

using testing::Contains;
using testing::HasSubstr;

class TimetableTest : public PaymentsFixture {
 protected:
  TimetableTest() {
    inbox_ = dir_.path() / "inbox";
    EXPECT_OK(caudal::create_directories(inbox_));
    start();
  }
  void start(const std::string& zone = "UTC") {
    TimetableOptions options{.zone = zone, .inbox = inbox_};
    options.load.threads = 1;
    options.days.holidays = {day("2027-01-25")};
    options.log = [this](std::string_view line) { log_.emplace_back(line); };
    timetable_ = unwrap(Timetable::open(*payments_, *hand_over_, clock_, options));
  }
  // Keeps the timetable up to then.
  void until(std::string_view date, std::chrono::minutes time) {
    const Timestamp end = Timestamp(day(date)) + time;
    for (;;) {
      const Timestamp next = timetable_->tick();
      ASSERT_GT(next, clock_.now());
      if (next > end) break;
      clock_.set(next);
    }
    clock_.set(end);
  }
  void file(const std::string& name, std::string_view lines) {
    EXPECT_OK(write_file_durably(inbox_ / name, "account,reference,date,amount,beneficiary\n" + std::string(lines)));
  }
  uint64_t count(Status status) { return unwrap(payments_->count({.status = status})); }

  std::filesystem::path inbox_;
  std::vector<std::string> log_;
  std::unique_ptr<Timetable> timetable_;
};

TEST_F(TimetableTest, LoadsAtOneHandsOverOnBankDaysAndArchivesAtNight) {
  until("2027-01-15", std::chrono::hours(11));
  file("a.csv", "a,r-1,2027-01-19,1.00,b\na,r-2,2027-01-23,2.00,b\n");
  until("2027-01-16", std::chrono::minutes(59));
  EXPECT_EQ(count(Status::kScheduled), 0U);
  until("2027-01-16", std::chrono::hours(2));
  EXPECT_EQ(count(Status::kScheduled), 2U);
  until("2027-01-18", std::chrono::hours(23));
  EXPECT_EQ(count(Status::kScheduled), 2U);
  until("2027-01-19", std::chrono::hours(1));
  EXPECT_EQ(count(Status::kProcessed), 1U);
  until("2027-01-20", std::chrono::hours(1));
  EXPECT_EQ(count(Status::kArchived), 1U);
  // A Saturday, and a holiday on the Monday after it.
  until("2027-01-25", std::chrono::hours(23));
  EXPECT_EQ(count(Status::kScheduled), 1U);
  until("2027-01-26", std::chrono::minutes(5));
  EXPECT_EQ(count(Status::kProcessed), 1U);
  EXPECT_THAT(log_, Contains("payments: a.csv: 2 inserted, 0 there already, 0 refused"));
}

TEST_F(TimetableTest, CatchesUpWhatItMissed) {
  until("2027-01-15", std::chrono::hours(11));
  file("a.csv", "a,r-1,2027-01-19,1.00,b\n");
  // Nobody was there for days.
  timetable_.reset();
  clock_.set(Timestamp(day("2027-01-18")) + std::chrono::hours(12));
  start();
  timetable_->tick();
  EXPECT_EQ(count(Status::kScheduled), 1U);
  timetable_.reset();
  clock_.set(Timestamp(day("2027-01-20")) + std::chrono::hours(12));
  start();
  timetable_->tick();
  EXPECT_EQ(count(Status::kArchived), 1U);
}

TEST_F(TimetableTest, DoesNothingTwiceInASlot) {
  until("2027-01-15", std::chrono::hours(12));
  log_.clear();
  start();
  timetable_->tick();
  EXPECT_THAT(log_, testing::IsEmpty());
}

TEST_F(TimetableTest, NothingIsPaidBeforeItsDateBeginsWhereTheBankIs) {
  timetable_.reset();
  payments_ = unwrap(Payments::open(*store_, clock_, {.zone = "America/Sao_Paulo"}));
  use({});
  start("America/Sao_Paulo");
  insert({.account = "a", .reference = "r-1", .scheduled = "2027-01-20"});
  // It is the 20th in UTC, and the evening of the 19th in São Paulo, three hours behind.
  until("2027-01-20", std::chrono::hours(2) + std::chrono::minutes(59));
  EXPECT_EQ(count(Status::kScheduled), 1U);
  until("2027-01-20", std::chrono::hours(3));
  EXPECT_EQ(count(Status::kProcessed), 1U);
  // And archived at 23:30 there.
  until("2027-01-21", std::chrono::hours(2) + std::chrono::minutes(29));
  EXPECT_EQ(count(Status::kProcessed), 1U);
  until("2027-01-21", std::chrono::hours(2) + std::chrono::minutes(30));
  EXPECT_EQ(count(Status::kArchived), 1U);
}

TEST_F(TimetableTest, WhatIsMissedBeforeAHolidayIsHandedOverAfterIt) {
  until("2027-01-22", std::chrono::hours(9));
  insert({.account = "a", .reference = "r-1", .scheduled = "2027-01-22"});
  // Nobody was there on Friday; after it come a weekend and a holiday, on which nothing is handed over.
  timetable_.reset();
  for (const char* const closed : {"2027-01-23", "2027-01-25"}) {
    clock_.set(Timestamp(day(closed)) + std::chrono::hours(12));
    start();
    timetable_->tick();
    EXPECT_EQ(count(Status::kScheduled), 1U) << closed;
  }
  until("2027-01-26", std::chrono::minutes(0));
  EXPECT_EQ(count(Status::kProcessed), 1U);
}

TEST_F(TimetableTest, TellsOfABadFileAndLoadsTheOthers) {
  file("a.csv", "a,r-1,2027-01-19,1.00,b\n");
  EXPECT_OK(write_file_durably(inbox_ / "aa.csv", "name\n"));
  EXPECT_OK(write_file_durably(inbox_ / "notes.txt", "nothing\n"));
  file("b.csv", "a,r-2,2027-01-19,1.00,b\n");
  timetable_->tick();
  EXPECT_EQ(count(Status::kScheduled), 2U);
  EXPECT_THAT(log_, Contains(HasSubstr("aa.csv was not loaded: ")));
}

TEST_F(TimetableTest, TriesAgainInAMinuteWhatDidNotSucceed) {
  std::filesystem::remove_all(inbox_);
  EXPECT_EQ(timetable_->tick(), clock_.now() + std::chrono::minutes(1));
  EXPECT_THAT(log_, Contains(HasSubstr("loading did not succeed, and is tried again in a minute")));
  EXPECT_OK(caudal::create_directories(inbox_));
  file("a.csv", "a,r-1,2027-01-19,1.00,b\n");
  clock_.advance(std::chrono::minutes(1));
  timetable_->tick();
  EXPECT_EQ(count(Status::kScheduled), 1U);
}

}  // namespace
}  // namespace caudal::payments
