// SPDX-License-Identifier: Apache-2.0
#include "transfer/export_window.h"

#include "base/date.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

constexpr std::chrono::minutes kShortest{15};
constexpr std::chrono::hours kLongest{24};

Error invalid(std::string why) { return {Errc::invalid_window, std::move(why)}; }

// "2026-10-09T00:41:50Z".
std::string in_seconds(Timestamp moment) {
  constexpr size_t kToTheSecond = 19;
  return to_string(moment).substr(0, kToTheSecond) + "Z";
}

}  // namespace

Result<void> check_window(const ExportWindow& window) {
  if (window.from < window.earliest) {
    return invalid("Incremental export period from time cannot be less than the table creation time : " +
                   in_seconds(window.from));
  }
  if (window.to > window.now) {
    return invalid("Incremental export period to time cannot be greater than the current time : " +
                   in_seconds(window.to));
  }
  if (window.from >= window.to) {
    return invalid(
        "Incremental export period from time should not be greater or equal to incremental export period to time");
  }
  if (window.to - window.from < kShortest) {
    return invalid("Difference between export period from time and export period to time is less than 15 minutes");
  }
  if (window.to - window.from > kLongest) {
    return invalid("Difference between export period from time and export period to time is more than 24 hours");
  }
  return {};
}

}  // namespace caudal::transfer
