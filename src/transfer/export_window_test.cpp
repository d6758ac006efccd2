// SPDX-License-Identifier: Apache-2.0
// The edges of what DynamoDB takes, and its words for the rest.
#include "transfer/export_window.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow = Timestamp(seconds(1'791'504'000));  // 2026-10-09T00:00:00Z
const Timestamp kEarliest = kNow - hours(100);

std::string refusal(Timestamp from, Timestamp to) {
  const auto checked = check_window({.earliest = kEarliest, .from = from, .to = to, .now = kNow});
  if (checked) return "";
  EXPECT_EQ(checked.error().code, Errc::invalid_window);
  return checked.error().message;
}

TEST(ExportWindow, HasFifteenMinutesAtLeastAndADayAtMost) {
  EXPECT_EQ(refusal(kNow - minutes(15), kNow), "");
  EXPECT_EQ(refusal(kNow - minutes(15) + microseconds(1), kNow),
            "Difference between export period from time and export period to time is less than 15 minutes");
  EXPECT_EQ(refusal(kEarliest, kEarliest + hours(24)), "");
  EXPECT_EQ(refusal(kEarliest, kEarliest + hours(24) + microseconds(1)),
            "Difference between export period from time and export period to time is more than 24 hours");
}

TEST(ExportWindow, EndsAfterItBegins) {
  for (const Timestamp to : {kNow, kNow - hours(1)}) {
    EXPECT_EQ(
        refusal(kNow, to),
        "Incremental export period from time should not be greater or equal to incremental export period to time");
  }
}

TEST(ExportWindow, IsOfThePastAndOfWhatIsKept) {
  EXPECT_EQ(refusal(kNow - hours(1), kNow + seconds(1)),
            "Incremental export period to time cannot be greater than the current time : 2026-10-09T00:00:01Z");
  EXPECT_EQ(refusal(kEarliest - microseconds(1), kEarliest + hours(1)),
            "Incremental export period from time cannot be less than the table creation time : 2026-10-04T19:59:59Z");
  EXPECT_EQ(refusal(kEarliest - hours(48), kNow),
            "Incremental export period from time cannot be less than the table creation time : 2026-10-02T20:00:00Z")
      << "before its length is looked at";
}

}  // namespace
}  // namespace caudal::transfer
