// SPDX-License-Identifier: Apache-2.0
// Any text is refused as a user's mistake, or is an expression whose slots follow each other and are due on the minute.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/cron.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using caudal::Timestamp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cron = caudal::Cron::parse(text);
  if (!cron) {
    CHECK(cron.error().is(caudal::ErrorClass::kUsage), "a bad expression is the user's mistake");
    return 0;
  }
  const auto zone = caudal::TimeZone::find("America/New_York");
  CHECK(zone.has_value(), "the machine knows New York");
  // Two days before a spring-forward, so that the first slots pass through it.
  Timestamp at = caudal::Date(std::chrono::year(2024) / 3 / 8);
  for (int i = 0; i < 20; ++i) {
    const Timestamp next = cron->next(at, *zone);
    CHECK(next > at, "slots go forward");
    CHECK(next.time_since_epoch() % std::chrono::minutes(1) == std::chrono::microseconds(0), "slots are whole minutes");
    at = next;
  }
  return 0;
}
