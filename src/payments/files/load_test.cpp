// SPDX-License-Identifier: Apache-2.0
// Loading files: what is told of them, and that a load which was ended anywhere neither repeats nor loses when it is
// begun again.
#include "payments/files/load.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "kv/testing/fault_env.h"  // what the store of the fixture stands on
#include "payments/testing/payments_fixture.h"

namespace caudal::payments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LoadTest : public PaymentsFixture {
 protected:
  std::filesystem::path file(int payments, int wrong_each = 0) {
    std::string text = "account,reference,date,amount,beneficiary\n";
    for (int n = 1; n <= payments; ++n) {
      const bool is_wrong = wrong_each > 0 && n % wrong_each == 0;
      text += fmt::format("a-{},r-{},{},{}.25,b\n", n % 7, n, is_wrong ? "2020-01-01" : "2027-01-20", n);
    }
    const auto path = dir_.path() / "payments.csv";
    EXPECT_OK(write_file_durably(path, text));
    return path;
  }
  LoadReport load(const std::filesystem::path& path, const std::stop_token& stop = {}) {
    return unwrap(load_file(*payments_, path, options_, kAna, stop, progress_));
  }
  LoadOptions options_{.threads = 1, .chunk = 100};
  LoadProgress progress_;
};

TEST_F(LoadTest, InsertsEveryPaymentOnce) {
  const auto path = file(1050);
  const LoadReport report = load(path);
  EXPECT_EQ(report.inserted, 1050U);
  EXPECT_EQ(report.repeated + report.refused, 0U);
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(all("BankPayments").size(), 1050U);
  EXPECT_FALSE(report.was_loaded_before);
  // The same file is answered as it was, and as what was then.
  const LoadReport again = load(path);
  EXPECT_EQ(again.inserted, 1050U);
  EXPECT_TRUE(again.was_loaded_before);
  EXPECT_EQ(all("BankPayments").size(), 1050U);
}

TEST_F(LoadTest, TellsRefusedLinesWithTheirReasons) {
  const auto path = file(500, 100);
  const LoadReport report = load(path);
  EXPECT_EQ(report.inserted, 495U);
  EXPECT_EQ(report.refused, 5U);
  std::vector<std::string> refused;
  ASSERT_OK(for_each_refused(*payments_, path, options_, [&](const RefusedLine& line) -> Result<void> {
    refused.push_back(fmt::format("{}: {}", line.line, line.reason));
    return {};
  }));
  const char* why = ": the date 2020-01-01 is past; today is 2027-01-15";
  EXPECT_THAT(refused, ElementsAre(fmt::format("101{}", why), fmt::format("201{}", why), fmt::format("301{}", why),
                                   fmt::format("401{}", why), fmt::format("501{}", why)));
}

TEST_F(LoadTest, RefusesLinesWhoseDatesAreTooFarAway) {
  const auto path = dir_.path() / "far.csv";
  ASSERT_OK(write_file_durably(path,
                               "account,reference,date,amount,beneficiary\na,1,2286-11-19,1.00,b\n"
                               "a,2,2286-11-20,1.00,b\na,3,9999-12-31,1.00,b\n"));
  const LoadReport report = load(path);
  EXPECT_EQ(report.inserted, 1U);
  EXPECT_EQ(report.refused, 2U);
  std::vector<std::string> refused;
  ASSERT_OK(for_each_refused(*payments_, path, options_, [&](const RefusedLine& line) -> Result<void> {
    refused.push_back(fmt::format("{}: {}", line.line, line.reason));
    return {};
  }));
  EXPECT_THAT(refused,
              ElementsAre(HasSubstr("3: the date 2286-11-20 is too far away; the last that a payment can have"),
                          HasSubstr("4: the date 9999-12-31 is too far away")));
}

TEST_F(LoadTest, GoesOnWhereItWasEnded) {
  const auto path = file(1000, 90);
  std::stop_source stop;
  progress_ = [&](double share, const LoadReport&) {
    if (share > 0.4) stop.request_stop();
  };
  const LoadReport ended = load(path, stop.get_token());
  EXPECT_FALSE(ended.is_finished);
  EXPECT_GT(ended.inserted, 300U);
  EXPECT_LT(ended.inserted, 600U);
  progress_ = {};
  const LoadReport report = load(path);
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(report.went_on_at_line, ended.position.line + 1);
  EXPECT_EQ(report.inserted, 989U);
  EXPECT_EQ(report.refused, 11U);
  EXPECT_EQ(all("BankPayments").size(), 989U);
}

TEST_F(LoadTest, KilledAnywhereNeitherRepeatsNorLoses) {
  const auto path = file(300);
  options_.chunk = 60;
  for (uint64_t steps = 1;; steps += 3) {
    plan_.fail_after(steps, EIO, FaultPlan::Lasting::kUntilDisarmed);
    const auto died = load_file(*payments_, path, options_, kAna);
    plan_.disarm();
    payments_.reset();
    service_.reset();
    hand_over_.reset();
    open();
    payments_ = unwrap(Payments::open(*store_, clock_, {}));
    if (died) break;
  }
  const LoadReport report = load(path);
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(report.inserted + report.repeated, 300U);
  EXPECT_EQ(all("BankPayments").size(), 300U);
}

TEST_F(LoadTest, OfAChangedFileInsertsWhatIsNew) {
  load(file(100));
  const LoadReport report = load(file(130));
  EXPECT_EQ(report.repeated, 100U);
  EXPECT_EQ(report.inserted, 30U);
  EXPECT_EQ(all("BankPayments").size(), 130U);
}

TEST_F(LoadTest, NeverTurnsBackWhatWasHandedOver) {
  const auto path = file(100);
  load(path);
  ASSERT_OK(hand_over_->hand_over(day("2027-01-20")));
  EXPECT_EQ(load(file(101)).repeated, 100U);
  EXPECT_EQ(unwrap(payments_->count({.status = Status::kProcessed})), 100U);
  EXPECT_EQ(unwrap(payments_->count({.status = Status::kScheduled})), 1U);
}

}  // namespace
}  // namespace caudal::payments
